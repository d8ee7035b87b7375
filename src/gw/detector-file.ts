import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { parse as parseToml } from 'smol-toml'
import { z } from 'zod'
import { ioError, QuadrupoleError } from '../core/index.ts'
import type { Detector } from './detector.ts'

/** An entry in bilby's terms: degrees, azimuths from east through north, tilts in radians, the arms' length in km. */
const entrySchema = z.strictObject({
  name: z.string().min(1).optional(),
  site: z.string().optional(),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(360),
  elevation: z.number(),
  xarm_azimuth: z.number().min(-360).max(360),
  yarm_azimuth: z.number().min(-360).max(360),
  xarm_tilt: z.number().min(-0.5).max(0.5).default(0),
  yarm_tilt: z.number().min(-0.5).max(0.5).default(0),
  length: z.number().positive(),
  /** Where the numbers come from. */
  source: z.string().optional(),
  shape: z.literal('L', 'expected L; describe each interferometer of a triangle by an entry of its own').optional(),
  // Of the analysis, not of the detector: accepted since bilby keeps them here.
  minimum_frequency: z.number().optional(),
  maximum_frequency: z.number().optional(),
})

const fileSchema = z.record(z.string(), entrySchema)

/**
 * Detectors described in bilby's terms, by name: `latitude`, `longitude` (degrees, WGS 84), `elevation` (m),
 * `xarm_azimuth`, `yarm_azimuth` (degrees from east through north), `xarm_tilt`, `yarm_tilt` (radians, 0 unless given),
 * `length` (km); optional are `name`, `site`, `source`, `shape`, `minimum_frequency`, `maximum_frequency`.
 *
 * @throws `config` for keys that are missing or unknown, numbers out of range, a shape that is not an L, and arms that
 * are parallel.
 *
 * @example
 * const [detector] = parseDetectors({
 *   X1: { latitude: 0, longitude: 90, elevation: 0, xarm_azimuth: 0, yarm_azimuth: 90, length: 4 },
 * })
 * detector?.name // 'X1'
 */
export function parseDetectors(
  description: unknown,
  { origin = 'the description' }: { readonly origin?: string } = {},
): Detector[] {
  const parsed = fileSchema.safeParse(description)
  if (!parsed.success)
    throw configError(
      origin,
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; '),
    )
  const found = Object.entries(parsed.data).map(([key, entry]): Detector => {
    const { name = key, site = name, latitude, longitude, elevation, length } = entry
    if (Math.abs(Math.sin(radians(entry.yarm_azimuth - entry.xarm_azimuth))) < 1e-3)
      throw configError(origin, `${key}: the arms are parallel; give yarm_azimuth another direction than xarm_azimuth`)
    return {
      name,
      site,
      latitudeDegrees: latitude,
      longitudeDegrees: longitude,
      elevation,
      xArm: { azimuthDegrees: entry.xarm_azimuth, tilt: entry.xarm_tilt },
      yArm: { azimuthDegrees: entry.yarm_azimuth, tilt: entry.yarm_tilt },
      armLength: length * 1000,
    }
  })
  const repeated = found.find(({ name }, i) => found.findIndex(other => other.name === name) < i)
  if (repeated) throw configError(origin, `two entries are named ${repeated.name}; rename one`)
  return found
}

/**
 * Reads the detectors of a file, JSON or TOML by its extension, of what `parseDetectors` takes.
 *
 * @throws `io` where it can't be read, `format` where it is neither JSON nor TOML, and what `parseDetectors` throws.
 */
export async function readDetectors(path: string): Promise<Detector[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw ioError('gw.readDetectors', 'read', path, cause)
  })
  return parseDetectors(parseText(text, path), { origin: path })
}

function parseText(text: string, path: string): unknown {
  const isToml = extname(path).toLowerCase() === '.toml'
  try {
    return isToml ? parseToml(text) : JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)
    throw new QuadrupoleError('format', `gw.readDetectors: ${path} is not ${isToml ? 'TOML' : 'JSON'}: ${reason}`, {
      cause,
      details: { path },
    })
  }
}

function configError(origin: string, problem: string): QuadrupoleError {
  return new QuadrupoleError('config', `gw.parseDetectors: ${origin} does not describe detectors: ${problem}`, {
    details: { origin },
  })
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180
