import { join } from 'node:path'
import { writeFileAtomically } from '../core/index.ts'
import {
  type Curve,
  card,
  curvesFigure,
  escapeHtml,
  fact,
  figureCard,
  htmlPage,
  type ReportFigure,
  svgFile,
  table,
} from '../plot/index.ts'
import type { BestSoFar } from './checkpoint.ts'
import type { MetricsLine } from './metrics-file.ts'

/** What a run's page tells of. */
export interface RunPageData {
  readonly title: string
  /** One or two sentences under it. */
  readonly lead: string
  readonly steps: number
  readonly lines: readonly MetricsLine[]
  readonly best: BestSoFar | null
  /** The metric by which the best is the best. */
  readonly monitor: string | undefined
  /** The configuration in force, as it would be in a file. */
  readonly configuration: string
  /** Other files beside the page, by name with what they hold. */
  readonly files: Readonly<Record<string, string>>
}

/** The values of a metric, in one kind of line. */
function curveOf(
  lines: readonly MetricsLine[],
  kind: MetricsLine['kind'],
  name: string,
  label: string = name,
): Curve | undefined {
  const held = lines.filter(line => line.kind === kind && name in line.values)
  if (held.length === 0) return undefined
  return {
    label,
    x: held.map(({ step }) => step),
    // JSON holds null for what is not finite
    y: held.map(({ values }) => values[name] ?? Number.NaN),
    kind: kind === 'evaluation' ? 'points' : 'line',
  }
}

interface FigurePlan {
  readonly name: string
  readonly heading: string
  readonly caption: string
  readonly yLabel: string
  readonly yScale?: 'linear' | 'log'
  readonly curves: readonly (Curve | undefined)[]
}

const byTraining = ['loss', 'gradientNorm', 'learningRate', 'momentum']

/** Figures of a run: loss, each metric of the evaluations, learning rate, the gradient's norm, what else was recorded. */
function runFigures(lines: readonly MetricsLine[]): ReportFigure[] {
  const namesOf = (kind: MetricsLine['kind']): string[] => [
    ...new Set(lines.filter(line => line.kind === kind).flatMap(({ values }) => Object.keys(values))),
  ]
  const plans: FigurePlan[] = [
    {
      name: 'loss',
      heading: 'Loss',
      caption: 'Of the training, as means between lines of metrics, and where it is measured, of the evaluations.',
      yLabel: 'loss',
      yScale: 'log',
      curves: [curveOf(lines, 'training', 'loss', 'training'), curveOf(lines, 'evaluation', 'loss', 'evaluation')],
    },
    ...namesOf('evaluation')
      .filter(name => name !== 'loss')
      .map(name => ({
        name: `evaluation-${name}`,
        heading: `Evaluation: ${name}`,
        caption: 'Measured on windows that training never sees.',
        yLabel: name,
        curves: [curveOf(lines, 'evaluation', name)],
      })),
    {
      name: 'learning-rate',
      heading: 'Learning rate',
      caption: 'As the schedule sets it.',
      yLabel: 'learning rate',
      curves: [curveOf(lines, 'training', 'learningRate')],
    },
    {
      name: 'gradient-norm',
      heading: 'Norm of the gradient',
      caption: 'Before clipping, as means between lines of metrics.',
      yLabel: 'norm',
      yScale: 'log',
      curves: [curveOf(lines, 'training', 'gradientNorm')],
    },
    ...namesOf('training')
      .filter(name => !byTraining.includes(name))
      .map(name => ({
        name: `training-${name}`,
        heading: `Training: ${name}`,
        caption: 'As means between lines of metrics.',
        yLabel: name,
        curves: [curveOf(lines, 'training', name)],
      })),
  ]
  return plans.flatMap(({ curves, yLabel, yScale = 'linear', ...figure }) => {
    const held = curves.filter(curve => curve !== undefined)
    const isShown = held.some(({ y }) =>
      Array.from(y).some(value => Number.isFinite(value) && (yScale === 'linear' || value > 0)),
    )
    if (!isShown) return []
    const title = `${figure.heading} over steps`
    return [{ ...figure, svg: curvesFigure({ curves: held, xLabel: 'steps', yLabel, yScale, title }) }]
  })
}

const rounded = (value: number | null | undefined): string =>
  typeof value === 'number' && Number.isFinite(value) ? String(Number(value.toPrecision(5))) : 'not finite'

function facts({ lines, steps, best, monitor }: RunPageData): string {
  const last = lines.findLast(({ kind }) => kind === 'training')
  const done = lines.at(-1)?.step ?? 0
  return `<dl class="facts">${[
    fact('Steps', String(done), `of ${steps}`),
    last ? fact('Loss', rounded(last.values.loss), `mean before step ${last.step}`) : '',
    best && monitor ? fact(`Best ${monitor}`, rounded(best.value), `at step ${best.step}`) : '',
  ].join('')}</dl>`
}

function evaluations(lines: readonly MetricsLine[]): string {
  const held = lines.filter(({ kind }) => kind === 'evaluation')
  if (held.length === 0) return ''
  const names = [...new Set(held.flatMap(({ values }) => Object.keys(values)))]
  const rows = held.map(({ step, values }) => [String(step), ...names.map(name => rounded(values[name]))])
  return card('Evaluations', table(['step', ...names], rows))
}

function pageOf(data: RunPageData, figures: readonly ReportFigure[]): string {
  const { title, lead, configuration, files } = data
  const links = Object.entries(files).map(
    ([name, holds]) => `<a href="${name}">${escapeHtml(name)}</a>: ${escapeHtml(holds)}`,
  )
  return htmlPage({
    title,
    body: [
      `<h1>${escapeHtml(title)}</h1>`,
      `<p class="lead">${escapeHtml(lead)}</p>`,
      facts(data),
      ...figures.map(figureCard),
      evaluations(data.lines),
      card('Configuration', `<div class="scroll"><pre><code>${escapeHtml(configuration)}</code></pre></div>`),
      `<footer><p>${links.join('<br>')}</p></footer>`,
    ].join('\n'),
  })
}

/**
 * Writes a run's page, `index.html`, which needs nothing beside it, and each figure as SVG. The same run gives the same
 * bytes.
 *
 * @throws `io`
 */
export async function writeRunPage(folder: string, data: RunPageData): Promise<string> {
  const figures = runFigures(data.lines)
  for (const { name, svg } of figures) await writeFileAtomically(join(folder, `${name}.svg`), svgFile(svg))
  const page = join(folder, 'index.html')
  // last, so that it always finds what it links to
  await writeFileAtomically(page, pageOf(data, figures))
  return page
}
