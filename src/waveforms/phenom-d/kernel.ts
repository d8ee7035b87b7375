import { builtUrl, loadWasm, QuadrupoleError } from '../../core/index.ts'
import type { ComplexArrays } from '../../tensor/fft/index.ts'
import type { PhenomDModel } from './model.ts'

/** A range of a table, from one index to before another. */
interface Range {
  readonly from: number
  readonly to: number
}

/** Evaluates models at the frequencies of a table. */
export interface PhenomDKernel {
  /** Frequencies that the table has room for. */
  readonly capacity: number
  /** What `evaluate` writes, an element for each of the table; the caller may change it before `wave` reads it. */
  readonly amplitude: Float64Array
  /** What `wave` writes. */
  readonly output: ComplexArrays<Float64Array>
  /** Fills the table with ascending frequencies in some unit, above zero but for the first. */
  tabulate(x: Float64Array): void
  /**
   * Computes amplitude and phase of a model in a range, the table's unit being `unit` Hz. Zero may not be in the range.
   * Elements before the range keep their values, those behind it are undefined.
   */
  evaluate(model: PhenomDModel, part: Range & { readonly unit: number }): void
  /** Writes `scale A exp(-i (phase + constant + slope x))`, by default the wave itself, in a range that was evaluated. */
  wave(part: Range & { readonly scale?: number; readonly constant?: number; readonly slope?: number }): void
}

/** Most frequencies at a time: 2.7 GB of tables, of the 4 GB that a WebAssembly memory may have. */
const mostFrequencies = 2 ** 25

/** Frequencies handled at a time: what is known of them stays in the first-level cache. */
const block = 512

const planes = [
  'x',
  'root',
  'inverseRoot',
  'logarithm',
  'threeQuarters',
  'lead',
  'amplitude',
  'phase',
  're',
  'im',
] as const
type Plane = (typeof planes)[number]

/** Byte offsets of the six pieces' coefficients, behind the module's own numbers, and of the planes behind them. */
const coefficientsStart = 4096
const coefficientsBytes = 128
const planesStart = 8192

/**
 * Makes a kernel for a number of frequencies. Their powers and logarithms are computed once, by `tabulate`, and a model
 * costs polynomials of them. The WebAssembly memory is the kernel's own.
 *
 * @throws `argument` for more than 2^25 frequencies.
 */
export function createPhenomDKernel(capacity: number): PhenomDKernel {
  if (!(capacity <= mostFrequencies))
    throw new QuadrupoleError(
      'argument',
      `waveforms: ${capacity} frequencies at once are too many, at most ${mostFrequencies} fit in memory; ` +
        'raise minimumFrequency or the resolution, or lower the sample rate',
      { details: { capacity } },
    )
  const { memory, functions } = loadWasm(builtUrl(import.meta.url, './phenom-d.wasm'))
  // An element beyond the last, for pairs; planes a quarter page apart modulo the page, so that none waits for another.
  const planeBytes = Math.ceil((8 * (capacity + 1)) / 4096) * 4096 + 1088
  memory.grow(Math.ceil((planesStart + planes.length * planeBytes) / 65536))
  const address = Object.fromEntries(planes.map((plane, i) => [plane, planesStart + i * planeBytes])) as Record<
    Plane,
    number
  >
  const view = (plane: Plane) => new Float64Array(memory.buffer, address[plane], capacity)
  const pieces = Array.from(
    { length: 6 },
    (_, i) => new Float64Array(memory.buffer, coefficientsStart + i * coefficientsBytes, coefficientsBytes / 8),
  )
  const call = (name: keyof typeof argumentsOf, piece: number, from: number, to: number) => {
    if (to > from)
      functions[name]!(
        pieces[piece]!.byteOffset,
        ...argumentsOf[name].map(plane => address[plane]),
        8 * from,
        to - from,
      )
  }
  let x = view('x').subarray(0, 0)
  return {
    capacity,
    amplitude: view('amplitude'),
    output: { re: view('re'), im: view('im') },
    tabulate(values) {
      x = view('x').subarray(0, values.length)
      x.set(values)
      fillTable(x, view)
    },
    evaluate(model, { unit, from, to }) {
      const mf = unit * model.massSeconds
      for (const [i, values] of coefficientsOf(model, mf).entries()) pieces[i]!.set(values)
      const { amplitude, phase } = model
      const boundary = (f: number) => Math.min(to, Math.max(from, firstAbove(x, f / mf)))
      const amplitudeInspiralEnd = boundary(amplitude.inspiralEnd)
      const amplitudePeak = Math.max(amplitudeInspiralEnd, boundary(amplitude.peak))
      const phaseInspiralEnd = boundary(phase.inspiralEnd)
      const phaseIntermediateEnd = Math.max(phaseInspiralEnd, boundary(phase.intermediateEnd))
      for (let start = from; start < to; start += block) {
        const end = Math.min(to, start + block)
        const within = (at: number) => Math.min(end, Math.max(start, at))
        call('inspiralAmplitude', 0, start, within(amplitudeInspiralEnd))
        call('intermediateAmplitude', 1, within(amplitudeInspiralEnd), within(amplitudePeak))
        call('ringdownAmplitude', 2, within(amplitudePeak), end)
        call('inspiralPhase', 3, start, within(phaseInspiralEnd))
        call('intermediatePhase', 4, within(phaseInspiralEnd), within(phaseIntermediateEnd))
        call('ringdownPhase', 5, within(phaseIntermediateEnd), end)
      }
    },
    wave({ from, to, scale = 1, constant = 0, slope = 0 }) {
      const { x, amplitude, phase, re, im } = address
      functions.polar!(x, amplitude, phase, re, im, 8 * from, to - from, scale, constant, slope)
    },
  }
}

