import type { ParameterColumns, PriorSet } from '../../priors/index.ts'
import type { Background } from '../background/background.ts'
import { thresholdAtRate } from '../background/threshold-at-rate.ts'
import { julianYearSeconds } from '../rate-units.ts'
import { efficiencyByBins, efficiencyByCells } from '../recovery/efficiency.ts'
import { type SensitiveVolume, sensitiveVolume } from '../volume/sensitive-volume.ts'
import { type SourceDraws, type SourceFrame, sourceFrame } from '../volume/source-frame.ts'
import { coverageOf, populationLogWeights, type SourcePopulation } from '../volume/source-population.ts'
import type { FoundAtRate, PopulationSensitivity, SensitivityOutcome, UnresolvedRate } from './sensitivity-outcome.ts'

/** False alarms per year that sensitivity is told at, as far as the background can: ten a day, one a day, ... */
export const sensitivityRates = [3652.5, 365.25, 100, 10, 1]

/** Louder ones are in no bin: what is found of them is told by those before. */
const snrEdges = [0, 4, 5, 6, 7, 8, 9, 10, 12, 14, 17, 20, 25, 30, 40]

/** Fewer effective signals make no distance that could be told: neither it nor its error would mean anything. */
const fewestTold = 3

/** Cells of masses to each side. */
const massCells = 5

/** Beyond this ratio cells of masses are even in the logarithm. */
const evenRatio = 8

/** The outermost part of the distances drawn, and the weight of found injections there from which to warn. */
const outermost = { part: 0.05, weight: 0.01 } as const

/**
 * The thresholds of false-alarm rates per year, highest first. Where some are below what the background tells, the lowest
 * that it does is among them.
 */
export function rateThresholds(
  background: Background,
  perYear: readonly number[],
): readonly (Omit<FoundAtRate, 'found'> | UnresolvedRate)[] {
  const lowestPerYear = julianYearSeconds / background.livetimeSeconds
  const told = perYear.map(rate => ({ perYear: rate, at: thresholdAtRate(background, rate) }))
  const isLimited = told.some(({ at }) => at === undefined) && !perYear.includes(lowestPerYear)
  const lowest = isLimited ? [{ perYear: lowestPerYear, at: thresholdAtRate(background, lowestPerYear) }] : []
  return [...told, ...lowest]
    .sort((a, b) => b.perYear - a.perYear)
    .map(({ perYear: rate, at }) => (at ? { perYear: rate, ...at } : { perYear: rate, lowestPerYear }))
}

/** Injections, what was found of them, and all that they are weighed with. */
export interface WeighInjectionsSource {
  readonly prior: PriorSet
  readonly columns: ParameterColumns
  readonly rejected: ParameterColumns
  readonly snrs: Float64Array
  /** The statistic that each was recovered with, -Infinity where it was not. */
  readonly statistics: Float64Array
  readonly thresholds: ReturnType<typeof rateThresholds>
  readonly populations: readonly SourcePopulation[]
}

/** What is found at each rate: counts, volumes of populations, parts by SNR and masses. */
export function weighInjections(
  source: WeighInjectionsSource,
): Pick<SensitivityOutcome, 'rates' | 'populations' | 'efficiency'> {
  const { columns, snrs, statistics, thresholds, populations } = source
  const rates = thresholds.map(rate =>
    'threshold' in rate ? { ...rate, found: countAbove(statistics, rate.threshold) } : rate,
  )
  const told = rates.filter(rate => 'threshold' in rate)
  const [highest] = told
  const { mass_1: mass1, mass_2: mass2 } = columns
  const heavier = mass1!.map((mass, i) => Math.max(mass, mass2![i]!))
  const lighter = mass1!.map((mass, i) => Math.min(mass, mass2![i]!))
  const edges = massEdges(lighter, heavier)
  const frame = sourceFrame(source.prior)
  const draws = { frame, injected: frame.drawsOf(columns), rejected: frame.drawsOf(source.rejected) }
  return {
    rates,
    populations: populations.map(population => sensitivityTo(population, { ...source, told, draws })),
    efficiency: {
      bySnr: told.map(({ perYear, threshold }) => ({
        perYear,
        bins: efficiencyByBins(snrs, snrEdges, { statistics, threshold }),
      })),
      ...(highest &&
        edges && {
          byMasses: {
            perYear: highest.perYear,
            cells: efficiencyByCells([heavier, lighter], [edges, edges], { statistics, threshold: highest.threshold }),
          },
        }),
    },
  }
}

