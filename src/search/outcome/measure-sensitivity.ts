import { join } from 'node:path'
import { foldIn, type Progress, QuadrupoleError, randomKey, silentProgress, type WorkerPool } from '../../core/index.ts'
import { SegmentSet } from '../../data/index.ts'
import { GpsTime } from '../../gw/index.ts'
import { type PriorSet, readPriorSet } from '../../priors/index.ts'
import { type Plan, planSteps, runSteps, type Step } from '../../run/index.ts'
import type { StoredBackground } from '../background/background-file.ts'
import type { CandidateSearch } from '../candidates/candidate-search.ts'
import type { SearchModel } from '../model/search-model.ts'
import { networkRanking, type Ranking } from '../ranking/ranking.ts'
import { type DrawnInjections, drawInjections, requireInjectable } from '../recovery/draw-injections.ts'
import { type InjectionRoom, type InjectionSlot, injectionSlots, passesFor } from '../recovery/injection-slots.ts'
import { openSearchStrain, type SearchStrain } from '../strain/search-strain.ts'
import type { StrainStretch } from '../strain/stretch.ts'
import { sourceFrame } from '../volume/source-frame.ts'
import { readSourcePopulation, type SourcePopulation } from '../volume/source-population.ts'
import { viewEvents } from './event-view.ts'
import { type RecoveredInjections, recoverInjections } from './recover-injections.ts'
import type { SearchEvent } from './search-outcome.ts'
import { joinStretches, rateStretch, searchedTimes, searchOfModel } from './search-stretches.ts'
import { type SensitivityFiles, writeSensitivity } from './sensitivity-files.ts'
import type { InjectionsMade, SensitivityOutcome } from './sensitivity-outcome.ts'
import { injectedStep, plainStep, readInjected, readPlain } from './sensitivity-steps.ts'
import { sensitivityWarnings } from './sensitivity-warnings.ts'
import { rateThresholds, sensitivityRates, weighInjections } from './weigh-injections.ts'

export interface MeasureSensitivityOptions {
  readonly model: SearchModel
  readonly pool: WorkerPool
  /** Of the results, and of the steps that are complete; made if need be. */
  readonly folder: string
  /** What injections are drawn from: name or path of a prior set. */
  readonly prior?: string
  /** What volumes are quoted for: pairs of masses, `35-20`, or names or paths of prior sets. */
  readonly populations?: readonly string[]
  readonly count: number
  /** From 0 to 2^53 - 1. */
  readonly seed: number
  /** Least seconds from one merger to the next; each comes up to a third of it later. */
  readonly spacing?: number
  /** Draws of a lower network SNR are not injected: they count as missed. */
  readonly minimumSnr?: number
  /** False alarms per year that sensitivity is told at. */
  readonly rates?: readonly number[]
  readonly progress?: Progress
  readonly signal?: AbortSignal
}

/** What a measurement would do. */
export interface SensitivityPlan {
  readonly plan: Plan
  /** Passes over the strain that injections need. Only about so many, and not in the plan, until the strain is searched. */
  readonly passes: number
  readonly isComplete: boolean
}

const defaults = {
  prior: 'injections-real-strain',
  populations: ['aframe-end-o3-rates-and-pops', '35-35', '35-20', '20-20', '20-10'],
  spacing: 24,
  minimumSnr: 4,
  rates: sensitivityRates,
} as const

type Decided = MeasureSensitivityOptions & Required<Pick<MeasureSensitivityOptions, keyof typeof defaults>>

/** Farthest that an event may lie from its injection, seconds: as in MLGWSC-1. */
const windowSeconds = 0.2

/** Between arrivals at a detector and at the Earth's centre, at most, with a margin: seconds. */
const travel = 0.03

/** Events of the strain itself of up to so many false alarms a year are told. */
const maximumRate = 365.25

