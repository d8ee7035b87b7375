import { type Curve, cellsFigure, curvesFigure } from '../../plot/index.ts'
import type { ModelDistances, Sensitivity } from '../outcome/sensitivity.ts'
import { challengeMonthSeconds, julianYearSeconds } from '../rate-units.ts'
import type { EfficiencyBin, EfficiencyCell } from '../recovery/efficiency.ts'
import { type NumberedFigure, numberedFigure } from './numbered-figure.ts'
import { listText, monthlyText, numberText, yearlyText } from './rate-text.ts'

/** Of searches of data set 1 of MLGWSC-1. */
interface PublishedDistances extends ModelDistances {
  readonly source: string
}

/**
 * What is published of MLGWSC-1's data set 1, a month of foreground and background: PyCBC's entry and the best network
 * found anywhere, both as the project `daoudizakaria/ml-gw-bbh-search` reads them off the challenge's files and reports its own.
 */
const publishedDistances: readonly PublishedDistances[] = [
  {
    model: 'PyCBC (published)',
    source: 'the challenge’s matched-filter search (arXiv:2209.11146)',
    distances: [
      { falseAlarmsPerMonth: 100, distanceMpc: 2687, error: 8 },
      { falseAlarmsPerMonth: 10, distanceMpc: 2551, error: 8 },
      { falseAlarmsPerMonth: 1, distanceMpc: 2492, error: 8 },
    ],
  },
  {
    model: 'best network (published)',
    source: 'ml-gw-bbh-search, its own figures',
    distances: [
      { falseAlarmsPerMonth: 100, distanceMpc: 2897, error: 7 },
      { falseAlarmsPerMonth: 10, distanceMpc: 2772, error: 8 },
      { falseAlarmsPerMonth: 1, distanceMpc: 2632, error: 8 },
    ],
  },
]

/** Those that may stand beside a sensitivity: of the same data. */
export const publishedFor = ({ challengeSet }: Sensitivity): readonly PublishedDistances[] =>
  challengeSet === 1 ? publishedDistances : []

/** In which a sensitivity tells rates: how many of its months make one, and how it is called. */
const unitOf = ({ rateUnit = 'month' }: Sensitivity) => ({
  name: rateUnit,
  rateIn: (perMonth: number): number =>
    rateUnit === 'month' ? perMonth : (perMonth * julianYearSeconds) / challengeMonthSeconds,
})

/** A rate in its unit: `1 false alarm a month`. */
function rateText(sensitivity: Sensitivity, falseAlarmsPerMonth: number): string {
  const { name, rateIn } = unitOf(sensitivity)
  return name === 'month' ? monthlyText(falseAlarmsPerMonth) : yearlyText(rateIn(falseAlarmsPerMonth))
}

function curveOf(
  { model, distances }: ModelDistances,
  { kind, rateIn }: { readonly kind: NonNullable<Curve['kind']>; readonly rateIn: (perMonth: number) => number },
): Curve {
  const column = (valueOf: (distance: ModelDistances['distances'][number]) => number) => distances.map(valueOf)
  return {
    label: model,
    kind,
    x: column(({ falseAlarmsPerMonth }) => rateIn(falseAlarmsPerMonth)),
    y: column(({ distanceMpc }) => distanceMpc),
    errors: {
      lower: column(({ distanceMpc, error }) => distanceMpc - error),
      upper: column(({ distanceMpc, error }) => distanceMpc + error),
    },
  }
}

function distanceFigure(sensitivity: Sensitivity): NumberedFigure | undefined {
  const models = sensitivity.models.filter(({ distances }) => distances.length > 0)
  if (models.length === 0) return undefined
  const published = publishedFor(sensitivity)
  const { name: unit, rateIn } = unitOf(sensitivity)
  return numberedFigure({
    name: 'sensitive-distance',
    heading: 'Distance against false-alarm rate',
    caption: [
      `How far the search sees at each rate of false alarms, of ${sensitivity.injections}; bars are one standard deviation, ` +
        `binomial, and do not hold the scatter of the background’s few loudest events. A ${unit} has ${unit === 'month' ? '30' : '365.25'} days.`,
      published.length > 0
        ? `Hollow: published, for other noise of the same kind: ${listText(published.map(({ model, source }) => `${model}, ${source}`))}.`
        : '',
    ]
      .filter(Boolean)
      .join(' '),
    svg: curvesFigure({
      curves: [
        ...models.map(model => curveOf(model, { kind: 'points', rateIn })),
        ...published.map(model => curveOf(model, { kind: 'marks', rateIn })),
      ],
      xLabel: `false alarms per ${unit}`,
      yLabel: 'sensitive distance (Mpc)',
      xScale: 'log',
      title: 'Sensitive distance over false-alarm rate',
    }),
    numbers: { models, published },
  })
}

