import { type Progress, QuadrupoleError, silentProgress, type WorkerPool } from '../../core/index.ts'
import type { SearchModel } from '../model/search-model.ts'
import { networkRanking } from '../ranking/ranking.ts'
import { writeSearchReport } from '../report/search-report.ts'
import type { ReportFiles } from '../report/write-report.ts'
import { openSearchStrain } from '../strain/search-strain.ts'
import { viewEvents } from './event-view.ts'
import type { SearchOutcome } from './search-outcome.ts'
import { searchOfModel, searchStretches } from './search-stretches.ts'

export interface SearchFilesOptions {
  readonly model: SearchModel
  readonly pool: WorkerPool
  /** Of the report; made if need be. */
  readonly folder: string
  /** Events of more false alarms a year are not told. */
  readonly maximumRate: number
  readonly progress?: Progress
  readonly signal?: AbortSignal
}

/**
 * Searches strain files with a model and writes a report of what is found.
 *
 * @throws `config` for a model without a background; what `openSearchStrain` and the search throw; `io` where the report
 * can't be written.
 */
export async function searchFiles(
  paths: readonly string[],
  { model, pool, folder, maximumRate, progress = silentProgress, signal }: SearchFilesOptions,
): Promise<{ readonly outcome: SearchOutcome; readonly report: ReportFiles }> {
  const { background } = model
  if (background === undefined)
    throw new QuadrupoleError(
      'config',
      `search.searchFiles: the model in ${model.folder} has no background.json, by which events get false-alarm rates; ` +
        'make one with quad background',
    )
  const { detectors, sampleRate, settings } = model
  const strain = await openSearchStrain(paths, {
    detectors,
    sampleRate,
    minDuration: 2 * settings.psdSegment,
    signal,
    pool,
  })
  const ranking = await networkRanking(model.network)
  try {
    const { stretches, remarks } = strain
    const total = stretches.reduce((sum, { stretch: { span } }) => sum + span.end.minus(span.start), 0)
    const work = progress.begin('search', { total, unit: 's' })
    const search = searchOfModel(model, pool)
    const found = await searchStretches(stretches, {
      search,
      ranking,
      background: background.background,
      maximumRate,
      onProgress: seconds => work.advance(seconds),
      signal,
    })
    work.finish({ events: found.events.length })
    const outcome: SearchOutcome = {
      ...found,
      remarks,
      background: { livetime: background.background.livetimeSeconds, source: background.source },
      model: { name: model.name, folder: model.folder, hash: model.hash },
      config: { ...settings, maximumRate, sampleRate, files: paths },
    }
    const views = await viewEvents(outcome, stretches, { search, ranking })
    const report = await writeSearchReport(folder, {
      outcome,
      background: background.background,
      views,
      modelCard: model.card,
      inputs: strain.paths,
    })
    return { outcome, report }
  } finally {
    strain.close()
    await ranking.dispose()
  }
}