/**
 * Measures what a model finds of signals injected into strain: searches the strain as it is, puts signals in it at times
 * `spacing` and more apart, in as many passes as these need, searches each pass, and pairs events with signals.
 *
 * Signals merge where the search would find a merger: not at ends of stretches, where strain was taken out as a glitch, or
 * within a template's length of an event of the strain itself that is as rare as the highest of the rates, so that no such
 * event counts for or against. Noise is estimated from strain without signals. Each pass over a stretch is a resumable step in
 * `folder/steps`: killed at any moment, a measurement goes on.
 *
 * @throws `argument` for a count, spacing or SNR out of range; `config` for a model without a background, or a prior that
 * can't be injected or weighted; `data` where no time is left for signals; what `openSearchStrain` and the search throw;
 * `io` where results can't be written.
 */
export async function measureSensitivity(
  paths: readonly string[],
  options: MeasureSensitivityOptions,
): Promise<{ readonly outcome: SensitivityOutcome; readonly files: SensitivityFiles }> {
  return withSetup(paths, options, async setup => {
    const { strain, decided, background, search, ranking } = setup
    const run = runOptions(decided)
    const plan = await injectionPlan(setup, await runSteps(setup.plain, run))
    const folders = await runSteps(
      plan.groups.map(({ step }) => step),
      run,
    )
    const recovered = await recovery(setup, plan, folders)
    const outcome = outcomeOf(setup, plan, recovered)
    const views = await viewEvents(outcome.search, strain.stretches, { search, ranking })
    const files = await writeSensitivity(decided.folder, {
      outcome,
      injections: { ...plan.drawn, slots: plan.slots, recovered },
      detectors: decided.model.detectors,
      background: background.background,
      views,
      modelCard: decided.model.card,
      inputs: strain.paths,
    })
    return { outcome, files }
  })
}

/** What `measureSensitivity` of the same would do, as far as is known before the strain is searched. */
export async function planSensitivity(
  paths: readonly string[],
  options: MeasureSensitivityOptions,
): Promise<SensitivityPlan> {
  return withSetup(paths, options, async setup => {
    const { decided, plain, strain, search } = setup
    const { cache } = runOptions(decided)
    const first = await planSteps(plain, { cache })
    if (first.done < first.steps.length) {
      const livetime = strain.stretches.reduce((sum, { stretch }) => sum + roomOf(stretch, search).livetime, 0)
      return { plan: first, passes: passesFor(livetime, decided), isComplete: false }
    }
    // Gives the folders of steps that are done.
    const { groups, slots } = await injectionPlan(setup, await runSteps(plain, runOptions(decided)))
    const all = await planSteps([...plain, ...groups.map(({ step }) => step)], { cache })
    return { plan: all, passes: slots.at(-1)!.pass + 1, isComplete: true }
  })
}

/** What a measurement works with. */
interface Setup {
  readonly decided: Decided
  readonly background: StoredBackground
  readonly prior: PriorSet
  readonly populations: readonly SourcePopulation[]
  readonly thresholds: ReturnType<typeof rateThresholds>
  readonly strain: SearchStrain
  readonly search: CandidateSearch
  readonly ranking: Ranking
  readonly plain: readonly Step[]
}

const runOptions = ({ folder, pool, progress = silentProgress, signal }: Decided) => ({
  cache: join(folder, 'steps'),
  pool,
  // A step keeps all threads busy.
  concurrency: 1,
  progress,
  ...(signal && { signal }),
})

async function withSetup<Result>(
  paths: readonly string[],
  options: MeasureSensitivityOptions,
  use: (setup: Setup) => Promise<Result>,
): Promise<Result> {
  const decided = { ...defaults, ...options }
  const { model, pool, signal } = decided
  requireOptions(decided)
  const { background } = model
  if (background === undefined)
    throw new QuadrupoleError(
      'config',
      `search.measureSensitivity: the model in ${model.folder} has no background.json, by which events get false-alarm ` +
        'rates; make one with quad background',
    )
  const prior = await readPriorSet(decided.prior)
  requireInjectable(prior)
  // Refuses a prior that can't be weighted before anything is searched.
  sourceFrame(prior)
  const populations = await Promise.all(decided.populations.map(readSourcePopulation))
  const { detectors, sampleRate, settings } = model
  const strain = await openSearchStrain(paths, {
    detectors,
    sampleRate,
    minDuration: 2 * settings.psdSegment,
    signal,
    pool,
  })
  try {
    const ranking = await networkRanking(model.network)
    try {
      const search = searchOfModel(model, pool)
      return await use({
        decided,
        background,
        prior,
        populations,
        thresholds: rateThresholds(background.background, decided.rates),
        strain,
        search,
        ranking,
        plain: strain.stretches.map(({ stretch }) => plainStep(stretch, { search, inputs: strain.paths })),
      })
    } finally {
      await ranking.dispose()
    }
  } finally {
    strain.close()
  }
}

