import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ioError, QuadrupoleError } from '../../core/index.ts'
import { createSession, Tensor } from '../../tensor/index.ts'
import { type CandidateTable, storedTemplates, tableRows } from '../candidates/candidate-file.ts'
import { keptSamples } from '../matched-filter/candidate.ts'

/** Says of candidates how much each is like a signal. */
export interface Ranking {
  /** What of it shapes its statistic, as plain JSON. */
  readonly configuration: Readonly<Record<string, unknown>>
  /** A number for each candidate; larger is more like a signal. */
  rank(candidates: CandidateTable): Promise<Float64Array>
  dispose(): Promise<void>
}

/** Plain matched filtering: the network SNR, the root of the sum of the squares of the detectors' SNRs. */
export const snrRanking = (): Ranking => ({
  configuration: { ranking: 'network SNR' },
  rank: ({ snr }) => Promise.resolve(snr.slice()),
  dispose: () => Promise.resolve(),
})

/** Candidates that a network is given at a time. */
const batch = 256

/** Candidates as the tensors that a ranking network takes. */
export const rankingInputs = ({ count, series, templates, consistency }: CandidateTable) => ({
  series: Tensor.of(series, [count, storedTemplates, 2, 2, keptSamples]),
  templates: Tensor.of(templates, [count, storedTemplates]),
  consistency: Tensor.of(consistency, [count, storedTemplates, 2]),
})

/**
 * Ranks by the logit of a network that `quad train` made, an ONNX file.
 *
 * @throws `io` where the file can't be read, `runtime` for one that ONNX Runtime refuses, `format` for one that takes
 * something else than candidates.
 */
export async function networkRanking(path: string): Promise<Ranking> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw ioError('search.networkRanking', 'read', path, cause)
  })
  const session = await createSession(bytes)
  const place = session.outputNames.indexOf('logit')
  const known = rankingInputs(emptyRows)
  if (place < 0 || session.inputNames.some(name => !(name in known))) {
    await session.dispose()
    throw new QuadrupoleError(
      'format',
      `search.networkRanking: ${path} takes ${session.inputNames} and gives ${session.outputNames}; expected ` +
        `${Object.keys(known)} of candidates and a logit: train one with the data kind candidates`,
    )
  }
  return {
    configuration: { ranking: 'network', network: createHash('sha256').update(bytes).digest('hex').slice(0, 16) },
    async rank(candidates) {
      const logits = new Float64Array(candidates.count)
      for (let from = 0; from < candidates.count; from += batch) {
        const rows = Array.from({ length: Math.min(batch, candidates.count - from) }, (_, i) => from + i)
        const inputs = rankingInputs(tableRows(candidates, rows)) as Readonly<Record<string, Tensor>>
        const outputs = await session.run(session.inputNames.map(name => inputs[name]!))
        logits.set(outputs[place]!.dataAs('float32'), from)
      }
      return logits
    },
    dispose: () => session.dispose(),
  }
}

const emptyRows: CandidateTable = {
  count: 0,
  times: new BigInt64Array(0),
  snrs: new Float64Array(0),
  snr: new Float64Array(0),
  templates: new Int32Array(0),
  consistency: new Float32Array(0),
  series: new Float32Array(0),
}
