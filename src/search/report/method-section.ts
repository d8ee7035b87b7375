import type { Json } from '../../core/index.ts'
import { card, escapeHtml } from '../../plot/index.ts'
import type { SearchOutcome } from '../outcome/search-outcome.ts'
import { durationText, listText } from './rate-text.ts'
import { detectorsOf } from './search-verdict.ts'
import { settingsTable } from './settings-table.ts'

/** What a model's card says, as JSON. */
export type ModelCard = Readonly<Record<string, Json>>

const paragraph = (text: string): string => `<p>${escapeHtml(text)}</p>`

/** Something long that is opened by who wants it. */
const details = (summary: string, content: string): string =>
  content === '' ? '' : `<details><summary>${escapeHtml(summary)}</summary>${content}</details>`

/** What is not in a card's table: what is said before it, and how its files came about, which they say themselves. */
const outsideTable = ['name', 'description', 'limits', 'manifest']

/** A card's sentences first, then its numbers. */
function cardText(modelCard: ModelCard | undefined): string {
  if (modelCard === undefined) return ''
  const sentence = (key: string, before = ''): string => {
    const value = modelCard[key]
    return typeof value === 'string' ? paragraph(before + value) : ''
  }
  const rest = Object.fromEntries(Object.entries(modelCard).filter(([key]) => !outsideTable.includes(key)))
  return `${sentence('description')}${sentence('limits', 'Limits: ')}${details('The model’s card', settingsTable(rest))}`
}

/** How a search was done, in plain words, with the model's card and every setting. */
export function methodSection(outcome: SearchOutcome, modelCard: ModelCard | undefined): string {
  const { model, background, config } = outcome
  const steps = [
    `Strain of ${listText(detectorsOf(outcome)) || 'the detectors'} is whitened by each detector’s own noise spectrum, ` +
      'estimated from the data, and matched-filtered with a bank of templates of merging black holes.',
    'A candidate is a moment at which one template is loud in all detectors within the time that light takes from one ' +
      'to the other. Its SNRs are the outputs of the filter; its consistency says how much power the template leaves over.',
    `The model ${model.name} gives each candidate a statistic: the larger, the more like a signal. The loudest ` +
      'candidate of a moment is an event.',
    'The false-alarm rate of an event is (N + 1) / T: N events of noise alone are at least as loud in a background of ' +
      `T = ${durationText(background.livetime)}. Beyond the loudest of them an exponential fitted to the loudest ` +
      'continues it, where it fits. Intervals are of one standard deviation.',
  ]
  return card(
    'Method',
    `<ol>${steps.map(step => `<li>${escapeHtml(step)}</li>`).join('')}</ol>` +
      `<p>Model: ${escapeHtml(model.name)}, hash <code>${escapeHtml(model.hash)}</code>.</p>` +
      cardText(modelCard) +
      details('Where the background is from', settingsTable(background.source)) +
      details('Configuration', settingsTable(config)),
  )
}

/** What searched a challenge's data set, with its card and every setting of the search. */
export const modelSection = ({
  name,
  modelCard,
  settings,
}: {
  readonly name: string
  readonly modelCard: ModelCard | undefined
  readonly settings: Readonly<Record<string, Json>>
}): string =>
  card(
    'Method',
    paragraph(
      `Searched with ${name}. Each stretch of data is whitened by a noise spectrum estimated from it and matched-filtered ` +
        'with a bank of templates; candidates are ranked as the configuration says. An event is true if it lies within its ' +
        'tolerance of the nearest injection, and an injection is found at a threshold if one of its true events is louder.',
    ) +
      cardText(modelCard) +
      details('Configuration', settingsTable(settings)),
  )