/** The bins that hold injections. */
const held = (bins: readonly EfficiencyBin[]) => bins.filter(({ efficiency }) => efficiency !== undefined)

function snrFigure(sensitivity: Sensitivity): NumberedFigure | undefined {
  const { bySnr = [] } = sensitivity
  const { name: unit, rateIn } = unitOf(sensitivity)
  const shown = bySnr.filter(({ bins }) => held(bins).length > 0)
  if (shown.length === 0) return undefined
  return numberedFigure({
    name: 'efficiency-by-snr',
    heading: 'Part found by signal-to-noise ratio',
    caption:
      'Of injections in bins of the network optimal SNR, the part that is found at ' +
      `${listText(shown.map(each => numberText(rateIn(each.falseAlarmsPerMonth))))} false alarms a ${unit}; bars are the exact ` +
      'binomial interval of one standard deviation.',
    svg: curvesFigure({
      curves: shown.map(({ falseAlarmsPerMonth, bins }) => ({
        label: `${numberText(rateIn(falseAlarmsPerMonth))} a ${unit}`,
        kind: 'points',
        x: held(bins).map(({ from, to }) => (from + to) / 2),
        y: held(bins).map(({ efficiency }) => efficiency!),
        errors: {
          lower: held(bins).map(({ interval }) => interval[0]),
          upper: held(bins).map(({ interval }) => interval[1]),
        },
      })),
      xLabel: 'network optimal SNR',
      yLabel: 'part found',
      yDomain: [0, 1],
      title: 'Efficiency over network optimal SNR',
    }),
    numbers: shown,
  })
}

/** Whether edges of cells follow each other by one factor rather than by one step. */
function isEvenInLogarithm(cells: readonly EfficiencyCell[]): boolean {
  const [[a, b], [, end]] = [cells[0]!.first, cells.at(-1)!.first]
  return Math.abs(b / a - (end / a) ** (1 / Math.sqrt(cells.length))) < 1e-6
}

function massFigure(sensitivity: Sensitivity): NumberedFigure | undefined {
  const { byMasses } = sensitivity
  if (byMasses === undefined || byMasses.cells.every(({ count }) => count === 0)) return undefined
  const { falseAlarmsPerMonth, cells } = byMasses
  return numberedFigure({
    name: 'efficiency-by-masses',
    heading: 'Part found by masses',
    caption:
      `Of injections with masses in each cell (detector frame, the heavier first), the part that is found at ` +
      `${rateText(sensitivity, falseAlarmsPerMonth)}, in per cent, and its standard deviation. Empty: nothing injected.`,
    svg: cellsFigure({
      cells: cells.map(({ first, second, efficiency, interval }) => ({
        x: first,
        y: second,
        ...(efficiency !== undefined && { value: efficiency }),
        text:
          efficiency === undefined
            ? ''
            : `${(100 * efficiency).toFixed(0)} ± ${(50 * (interval[1] - interval[0])).toFixed(0)} %`,
      })),
      xLabel: 'heavier mass (solar masses)',
      yLabel: 'lighter mass (solar masses)',
      scale: isEvenInLogarithm(cells) ? 'log' : 'linear',
      title: 'Efficiency over component masses',
    }),
    numbers: byMasses,
  })
}

/** Figures of what a search would find: distance, and the parts found by SNR and by masses, as far as they are known. */
export const sensitivityFigures = (sensitivity: Sensitivity): NumberedFigure[] =>
  [distanceFigure(sensitivity), snrFigure(sensitivity), massFigure(sensitivity)].filter(figure => figure !== undefined)
