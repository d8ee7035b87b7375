import { join } from 'node:path'
import { foldIn, integers, type Key, QuadrupoleError } from '../../core/index.ts'
import {
  type GlitchReader,
  glitchModel,
  glitchPopulation,
  glitchReader,
  noiseModel,
  sampleNumberFrom,
} from '../../data/index.ts'
import { GpsTime, type Span } from '../../gw/index.ts'
import { readPriorSet } from '../../priors/index.ts'
import { createStep, type Step, type StepContext } from '../../run/index.ts'
import { Tensor } from '../../tensor/index.ts'
import { readSafetensors, writeSafetensors } from '../../train/index.ts'
import { chirpMass } from '../../waveforms/index.ts'
import {
  type CandidateTable,
  candidateTable,
  meanTime,
  readCandidates,
  tableRows,
  writeCandidates,
} from '../candidates/candidate-file.ts'
import {
  type CandidateSettings,
  createCandidateSearch,
  isLoudInEach,
  pairLag,
  type TimedCandidate,
} from '../candidates/candidate-search.ts'
import { slidBlock, slideCandidates } from '../candidates/slide-candidates.ts'
import { mergerLag } from '../challenge/merger-lag.ts'
import { challengeStrain } from '../challenge/strain.ts'
import { readBank, writeBank } from '../matched-filter/bank-file.ts'
import type { TemplateBank } from '../matched-filter/template-bank.ts'
import { whiteningBand } from '../matched-filter/whitening-band.ts'
import { type ReadableStrain, strainStretch } from '../strain/stretch.ts'
import { type BankRecipe, bankFromRecipe, nominalPsd } from './bank-recipe.ts'
import { type NoiseName, psdsNamed } from './noise-curves.ts'
import { type TrainingSignal, trainingSignals } from './signal-draws.ts'

/** Files that steps leave. */
export const bankFile = 'bank.safetensors'
const candidatesFile = 'candidates.safetensors'
const signalsFile = 'signals.safetensors'

/** GPS time of the first piece: any will do, and sky positions are spread evenly. */
const firstPiece = GpsTime.fromSeconds(1_238_166_018)

/** Farthest that the candidate of a signal lies from it, seconds. */
const tolerance = 0.05

export interface CandidateStepsOptions {
  readonly key: Key
  readonly detectors: readonly [string, string]
  readonly sampleRate: number
  readonly bank: BankRecipe
  readonly noise: NoiseName
  /** Simulated glitches in each detector; none by default. */
  readonly glitchesPerHour: number
  readonly search: Partial<CandidateSettings>
  readonly signals: SignalSettings
  /** Strain that a step makes and searches, whole seconds. */
  readonly pieceDuration: number
}

export interface SignalSettings {
  readonly prior: string
  readonly snrRange: readonly [low: number, high: number]
  readonly separation: number
}

/** The step that makes the bank. */
export const bankStep = (recipe: BankRecipe, sampleRate: number): Step =>
  createStep({
    name: 'bank',
    configuration: { ...recipe, sampleRate },
    cost: 20,
    run: async ({ folder, progress }) =>
      writeBank(join(folder, bankFile), await bankFromRecipe(recipe, { sampleRate, progress })),
  })

/** The step that searches a piece of simulated noise for candidates, with or without signals in it. */
export function candidateStep(index: number, options: CandidateStepsOptions, withSignals: boolean): Step {
  const { key, bank, ...rest } = options
  const what = withSignals ? 'signals' : 'noise'
  return createStep({
    name: `${what}-${String(index).padStart(4, '0')}`,
    configuration: { ...rest, key: [key.k0, key.k1], index, withSignals },
    after: { bank: bankStep(bank, options.sampleRate) },
    cost: options.pieceDuration * 0.004,
    run: context => searchPiece(index, options, withSignals, context),
  })
}

/**
 * The step that searches time slides of a piece of simulated noise for candidates, as many as `seconds` of noise would have:
 * each block is slid along itself, so that all of it counts alike.
 */