function requireOptions({ count, spacing, minimumSnr, model }: Decided): void {
  const refuse = (expected: string): never => {
    throw new QuadrupoleError('argument', `search.measureSensitivity: expected ${expected}`)
  }
  const { templateDuration } = model.bank.band
  if (!(Number.isSafeInteger(count) && count > 0)) refuse(`a positive number of injections, got ${count}`)
  if (!(spacing >= templateDuration && spacing < Infinity))
    refuse(
      `a spacing of at least ${templateDuration} s, which templates last, got ${spacing}: signals would be seen in each ` +
        "other's filters",
    )
  if (!(minimumSnr >= 0 && minimumSnr < Infinity)) refuse(`a least SNR of 0 or more, got ${minimumSnr}`)
}

/** The times of a stretch that are far enough from its ends. */
const roomOf = ({ span, sampleRate }: StrainStretch, search: CandidateSearch): SegmentSet =>
  SegmentSet.of([span]).contract(search.edgeSeconds(sampleRate) + travel)

/** Signals of one pass over one stretch: from one slot on, so many. */
interface InjectionGroup {
  readonly from: number
  readonly to: number
  readonly step: Step
}

/** What is injected where, and what the strain holds of its own. */
interface InjectionPlan {
  readonly slots: readonly InjectionSlot[]
  readonly drawn: DrawnInjections
  readonly groups: readonly InjectionGroup[]
  /** Seconds. */
  readonly livetime: number
  readonly searched: ReturnType<typeof joinStretches>
}

async function injectionPlan(setup: Setup, plainFolders: readonly string[]): Promise<InjectionPlan> {
  const { decided, background, prior, strain, search, ranking } = setup
  const stretches = strain.stretches
  const plains = await Promise.all(plainFolders.map(readPlain))
  const rated: Awaited<ReturnType<typeof rateStretch>>[] = []
  for (const [i, searchable] of stretches.entries())
    rated.push(
      await rateStretch(searchable, plains[i]!.candidates, {
        search,
        ranking,
        background: background.background,
        maximumRate: Infinity,
      }),
    )
  const events = rated.flatMap(each => each.events)
  const rooms = roomsOf(setup, plains, events)
  const key = foldIn(randomKey('sensitivity'), decided.seed)
  const slots = injectionSlots(foldIn(key, 'times'), rooms, decided)
  const { detectors } = decided.model
  const drawn = drawInjections(foldIn(key, 'parameters'), slots, {
    prior,
    detectors,
    noise: plains.map(({ noise }) => noise),
    band: search.bank.band,
    minimumSnr: decided.minimumSnr,
  })
  const groups = groupsOf(slots).map(({ from, to }) => {
    const { pass, stretch } = slots[from]!
    const injected = { search, inputs: strain.paths, pass }
    return { from, to, step: injectedStep(stretches[stretch]!.stretch, drawn.mergers.slice(from, to), injected) }
  })
  const told = rated.map(each => ({ ...each, events: each.events.filter(({ far }) => far <= maximumRate) }))
  return {
    slots,
    drawn,
    groups,
    livetime: rooms.reduce((sum, { open }) => sum + open.livetime, 0),
    searched: joinStretches(told),
  }
}

/** Where signals can merge: in what was searched, and away from loud events of the strain itself. */
function roomsOf(
  { strain, search, thresholds }: Setup,
  plains: readonly Awaited<ReturnType<typeof readPlain>>[],
  events: readonly SearchEvent[],
): readonly InjectionRoom[] {
  const lowest = Math.min(...thresholds.flatMap(rate => ('threshold' in rate ? [rate.threshold] : [])))
  const taken = around(
    events.filter(({ statistic }) => statistic > lowest),
    search.bank.band.templateDuration,
  )
  return strain.stretches.map(({ stretch }, i) => {
    const room = roomOf(stretch, search)
    const searched = searchedTimes(stretch, plains[i]!.candidates.gates, search)
    return { span: room.extent ?? stretch.span, open: room.intersect(searched).subtract(taken) }
  })
}

