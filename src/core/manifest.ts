import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { arch, platform } from 'node:os'
import { writeFileAtomically } from './atomic-file.ts'
import { QuadrupoleError } from './errors.ts'
import { ioError } from './io-error.ts'
import { canonicalJson, type Json } from './json.ts'

/** A file that a run read. */
export interface ManifestInput {
  readonly path: string
  readonly bytes: number
  /** In hexadecimal. */
  readonly sha256: string
}

/** What it takes to make an artefact again: plain JSON, kept beside it. */
export interface Manifest {
  readonly format: 'quadrupole-manifest'
  readonly formatVersion: 1
  readonly command: string
  readonly configuration: { readonly [key: string]: Json }
  readonly seed: number | string | null
  readonly inputs: readonly ManifestInput[]
  readonly versions: { readonly [name: string]: string }
  readonly platform: string
  /** ISO 8601, UTC; only if a time was given, since two runs otherwise give the same bits. */
  readonly created?: string
}

/** What a manifest is made of. */
export interface ManifestSource {
  /** What ran: `quad train`. */
  readonly command: string
  /** Every value in force, defaults included. */
  readonly configuration?: Readonly<Record<string, unknown>>
  /** As given to `randomKey`. */
  readonly seed?: number | bigint | string
  /** Paths of the files that were read, in the order to list them. */
  readonly inputs?: readonly string[]
  /** Versions of other software that shaped the result. */
  readonly versions?: Readonly<Record<string, string>>
  /** The time to note. */
  readonly created?: Date
}

/**
 * Describes a run: versions, platform, configuration, seed, and size and SHA-256 of every input (read as a stream).
 *
 * @throws `io` if an input can't be read; `argument` if the configuration is not JSON.
 */
export async function createManifest(source: ManifestSource): Promise<Manifest> {
  const { command, configuration = {}, seed = null, inputs = [], versions = {}, created } = source
  const hashed: ManifestInput[] = []
  for (const path of inputs) hashed.push(await hashFile(path))
  return {
    format: 'quadrupole-manifest',
    formatVersion: 1,
    command,
    configuration: canonicalJson(configuration, 'core.createManifest: configuration') as Manifest['configuration'],
    // randomKey takes digits for the number, so a seed beyond the exact integers goes on as text.
    seed: typeof seed === 'bigint' ? (seed <= Number.MAX_SAFE_INTEGER ? Number(seed) : String(seed)) : seed,
    inputs: hashed,
    versions: canonicalJson({ ...versions, node: process.versions.node, quadrupole: packageVersion() }) as Record<
      string,
      string
    >,
    platform: `${platform()} ${arch()}`,
    ...(created && { created: created.toISOString() }),
  }
}

/**
 * Writes a manifest, atomically.
 *
 * @throws `io`
 */
export function writeManifest(path: string, manifest: Manifest): Promise<void> {
  return writeFileAtomically(path, `${JSON.stringify(manifest, null, 2)}\n`)
}

/**
 * Reads a manifest and checks it.
 *
 * @throws `io` if the file can't be read; `format` if it is no manifest, naming the first wrong key.
 */
export async function readManifest(path: string): Promise<Manifest> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw ioError('core.readManifest', 'read', path, cause)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new QuadrupoleError('format', `core.readManifest: expected JSON in ${path}; write it with writeManifest`, {
      cause,
      details: { path },
    })
  }
  const wrong = findWrong(value)
  if (wrong === undefined) return value as Manifest
  throw new QuadrupoleError(
    'format',
    `core.readManifest: ${path} is no manifest: expected ${wrong.key} to be ${wrong.expected}`,
    { details: { path, key: wrong.key } },
  )
}

type Rule = readonly [key: string, expected: string, isRight: (value: unknown) => boolean]

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isText = (value: unknown): value is string => typeof value === 'string'

const rules: readonly Rule[] = [
  ['format', "'quadrupole-manifest'", value => value === 'quadrupole-manifest'],
  ['formatVersion', '1; a newer one needs a newer quadrupole', value => value === 1],
  ['command', 'a text', isText],
  ['configuration', 'an object', isObject],
  ['seed', 'an integer, a text or null', value => value === null || isText(value) || Number.isSafeInteger(value)],
  ['inputs', 'a list', Array.isArray],
  ['versions', 'texts by name', value => isObject(value) && Object.values(value).every(isText)],
  ['platform', 'a text', isText],
  ['created', 'an ISO 8601 time', value => value === undefined || (isText(value) && !Number.isNaN(Date.parse(value)))],
]

const inputRules: readonly Rule[] = [
  ['path', 'a text', isText],
  ['bytes', 'a size', value => Number.isSafeInteger(value) && (value as number) >= 0],
  ['sha256', '64 hexadecimal digits', value => isText(value) && /^[0-9a-f]{64}$/.test(value)],
]

function findWrong(value: unknown): { key: string; expected: string } | undefined {
  if (!isObject(value)) return { key: 'the file', expected: 'an object' }
  const check = (object: Readonly<Record<string, unknown>>, checked: readonly Rule[], prefix: string) => {
    const rule = checked.find(([key, , isRight]) => !isRight(object[key]))
    return rule && { key: prefix + rule[0], expected: rule[1] }
  }
  const wrong = check(value, rules, '')
  if (wrong !== undefined) return wrong
  for (const [i, input] of (value.inputs as unknown[]).entries()) {
    const wrongInput = check(isObject(input) ? input : {}, inputRules, `inputs[${i}].`)
    if (wrongInput !== undefined) return wrongInput
  }
  return undefined
}

async function hashFile(path: string): Promise<ManifestInput> {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      hash.update(chunk)
      bytes += chunk.length
    }
  } catch (cause) {
    throw ioError('core.createManifest', 'read', path, cause)
  }
  return { path, bytes, sha256: hash.digest('hex') }
}

/** The version of this package, whose package.json is two folders up both from src/core and from dist/core. */
function packageVersion(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version
}
