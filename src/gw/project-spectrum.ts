import { QuadrupoleError } from '../core/index.ts'
import type { ComplexArrays } from '../tensor/fft/index.ts'
import type { Wave } from './antenna-pattern.ts'
import type { Detector } from './detector.ts'
import { type DetectorResponse, type ResponseTable, responseTable } from './detector-response.ts'
import type { FrequencyGrid } from './frequency-grid.ts'

type Spectra = ComplexArrays<Float64Array>

/**
 * Projects the Fourier transform of one wave onto detectors: `(F+ h+ + Fx hx) exp(-2 pi i f delay)`, exact at every
 * frequency. Returns a spectrum per detector, in order.
 *
 * A delay turns the spectrum of a finite stretch in a circle: what a signal has within 22 ms of an end of the stretch
 * comes out at the other. Leave room there.
 *
 * @throws `shape` where the four arrays differ in length.
 *
 * @example
 * const [h1, l1] = projectSpectrum({ plus, cross }, [detectorNamed('H1'), detectorNamed('L1')], wave, { resolution: 1 / 8 })
 */
export function projectSpectrum(
  { plus, cross }: { readonly plus: Spectra; readonly cross: Spectra },
  detectors: readonly Detector[],
  wave: Wave,
  grid: FrequencyGrid,
): Spectra[] {
  const bins = plus.re.length
  const both = { re: new Float64Array(2 * bins), im: new Float64Array(2 * bins) }
  for (const [row, { re, im }] of [plus, cross].entries()) {
    if (re.length !== bins || im.length !== bins)
      throw new QuadrupoleError(
        'shape',
        `gw.projectSpectrum: expected four arrays of ${bins} bins, got ${re.length} and ${im.length}`,
      )
    both.re.set(re, row * bins)
    both.im.set(im, row * bins)
  }
  const { re, im } = projectSpectra(both, responseTable(detectors, [wave]), grid)
  return detectors.map((_, i) => ({
    re: re.slice(i * bins, (i + 1) * bins),
    im: im.slice(i * bins, (i + 1) * bins),
  }))
}

/**
 * Projects the Fourier transforms of many waves: rows `[signals, 2, bins]`, plus before cross, to
 * `[signals, detectors, bins]`, as `projectSpectrum` does. Writes to `out` if given, which may lie in shared memory.
 *
 * @throws `shape` where an array's length does not fit the table.
 */
export function projectSpectra(
  spectra: Spectra,
  table: ResponseTable,
  { out, ...grid }: FrequencyGrid & { readonly out?: Spectra },
): Spectra {
  const { signals, detectors, values } = table
  const bins = spectra.re.length / (2 * signals)
  const size = signals * detectors * bins
  const fail = (what: string, length: number, expected: string): never => {
    throw new QuadrupoleError('shape', `gw.projectSpectra: ${what} has ${length} values, expected ${expected}`, {
      details: { signals, detectors, bins },
    })
  }
  if (!Number.isInteger(bins)) fail('spectra.re', spectra.re.length, `[${signals} signals, 2, bins]`)
  if (spectra.im.length !== spectra.re.length) fail('spectra.im', spectra.im.length, `${spectra.re.length} as re`)
  const result = out ?? { re: new Float64Array(size), im: new Float64Array(size) }
  if (result.re.length !== size) fail('out.re', result.re.length, `${size}`)
  if (result.im.length !== size) fail('out.im', result.im.length, `${size}`)
  for (let row = 0; row < signals * detectors; row++) {
    const response = { plus: values[3 * row]!, cross: values[3 * row + 1]!, delay: values[3 * row + 2]! }
    const from = Math.floor(row / detectors) * 2 * bins
    projectRow({ spectra, from, bins, response, grid, out: result, to: row * bins })
  }
  return result
}

/** Bins after which the phase factor is computed anew rather than turned on, lest rounding pile up: it stays below 1e-14. */
const block = 64

/** Projects a pair of rows (plus at `from`, cross behind it) into the row of `out` at `to`. */
export function projectRow({
  spectra,
  from,
  bins,
  response: { plus, cross, delay },
  grid: { resolution, firstFrequency = 0 },
  out,
  to,
}: {
  readonly spectra: Spectra
  readonly from: number
  readonly bins: number
  readonly response: DetectorResponse
  readonly grid: FrequencyGrid
  readonly out: Spectra
  readonly to: number
}): void {
  const row = ({ re, im }: Spectra, start: number) =>
    [re.subarray(start, start + bins), im.subarray(start, start + bins)] as const
  const [plusRe, plusIm] = row(spectra, from)
  const [crossRe, crossIm] = row(spectra, from + bins)
  const [outRe, outIm] = row(out, to)
  const step = phase(resolution, delay)
  const [stepRe, stepIm] = [Math.cos(step), Math.sin(step)]
  for (let start = 0; start < bins; start += block) {
    const angle = phase(firstFrequency + start * resolution, delay)
    let c = Math.cos(angle)
    let s = Math.sin(angle)
    const end = Math.min(start + block, bins)
    for (let k = start; k < end; k++) {
      const a = plus * plusRe[k]! + cross * crossRe[k]!
      const b = plus * plusIm[k]! + cross * crossIm[k]!
      outRe[k] = a * c - b * s
      outIm[k] = a * s + b * c
      const next = c * stepRe - s * stepIm
      s = c * stepIm + s * stepRe
      c = next
    }
  }
}

/** The angle `-2 pi f t`, whole turns taken off while it is still counted in turns. */
function phase(frequency: number, delay: number): number {
  const turns = frequency * delay
  return -2 * Math.PI * (turns - Math.round(turns))
}