const countAbove = (statistics: Float64Array, threshold: number): number =>
  statistics.reduce((count, statistic) => count + (statistic > threshold ? 1 : 0), 0)

interface WeighedDraws {
  readonly frame: SourceFrame
  readonly injected: SourceDraws
  readonly rejected: SourceDraws
}

function sensitivityTo(
  population: SourcePopulation,
  {
    prior,
    columns,
    statistics,
    told,
    draws,
  }: WeighInjectionsSource & { readonly told: readonly FoundAtRate[]; readonly draws: WeighedDraws },
): PopulationSensitivity {
  const coverage = coverageOf(population, draws.frame)
  const logWeights = populationLogWeights(population, draws.injected)
  const volumes = sensitiveVolume(
    {
      logWeights,
      statistics,
      rejected: populationLogWeights(population, draws.rejected),
    },
    {
      thresholds: told.map(({ threshold }) => threshold),
      totalVolumeGpc3: population.totalVolumeGpc3,
      coverage,
      // Told of all populations together.
      minimumEffective: 0,
    },
  )
  return {
    name: population.name,
    description: population.description,
    coverage: coverage[0],
    meanWeight: volumes.meanWeight!,
    distances: told.map(({ perYear }, i) => distanceAt(volumes, i, perYear)),
    warnings: [
      ...volumes.warnings,
      ...(told.length > 0
        ? edgeWarnings(prior, { columns, logWeights, statistics, threshold: told[0]!.threshold })
        : []),
    ],
  }
}

const distanceAt = (volumes: SensitiveVolume, i: number, perYear: number) => ({
  perYear,
  volumeGpc3: volumes.volumeGpc3[i]!,
  volumeErrorGpc3: volumes.volumeErrorGpc3[i]!,
  distanceMpc: volumes.distanceMpc[i]!,
  distanceErrorMpc: volumes.distanceErrorMpc[i]!,
  effectiveFound: volumes.effectiveFound[i]!,
  isTold: volumes.effectiveFound[i]! >= fewestTold,
})

/** Whether what is found goes on beyond the distances that were drawn. */
function edgeWarnings(
  { name, parameters }: PriorSet,
  {
    columns,
    logWeights,
    statistics,
    threshold,
  }: {
    readonly columns: ParameterColumns
    readonly logWeights: Float64Array
    readonly statistics: Float64Array
    readonly threshold: number
  },
): string[] {
  return Object.entries(parameters).flatMap(([parameter, prior]) => {
    if (!/distance|redshift/.test(parameter) || 'given' in prior) return []
    const { minimum, maximum } = prior.support
    const edge = maximum - outermost.part * (maximum - minimum)
    let [all, atEdge] = [0, 0]
    for (const [i, statistic] of statistics.entries()) {
      if (!(statistic > threshold)) continue
      const weight = Math.exp(logWeights[i]!)
      all += weight
      if (columns[parameter]![i]! > edge) atEdge += weight
    }
    if (!(atEdge > outermost.weight * all)) return []
    const share = ((100 * atEdge) / all).toPrecision(2)
    return [
      `${share} % of the weight found lies in the outermost 20th of the ${parameter} that '${name}' draws: signals from ` +
        'farther off would be found and are not counted; draw from farther',
    ]
  })
}

/** Edges of cells that hold all masses, even in the logarithm where these spread far; nothing where all are one. */
function massEdges(lighter: Float64Array, heavier: Float64Array): readonly number[] | undefined {
  const low = lighter.reduce((least, mass) => Math.min(least, mass), Infinity)
  // The last edge is in no cell.
  const high = heavier.reduce((most, mass) => Math.max(most, mass), 0) * (1 + 1e-9)
  if (!(high > low * (1 + 1e-6))) return undefined
  const at = (i: number): number =>
    high / low > evenRatio ? low * (high / low) ** (i / massCells) : low + ((high - low) * i) / massCells
  return Array.from({ length: massCells + 1 }, (_, i) => (i === massCells ? high : at(i)))
}
