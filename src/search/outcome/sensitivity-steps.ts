import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomically } from '../../core/index.ts'
import { GpsTime, type Span } from '../../gw/index.ts'
import { createStep, type Step } from '../../run/index.ts'
import { readCandidates, writeCandidates } from '../candidates/candidate-file.ts'
import type { CandidateSearch } from '../candidates/candidate-search.ts'
import { injectedStretch } from '../recovery/injected-stretch.ts'
import type { Merger } from '../recovery/merger-signals.ts'
import { type NoiseBlock, readStretchNoise, stretchNoise, writeStretchNoise } from '../recovery/stretch-noise.ts'
import type { StrainStretch } from '../strain/stretch.ts'
import { findCandidates, type StretchCandidates } from './search-stretches.ts'

const candidatesFile = 'candidates.safetensors'
const noiseFile = 'noise.safetensors'
const gatesFile = 'gates.json'

/** Seconds of work for a stretch and for a second of it, for the plan of a run: on two cores. */
const work = { perStretch: 1, perSecond: 0.006 } as const

export interface SensitivityStepsOptions {
  readonly search: CandidateSearch
  /** Paths of the files that strain is read from. */
  readonly inputs: readonly string[]
}

/** Of a step's name: which stretch it searches. */
const stretchName = ({ span }: StrainStretch): string => span.start.toString().replace('.', '-')

const costOf = ({ span }: StrainStretch): number => work.perStretch + work.perSecond * span.end.minus(span.start)

const configurationOf = ({ span, detectors, sampleRate }: StrainStretch, search: CandidateSearch) => ({
  stretch: { start: span.start.toString(), end: span.end.toString() },
  detectors,
  sampleRate,
  search: search.configuration,
})

/** The step that searches a stretch as it is, and estimates its noise. */
export function plainStep(stretch: StrainStretch, { search, inputs }: SensitivityStepsOptions): Step {
  return createStep({
    name: `strain-${stretchName(stretch)}`,
    configuration: configurationOf(stretch, search),
    inputs,
    cost: costOf(stretch),
    async run({ folder, progress, signal }) {
      const done = progress.begin('search', { total: stretch.span.end.minus(stretch.span.start), unit: 's' })
      const found = await findCandidates(stretch, { search, signal, onProgress: seconds => done.advance(seconds) })
      await writeCandidates(join(folder, candidatesFile), found.table)
      await writeFileAtomically(join(folder, gatesFile), `${JSON.stringify(found.gates)}\n`)
      await writeStretchNoise(join(folder, noiseFile), await stretchNoise(stretch, search))
      done.finish({ candidates: found.table.count })
    },
  })
}

/** What a step of `plainStep` left in its folder. */
export async function readPlain(
  folder: string,
): Promise<{ readonly candidates: StretchCandidates; readonly noise: readonly NoiseBlock[] }> {
  const gates = JSON.parse(await readFile(join(folder, gatesFile), 'utf8')) as { start: string; end: string }[][]
  const span = ({ start, end }: { start: string; end: string }): Span => ({
    start: GpsTime.parse(start),
    end: GpsTime.parse(end),
  })
  return {
    candidates: {
      table: await readCandidates(join(folder, candidatesFile)),
      gates: gates.map(spans => spans.map(span)),
    },
    noise: await readStretchNoise(join(folder, noiseFile)),
  }
}

/** The step that searches a stretch with signals in it, whitened by its noise without them. */
export function injectedStep(
  stretch: StrainStretch,
  mergers: readonly Merger[],
  { search, inputs, pass }: SensitivityStepsOptions & { readonly pass: number },
): Step {
  return createStep({
    name: `pass-${String(pass).padStart(4, '0')}-${stretchName(stretch)}`,
    configuration: { ...configurationOf(stretch, search), injections: mergers.length, injected: digestOf(mergers) },
    inputs,
    cost: costOf(stretch),
    async run({ folder, pool, progress, signal }) {
      const done = progress.begin('search', { total: stretch.span.end.minus(stretch.span.start), unit: 's' })
      const { injected, plain } = injectedStretch(stretch, mergers, { pool })
      const onProgress = (seconds: number) => done.advance(seconds)
      const { table } = await findCandidates(injected, { search, noise: plain, signal, onProgress })
      await writeCandidates(join(folder, candidatesFile), table)
      done.finish({ candidates: table.count })
    },
  })
}

/** The candidates that a step of `injectedStep` left in its folder. */
export const readInjected = (folder: string) => readCandidates(join(folder, candidatesFile))

/** Signals in a few letters: equal ones have the same. */
const digestOf = (mergers: readonly Merger[]): string =>
  createHash('sha256')
    .update(JSON.stringify(mergers.map(({ time, ...rest }) => ({ time: time.toString(), ...rest }))))
    .digest('hex')
    .slice(0, 20)
