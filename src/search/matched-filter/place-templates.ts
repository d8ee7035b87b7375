import { type Progress, silentProgress } from '../../core/index.ts'
import { type ComparableSpectra, matchesWith } from './match.ts'

/** Templates chosen from candidates. */
export interface Placement {
  /** Which candidates are templates, in the order in which they were chosen. */
  readonly chosen: readonly number[]
  /** Of each of these, the match it had with those before it: what all candidates match the templates before it by, at least. */
  readonly before: readonly number[]
  /** Of each candidate with a template: the match, at least `minimumMatch` unless `maximumCount` ended the choice. */
  readonly matches: Float64Array
}

export interface PlaceTemplatesOptions {
  readonly minimumMatch: number
  readonly maximumCount?: number
  readonly progress?: Progress
}

/** Candidates that match no template yet, around the template that is nearest to them. */
interface Cluster {
  /** The template; none before the first is chosen. */
  readonly centre: number | undefined
  members: number[]
}

/**
 * Chooses templates among unit spectra so that each of them matches one: again and again the worst matched becomes a
 * template (Gonzalez 1985), until all match to `minimumMatch` or `maximumCount` are chosen.
 *
 * The angle arccos(match) obeys the triangle inequality, being that between orbits of a group of unitary maps, shifts in
 * time and phase: a candidate that is nearer to its template than half that template's distance from a new one has nothing
 * to gain from the new one, and is not compared. So nearly all comparisons are between neighbours.
 */
export function placeTemplates(
  candidates: ComparableSpectra,
  { minimumMatch, maximumCount = candidates.rows, progress = silentProgress }: PlaceTemplatesOptions,
): Placement {
  const matches = new Float64Array(candidates.rows)
  const chosen: number[] = []
  const before: number[] = []
  let clusters: Cluster[] = [{ centre: undefined, members: Array.from(matches.keys()) }]
  const work = progress.begin('placing templates', { total: candidates.rows, unit: 'waveforms' })
  let open = candidates.rows
  while (clusters.length > 0 && chosen.length < maximumCount) {
    const template = worstOf(clusters, matches)
    chosen.push(template)
    before.push(matches[template]!)
    const compared = mayGain(clusters, { candidates, matches, template })
    const found = matchesWith(candidates, template, compared)
    const own: number[] = []
    for (const [i, candidate] of compared.entries())
      if (found[i]! > matches[candidate]!) {
        matches[candidate] = found[i]!
        own.push(candidate)
      }
    const moved = new Set(own)
    const isOpen = (candidate: number) => matches[candidate]! < minimumMatch
    for (const cluster of clusters)
      cluster.members = cluster.members.filter(candidate => !moved.has(candidate) && isOpen(candidate))
    clusters = [...clusters, { centre: template, members: own.filter(isOpen) }].filter(
      ({ members }) => members.length > 0,
    )
    const left = clusters.reduce((sum, { members }) => sum + members.length, 0)
    work.advance(open - left, { templates: chosen.length })
    open = left
  }
  work.finish({ templates: chosen.length })
  return { chosen, before, matches }
}

/** The candidate with the least match, of equal ones the first. */
function worstOf(clusters: readonly Cluster[], matches: Float64Array): number {
  let worst = clusters[0]!.members[0]!
  for (const { members } of clusters)
    for (const candidate of members) {
      const difference = matches[candidate]! - matches[worst]!
      if (difference < 0 || (difference === 0 && candidate < worst)) worst = candidate
    }
  return worst
}

interface Comparison {
  readonly candidates: ComparableSpectra
  readonly matches: Float64Array
  readonly template: number
}

/** Candidates that may be nearer to a new template than to the one they are nearest to. */
function mayGain(clusters: readonly Cluster[], { candidates, matches, template }: Comparison): number[] {
  const centred = clusters.filter(({ centre }) => centre !== undefined)
  const distances = matchesWith(
    candidates,
    template,
    centred.map(({ centre }) => centre!),
  )
  const half = new Map(centred.map((cluster, i) => [cluster, Math.acos(Math.min(1, distances[i]!)) / 2]))
  return clusters.flatMap(cluster => {
    const most = Math.cos(half.get(cluster) ?? 0)
    return cluster.members.filter(candidate => candidate === template || matches[candidate]! < most)
  })
}
