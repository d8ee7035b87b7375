import type { QualityFault } from '../../data/index.ts'
import type { Span } from '../../gw/index.ts'

const complaints: Readonly<Record<QualityFault['kind'], string>> = {
  'not-finite': 'is NaN or infinite',
  flat: 'does not change',
  clipped: 'is clipped',
  quiet: 'is far below its level',
  missing: 'has no samples',
  tapered: 'is tapered',
  flagged: 'fails',
}

/** Spans that a sentence names one by one. */
const named = 8

/** Some spans in words, with the seconds they last where they are several. */
export function spansText(spans: readonly Span[]): string {
  const shown = spans.slice(0, named).map(({ start, end }) => `${start} to ${end}`)
  const more = spans.length > named ? ` and ${spans.length - named} more` : ''
  const seconds = spans.reduce((sum, { start, end }) => sum + end.minus(start), 0)
  const total = spans.length > 1 ? ` (${Number(seconds.toPrecision(6))} s in all)` : ''
  return `GPS ${shown.join(', ')}${more}${total}`
}

/** What is left out as sentences, one for each detector and reason, in order of the first time of each. */
export function leftOutRemarks(faults: readonly QualityFault[]): readonly string[] {
  const groups = new Map<string, QualityFault[]>()
  for (const fault of faults) {
    const { detector, kind, tests = [] } = fault
    const sentence = [detector, complaints[kind], ...(tests.length > 0 ? [tests.join(' and ')] : [])].join(' ')
    const group = groups.get(sentence)
    if (group === undefined) groups.set(sentence, [fault])
    else group.push(fault)
  }
  return [...groups].map(([sentence, group]) => {
    const paths = [...new Set(group.flatMap(({ path }) => path ?? []))]
    const files = paths.length === 0 ? '' : ` (${paths[0]}${paths.length > 1 ? ` and ${paths.length - 1} more` : ''})`
    return `${sentence} at ${spansText(group.map(({ span }) => span))}${files}`
  })
}