export function slideStep(index: number, options: CandidateStepsOptions, seconds: number): Step {
  const { key, bank, signals: _, ...rest } = options
  return createStep({
    name: `slides-${String(index).padStart(4, '0')}`,
    configuration: { ...rest, key: [key.k0, key.k1], index, seconds },
    after: { bank: bankStep(bank, options.sampleRate) },
    cost: options.pieceDuration * 0.003 + seconds / 10_000,
    run: context => slidePiece(index, options, seconds, context),
  })
}

async function slidePiece(
  index: number,
  options: CandidateStepsOptions,
  seconds: number,
  { folder, outputs, pool, progress, signal }: StepContext,
): Promise<void> {
  const bank = await readBank(join(outputs.bank!, bankFile))
  const { plan, glitches } = await planPiece(pieceKeyOf(options.key, 'noise', index), index, bank, options, false)
  const [span] = plan.pieces as [Span]
  const strain = withGlitches(challengeStrain(plan, { withSignals: false, pool }), glitches)
  const search = createCandidateSearch({ bank, pool, settings: options.search })
  const { threshold, separation } = search.settings
  const maximumLag = pairLag(options.detectors)
  const { blockDuration } = search.settings
  const secondsOfBlock = seconds / Math.ceil(options.pieceDuration / blockDuration)
  const work = progress.begin('slides', { total: seconds, unit: 's' })
  const found: TimedCandidate[] = []
  let livetime = 0
  for await (const block of search.blocks(strainStretch(strain, span))) {
    const both = await slidBlock(block, { threshold })
    const rules = { threshold, separation, maximumLag, stepSeconds: 1, livetimeSeconds: secondsOfBlock }
    for await (const { candidates, livetimeNanoseconds } of slideCandidates(pool, both, rules)) {
      signal.throwIfAborted()
      found.push(...candidates.filter(each => isLoudInEach(each, search.settings)))
      const slid = Number(livetimeNanoseconds) / 1e9
      livetime += slid
      work.advance(slid)
    }
  }
  if (livetime < seconds)
    throw new QuadrupoleError(
      'config',
      `search.slideStep: time slides of ${options.pieceDuration} s of noise come to ${livetime.toFixed(0)} s, ` +
        `expected ${seconds.toFixed(0)} s; lower data.slideDays or raise data.noiseDays`,
    )
  await writeCandidates(join(folder, candidatesFile), candidateTable(found))
  work.finish({ candidates: found.length })
}

const pieceKeyOf = (key: Key, what: 'noise' | 'signals', index: number): Key => foldIn(foldIn(key, what), index)

async function searchPiece(
  index: number,
  options: CandidateStepsOptions,
  withSignals: boolean,
  { folder, outputs, pool, progress, signal }: StepContext,
): Promise<void> {
  const bank = await readBank(join(outputs.bank!, bankFile))
  const pieceKey = pieceKeyOf(options.key, withSignals ? 'signals' : 'noise', index)
  const { plan, signals, glitches } = await planPiece(pieceKey, index, bank, options, withSignals)
  const [span] = plan.pieces as [Span]
  const strain = withGlitches(challengeStrain(plan, { withSignals, pool }), glitches)
  const work = progress.begin(withSignals ? 'signals' : 'noise', { total: options.pieceDuration, unit: 's' })
  const watching = { onProgress: (seconds: number) => work.advance(seconds), signal }
  const search = createCandidateSearch({ bank, pool, settings: options.search })
  const noise = withSignals
    ? strainStretch(withGlitches(challengeStrain(plan, { withSignals: false, pool }), glitches), span)
    : undefined
  const found: TimedCandidate[] = []
  for await (const candidate of search.candidates(strainStretch(strain, span, watching), { ...(noise && { noise }) })) {
    signal.throwIfAborted()
    found.push(candidate)
  }
  const table = candidateTable(found)
  const rows = withSignals ? signalRows(table, signals, bank) : undefined
  await writeCandidates(
    join(folder, candidatesFile),
    rows
      ? tableRows(
          table,
          rows.map(({ row }) => row),
        )
      : table,
  )
  if (rows)
    await writeSignals(
      join(folder, signalsFile),
      rows.map(({ signal: each }) => each),
    )
  work.finish({ candidates: rows?.length ?? table.count })
}

