import { card, escapeHtml, fact, table } from '../../plot/index.ts'
import type { Sensitivity } from '../outcome/sensitivity.ts'
import type { PopulationSensitivity, SensitivityOutcome } from '../outcome/sensitivity-outcome.ts'
import { challengeMonthSeconds, julianYearSeconds } from '../rate-units.ts'
import { countText, durationText, frequencyText, numberText } from './rate-text.ts'
import { settingsTable } from './settings-table.ts'

const perMonth = (perYear: number): number => (perYear * challengeMonthSeconds) / julianYearSeconds

const injectedText = ({ injections, livetime }: SensitivityOutcome): string =>
  `${countText(injections.count, 'signal')} of ${injections.prior} put into ${durationText(livetime)} of strain in ` +
  `${injections.passes === 1 ? 'one pass' : `${injections.passes} passes`}`

/** The rates that can be told, highest first. */
const toldRates = ({ rates }: SensitivityOutcome) => rates.filter(rate => 'threshold' in rate)

/** What the figures show of a measurement: distances where anything was found, and parts found. */
export function measuredSensitivity(measured: SensitivityOutcome): Sensitivity {
  const { populations, efficiency } = measured
  return {
    injections: `${injectedText(measured)}, weighted as each population`,
    rateUnit: 'year',
    models: populations.map(({ name, distances }) => ({
      model: name,
      distances: distances
        .filter(({ isTold }) => isTold)
        .map(({ perYear, distanceMpc, distanceErrorMpc }) => ({
          falseAlarmsPerMonth: perMonth(perYear),
          distanceMpc,
          error: distanceErrorMpc,
        })),
    })),
    bySnr: efficiency.bySnr.map(({ perYear, bins }) => ({ falseAlarmsPerMonth: perMonth(perYear), bins })),
    ...(efficiency.byMasses && {
      byMasses: { falseAlarmsPerMonth: perMonth(efficiency.byMasses.perYear), cells: efficiency.byMasses.cells },
    }),
  }
}

const distanceText = (distance: PopulationSensitivity['distances'][number]): string =>
  distance.isTold
    ? `${distance.distanceMpc.toFixed(0)} ± ${distance.distanceErrorMpc.toFixed(0)} Mpc`
    : distance.effectiveFound > 0
      ? 'too few found'
      : 'none found'

/** One or two sentences on how far a search sees. */
export function sensitivityVerdict(measured: SensitivityOutcome): readonly string[] {
  const told = toldRates(measured)
  const last = told.length - 1
  const [rate, [population]] = [told[last], measured.populations]
  if (rate === undefined) return ['Nothing can be said of what the search finds: the background tells no rate.']
  const found = `${rate.found} of ${countText(measured.injections.count, 'injected signal')} ${rate.found === 1 ? 'is' : 'are'}`
  const distance = population?.distances[last]
  return [
    `With false alarms ${frequencyText(rate.perYear)}, the lowest rate told here, ${found} found` +
      (population && distance?.isTold
        ? `, which makes a sensitive distance of ${distanceText(distance)} to ${population.description}.`
        : '.'),
  ]
}

/** The fact for the top of a page. */
export function sensitivityFact(measured: SensitivityOutcome): string {
  const told = toldRates(measured)
  const [population] = measured.populations
  const distance = population?.distances.at(-1)
  if (!population || !distance) return ''
  return fact(
    'Sensitive distance',
    distanceText(distance),
    `${population.name}, with false alarms ${frequencyText(told.at(-1)!.perYear)}`,
  )
}

/** Distances to populations at each rate, and how they came about. */
export function sensitivitySection(measured: SensitivityOutcome): string {
  const { rates, populations, injections } = measured
  const told = toldRates(measured)
  const rows = rates.map(rate => {
    if (!('threshold' in rate)) return [numberText(rate.perYear), 'not told', '–', ...populations.map(() => '–')]
    const at = told.indexOf(rate)
    return [
      numberText(rate.perYear),
      `${numberText(rate.threshold, 4)}, ${rate.kind}`,
      `${rate.found} of ${injections.count}`,
      ...populations.map(({ distances }) => {
        const distance = distances[at]!
        const worth = `N ${numberText(distance.effectiveFound, 2)}`
        return distance.isTold ? `${distanceText(distance)} (${worth})` : distanceText(distance)
      }),
    ]
  })
  const { timeErrors } = injections
  const rejectedText = `${countText(injections.rejected, 'draw')} of a lower network SNR ${injections.rejected === 1 ? 'was' : 'were'} not injected and count${injections.rejected === 1 ? 's' : ''} as missed`
  const notes = [
    `Rates are in Julian years. A signal is found if its event is louder than the threshold, and lies within ${injections.window} s of it; pairs are one to one.`,
    'Distance: the radius of the Euclidean sphere of the volume V = V₀ (1/N) Σ w over the found signals, N being all draws, w the ' +
      'density of the population over that of the draws in the masses and the redshift of the source, V₀ the volume to redshift ' +
      '2 of a constant rate, time dilation included. Spins and orientations are as they were drawn. ± is one standard ' +
      'deviation by the number of signals, and does not hold that of the threshold; N in brackets is how many equally ' +
      'weighted signals the found ones are worth.',
    `SNRs are optimal ones from ${injections.band[0]} to ${injections.band[1]} Hz, by the PSD of the strain around. ` +
      `${rejectedText} (least SNR: ${injections.minimumSnr}).`,
    `Signals merge ${injections.spacing} s and more apart, where the search would find a merger, and not near events of the ` +
      'strain itself as rare as the highest of the rates; noise is estimated from strain without signals.',
    ...(timeErrors
      ? [
          `Times of those found at the highest rate are off by ${(1000 * timeErrors.median).toFixed(1)} ms in the median, nine ` +
            `of ten by less than ${(1000 * timeErrors.ninetieth).toFixed(1)} ms.`,
        ]
      : []),
  ]
  const weights = settingsTable(
    Object.fromEntries(
      populations.map(({ name, description, coverage, meanWeight }) => [
        name,
        {
          population: description,
          'part that lies where signals are drawn': Number(coverage.toPrecision(4)),
          'mean weight of all draws (that part)': `${meanWeight[0].toPrecision(4)} ± ${meanWeight[1].toPrecision(2)}`,
        },
      ]),
    ),
  )
  return card(
    'Sensitivity',
    `<p>${escapeHtml(`${injectedText(measured)}.`)}</p>` +
      table(['false alarms per year', 'threshold', 'found', ...populations.map(({ name }) => name)], rows) +
      `<ul class="notes">${notes.map(note => `<li>${escapeHtml(note)}</li>`).join('')}</ul>` +
      (populations.length > 0 ? `<details><summary>Populations and weights</summary>${weights}</details>` : ''),
  )
}
