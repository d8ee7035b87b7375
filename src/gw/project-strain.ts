import { QuadrupoleError } from '../core/index.ts'
import { fastLength, irfft, rfft } from '../tensor/fft/index.ts'
import type { Wave } from './antenna-pattern.ts'
import type { Detector } from './detector.ts'
import { type ResponseTable, responseTable } from './detector-response.ts'
import { projectRow } from './project-spectrum.ts'

/**
 * Projects one wave, sampled at the Earth's centre, onto detectors: `F+ h+(t - delay) + Fx hx(t - delay)` at the times
 * of its samples. Returns as many samples per detector, in order.
 *
 * Delays are exact, by band-limited interpolation: a signal below the Nyquist frequency comes out as if it had been
 * sampled later. Outside its span it counts as zero, and nothing wraps round; what a delay moves beyond the span is
 * lost, and a signal that is cut off there rings, as it has no band limit.
 *
 * @throws `shape` where the two polarisations differ in length.
 *
 * @example
 * const [h1, l1] = projectStrain({ plus, cross }, [detectorNamed('H1'), detectorNamed('L1')], wave, { sampleRate: 2048 })
 */
export function projectStrain(
  { plus, cross }: { readonly plus: Float64Array; readonly cross: Float64Array },
  detectors: readonly Detector[],
  wave: Wave,
  { sampleRate }: { readonly sampleRate: number },
): Float64Array[] {
  const { length } = plus
  if (cross.length !== length)
    throw new QuadrupoleError(
      'shape',
      `gw.projectStrain: expected plus and cross of one length, got ${length} and ${cross.length} samples`,
    )
  const both = new Float64Array(2 * length)
  both.set(plus)
  both.set(cross, length)
  const strain = projectStrains(both, responseTable(detectors, [wave]), { sampleRate })
  return detectors.map((_, i) => strain.slice(i * length, (i + 1) * length))
}

/** Zeros behind a signal, samples at least: room for the ringing of one that does not vanish at its ends. */
const margin = 128

/**
 * Projects many waves: rows `[signals, 2, samples]`, plus before cross, to `[signals, detectors, samples]`, as
 * `projectStrain` does. Writes to `out` if given, which may lie in shared memory but not over the input.
 *
 * @throws `shape` where an array's length does not fit the table, `argument` for a sample rate that is not positive.
 *
 * @example
 * const table = responseTable(detectors, waves)
 * projectStrains(signals, table, { sampleRate: 2048, out: shared })
 */
export function projectStrains(
  waveforms: Float64Array,
  { values, signals, detectors }: ResponseTable,
  { sampleRate, out }: { readonly sampleRate: number; readonly out?: Float64Array },
): Float64Array {
  const samples = waveforms.length / (2 * signals)
  const size = signals * detectors * samples
  const strain = out ?? new Float64Array(size)
  if (!Number.isInteger(samples))
    throw new QuadrupoleError(
      'shape',
      `gw.projectStrains: waveforms has ${waveforms.length} values, expected [${signals} signals, 2, samples]`,
    )
  if (strain.length !== size)
    throw new QuadrupoleError('shape', `gw.projectStrains: out has ${strain.length} values, expected ${size}`)
  if (!(sampleRate > 0))
    throw new QuadrupoleError('argument', `gw.projectStrains: expected a positive sampleRate in Hz, got ${sampleRate}`)

  const length = fastLength(samples + margin)
  const bins = length / 2 + 1
  const padded = new Float64Array(2 * length)
  const spectra = { re: new Float64Array(2 * bins), im: new Float64Array(2 * bins) }
  const projected = { re: new Float64Array(detectors * bins), im: new Float64Array(detectors * bins) }
  const delayed = new Float64Array(detectors * length)
  for (let signal = 0; signal < signals; signal++) {
    const from = 2 * signal * samples
    padded.set(waveforms.subarray(from, from + samples))
    padded.set(waveforms.subarray(from + samples, from + 2 * samples), length)
    rfft(padded, length, { out: spectra })
    const offsets = Array.from({ length: detectors }, (_, detector) => {
      const at = 3 * (signal * detectors + detector)
      const delay = values[at + 2]! * sampleRate
      // Whole samples are moved afterwards, so that the transform's circle matters for a fraction of a sample only.
      const offset = Math.round(delay)
      const response = { plus: values[at]!, cross: values[at + 1]!, delay: (delay - offset) / length }
      projectRow({ spectra, from: 0, bins, response, grid: { resolution: 1 }, out: projected, to: detector * bins })
      return offset
    })
    irfft(projected.re, projected.im, length, { out: delayed })
    for (const [detector, offset] of offsets.entries()) {
      const to = (signal * detectors + detector) * samples
      const circle = delayed.subarray(detector * length, (detector + 1) * length)
      placeLater(circle, offset, strain.subarray(to, to + samples))
    }
  }
  return strain
}

/**
 * Fills `target` with a signal moved by whole samples. `circle` holds its samples and half of the zeros behind them;
 * the other half are the samples before its first, as a transform leaves them. All else is zero.
 */
function placeLater(circle: Float64Array, offset: number, target: Float64Array): void {
  const before = (circle.length - target.length) >> 1
  const after = circle.length - before
  target.fill(0)
  copyOverlap(circle.subarray(0, after), offset, target)
  copyOverlap(circle.subarray(after), offset - before, target)
}

/** Copies `source` to `target` from index `at` on, which may be negative or beyond: as much as falls within. */
function copyOverlap(source: Float64Array, at: number, target: Float64Array): void {
  const first = Math.max(0, -at)
  const last = Math.min(source.length, target.length - at)
  if (last > first) target.set(source.subarray(first, last), at + first)
}