/** Times within some seconds of events. */
const around = (events: readonly SearchEvent[], seconds: number): SegmentSet =>
  SegmentSet.of(
    events.map(({ gpsTime }) => {
      const time = GpsTime.fromSeconds(gpsTime)
      return { start: time.plus(-seconds), end: time.plus(seconds) }
    }),
  )

/** Runs of slots of one pass over one stretch. */
function groupsOf(slots: readonly InjectionSlot[]): { readonly from: number; readonly to: number }[] {
  const isFirst = (i: number): boolean =>
    i === 0 || slots[i]!.pass !== slots[i - 1]!.pass || slots[i]!.stretch !== slots[i - 1]!.stretch
  const firsts = Array.from(slots.keys()).filter(isFirst)
  return firsts.map((from, k) => ({ from, to: firsts[k + 1] ?? slots.length }))
}

async function recovery(
  { decided, search, ranking }: Setup,
  { slots, drawn, groups }: InjectionPlan,
  folders: readonly string[],
): Promise<RecoveredInjections> {
  const statistics = new Float64Array(slots.length)
  const timeErrors = new Float64Array(slots.length)
  const options = { detectors: decided.model.detectors, search, ranking, windowSeconds }
  for (const [i, { from, to }] of groups.entries()) {
    const found = await recoverInjections(drawn.mergers.slice(from, to), await readInjected(folders[i]!), options)
    statistics.set(found.statistics, from)
    timeErrors.set(found.timeErrors, from)
  }
  return { statistics, timeErrors }
}

function outcomeOf(setup: Setup, plan: InjectionPlan, recovered: RecoveredInjections): SensitivityOutcome {
  const { decided, background, prior, populations, strain, thresholds } = setup
  const { model, spacing, minimumSnr } = decided
  const { slots, drawn, livetime, searched } = plan
  const weighed = weighInjections({
    prior,
    columns: drawn.columns,
    rejected: drawn.rejected,
    snrs: drawn.snrs,
    statistics: recovered.statistics,
    thresholds,
    populations,
  })
  const { bandwidth, minimumFrequency, maximumFrequency = bandwidth } = model.bank.band
  const timeErrors = timeErrorsOf(recovered, weighed.rates.find(rate => 'threshold' in rate)?.threshold ?? Infinity)
  const injections: InjectionsMade = {
    prior: prior.name,
    seed: decided.seed,
    count: slots.length,
    rejected: Object.values(drawn.rejected)[0]!.length,
    minimumSnr,
    band: [minimumFrequency, maximumFrequency],
    spacing,
    passes: slots.at(-1)!.pass + 1,
    window: windowSeconds,
    recovered: recovered.statistics.filter(statistic => statistic > -Infinity).length,
    ...(timeErrors && { timeErrors }),
  }
  return {
    injections,
    livetime,
    ...weighed,
    warnings: sensitivityWarnings({ ...weighed, background: background.background, prior }),
    search: {
      ...searched,
      remarks: strain.remarks,
      background: { livetime: background.background.livetimeSeconds, source: background.source },
      model: { name: model.name, folder: model.folder, hash: model.hash },
      config: { ...model.settings, maximumRate, sampleRate: model.sampleRate, files: strain.paths },
    },
  }
}

/** How far off the times of found injections are. */
function timeErrorsOf(
  { statistics, timeErrors }: RecoveredInjections,
  threshold: number,
): InjectionsMade['timeErrors'] | undefined {
  const sizes = timeErrors
    .filter((_, i) => statistics[i]! > threshold)
    .map(Math.abs)
    .sort()
  const at = (part: number): number => sizes[Math.min(sizes.length - 1, Math.floor(part * sizes.length))]!
  return sizes.length === 0 ? undefined : { median: at(0.5), ninetieth: at(0.9) }
}