/** The planes that each function of `assembly/` takes. */
const argumentsOf = {
  inspiralAmplitude: ['root', 'lead', 'amplitude'],
  intermediateAmplitude: ['x', 'lead', 'amplitude'],
  ringdownAmplitude: ['x', 'lead', 'amplitude'],
  inspiralPhase: ['root', 'inverseRoot', 'logarithm', 'phase'],
  intermediatePhase: ['x', 'inverseRoot', 'logarithm', 'phase'],
  ringdownPhase: ['x', 'inverseRoot', 'threeQuarters', 'phase'],
} as const satisfies Record<string, readonly Plane[]>

function fillTable(x: Float64Array, view: (plane: Plane) => Float64Array): void {
  const [root, inverseRoot] = [view('root'), view('inverseRoot')]
  const [logarithm, threeQuarters, lead] = [view('logarithm'), view('threeQuarters'), view('lead')]
  for (const [i, value] of x.entries()) {
    const u = Math.cbrt(value)
    root[i] = u
    inverseRoot[i] = 1 / u
    logarithm[i] = Math.log(value)
    threeQuarters[i] = Math.sqrt(value * Math.sqrt(value))
    lead[i] = 1 / (value * Math.sqrt(u))
  }
}

/** Index of the first value of the table above a bound. */
function firstAbove(table: Float64Array, bound: number): number {
  let low = 0
  let high = table.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (table[middle]! > bound) high = middle
    else low = middle + 1
  }
  return low
}

/** The six pieces' coefficients as functions of x, where M f is `mf` times x. */
function coefficientsOf({ amplitude, phase, scale }: PhenomDModel, mf: number): number[][] {
  const root = Math.cbrt(mf)
  const ln = Math.log(mf)
  const lead = scale * mf ** (-7 / 6)
  const { ringdown } = amplitude
  const { inspiral, intermediate, ringdown: late } = phase
  const [log0, log1] = inspiral.logarithms
  const powers = Array.from(inspiral.powers, (c, k) => c * root ** (k - 5))
  powers[5] = powers[5]! + log0 * ln
  powers[6] = powers[6]! + log1 * ln * root
  return [
    Array.from(amplitude.inspiral, (c, k) => lead * c * root ** k),
    Array.from(amplitude.intermediate, (c, k) => lead * c * mf ** k),
    [lead * ringdown.scale, -ringdown.decay, mf, -ringdown.centre, ringdown.width ** 2],
    [...powers, log0, log1 * root],
    [
      intermediate.constant + intermediate.logarithm * ln,
      intermediate.slope * mf,
      intermediate.logarithm,
      intermediate.inverseCube / mf ** 3,
    ],
    [
      late.constant,
      late.slope * mf,
      late.inverse / mf,
      late.threeQuarters * mf ** 0.75,
      late.arctangent,
      mf / late.width,
      -late.centre / late.width,
    ],
  ]
}