async function planPiece(
  key: Key,
  index: number,
  { band }: TemplateBank,
  { detectors, sampleRate, noise, glitchesPerHour, pieceDuration, signals: settings }: CandidateStepsOptions,
  withSignals: boolean,
) {
  const start = firstPiece.plus(index * pieceDuration)
  const span = { start, end: start.plus(pieceDuration) }
  const psds = await Promise.all(
    detectors.map(async (detector, i) => {
      const known = await psdsNamed(noise, detector)
      return known[integers(foldIn(foldIn(key, 'psd'), i), 1, { high: known.length })[0]!]!
    }),
  )
  const signals = withSignals
    ? trainingSignals(foldIn(key, 'signals'), {
        ...settings,
        prior: await readPriorSet(settings.prior),
        span,
        detectors,
        band,
        responses: psds.map(each => whiteningBand({ psd: nominalPsd(each, sampleRate), sampleRate, band }).response),
      })
    : []
  const plan = {
    pieces: [span],
    injections: [signals],
    noise: psds.map(({ psd }) => noiseModel({ psd, sampleRate })),
    noiseKey: foldIn(key, 'strain'),
  }
  const glitchReaders = () => {
    const population = glitchPopulation({ rate: glitchesPerHour / 3600 })
    return detectors.map((detector, i) =>
      glitchReader(glitchModel({ psd: psds[i]!.psd, sampleRate, population }), {
        key: foldIn(key, 'glitches'),
        detector,
      }),
    )
  }
  return { plan, signals, glitches: glitchesPerHour > 0 ? glitchReaders() : [] }
}

/** Strain with the glitches of each detector where there are any. */
const withGlitches = (strain: ReadableStrain, glitches: readonly GlitchReader[]): ReadableStrain => ({
  ...strain,
  async read(span) {
    const rows = await strain.read(span)
    const samples = rows.length / strain.detectors.length
    const first = sampleNumberFrom(span.start, strain.sampleRate)
    for (const [i, reader] of glitches.entries()) reader.add(rows.subarray(i * samples, (i + 1) * samples), first)
    return rows
  },
})

/** The loudest candidate of each signal that has one. */
function signalRows(table: CandidateTable, signals: readonly TrainingSignal[], bank: TemplateBank) {
  return signals.flatMap(signal => {
    let best = -1
    for (let row = 0; row < table.count; row++) {
      const template = bank.templates[table.templates[row * (table.templates.length / table.count)]!]!
      if (Math.abs(meanTime(table, row).minus(signal.time) - mergerLag(template)) > tolerance) continue
      if (best < 0 || table.snr[row]! > table.snr[best]!) best = row
    }
    return best < 0 ? [] : [{ row: best, signal }]
  })
}

/** What is known of the signals that candidates are of. */
export interface SignalColumns {
  /** Optimal network SNR. */
  readonly snr: Float64Array
  /** Detector frame, solar masses. */
  readonly chirpMass: Float64Array
}

async function writeSignals(path: string, signals: readonly TrainingSignal[]): Promise<void> {
  const column = (valueOf: (signal: TrainingSignal) => number) =>
    Tensor.of(Float64Array.from(signals, valueOf), [signals.length])
  await writeSafetensors(path, {
    tensors: {
      snr: column(({ snr }) => snr),
      chirpMass: column(({ binary }) => chirpMass(binary.mass1Solar, binary.mass2Solar)),
    },
    metadata: {},
  })
}

/** The candidates that a step left. */
export const readStepCandidates = (folder: string): Promise<CandidateTable> =>
  readCandidates(join(folder, candidatesFile))

/** The signals of a step's candidates, row for row. */
export async function readStepSignals(folder: string): Promise<SignalColumns> {
  const { tensors } = await readSafetensors(join(folder, signalsFile))
  return { snr: tensors.snr!.dataAs('float64'), chirpMass: tensors.chirpMass!.dataAs('float64') }
}
