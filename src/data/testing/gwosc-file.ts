import * as h5wasm from 'h5wasm/node'

export interface GwoscContent {
  readonly strain: Float64Array
  readonly gpsStart?: number
  readonly sampleRate?: number
  readonly detector?: string
  readonly duration?: number
  /** A word of data-quality bits a second, DATA and CBC_CAT1 to 3 first; all passed, but without names, by default. */
  readonly quality?: Uint32Array
  /** Datasets left out. */
  readonly without?: readonly string[]
  /** Groups made. */
  readonly groups?: readonly string[]
}

/** Writes a file in the layout of GWOSC, for tests that need strain which no detector measured. */
export async function writeGwoscFile(
  path: string,
  {
    strain,
    gpsStart = 1_126_259_447,
    sampleRate = 4096,
    detector = 'H1',
    duration = strain.length / sampleRate,
    quality,
    without = [],
    groups = ['meta', 'strain', 'quality', 'quality/simple'],
  }: GwoscContent,
): Promise<string> {
  await h5wasm.ready
  const file = new h5wasm.File(path, 'w')
  for (const group of groups) file.create_group(group)
  const put = (name: string, data: h5wasm.GuessableDataTypes, options: object = {}) =>
    without.includes(name) ? undefined : file.create_dataset({ name, data, ...options })
  put('strain/Strain', strain)?.create_attribute('Xspacing', 1 / sampleRate)
  put('meta/GPSstart', BigInt64Array.of(BigInt(gpsStart)), { shape: [] })
  put('meta/Duration', BigInt64Array.of(BigInt(Math.round(duration))), { shape: [] })
  put('meta/Detector', detector)
  put('quality/simple/DQmask', quality ?? new Uint32Array(Math.ceil(duration)).fill(127))
  if (quality) put('quality/simple/DQShortnames', ['DATA', 'CBC_CAT1', 'CBC_CAT2', 'CBC_CAT3'])
  file.close()
  return path
}
