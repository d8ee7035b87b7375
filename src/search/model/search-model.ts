import { createHash } from 'node:crypto'
import { access, readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { ioError, type Json, QuadrupoleError } from '../../core/index.ts'
import { z } from '../../train/index.ts'
import { readBackground, type StoredBackground } from '../background/background-file.ts'
import { type CandidateSettings, candidateDefaults } from '../candidates/candidate-search.ts'
import { readBank } from '../matched-filter/bank-file.ts'
import type { TemplateBank } from '../matched-filter/template-bank.ts'
import { bankFile } from '../training/candidate-steps.ts'

const positive = z.number().positive()

/** What of a card a search needs; the rest is for people. */
const cardSchema = z.looseObject({
  name: z.string(),
  kind: z.literal('coincidence'),
  detectors: z.tuple([z.string(), z.string()]),
  sampleRate: z.int().positive(),
  search: z.strictObject({
    threshold: positive.default(candidateDefaults.threshold),
    separation: positive.default(candidateDefaults.separation),
    blockDuration: positive.default(candidateDefaults.blockDuration),
    psdSegment: positive.default(candidateDefaults.psdSegment),
    gateThreshold: z.number().min(0).default(candidateDefaults.gateThreshold),
    detectorThreshold: z.number().min(0).default(candidateDefaults.detectorThreshold),
  }),
  files: z.looseObject({ model: z.string() }),
})

/** Names of a model's files beside those of a training. */
export const searchModelFiles = { bank: bankFile, background: 'background.json', card: 'model.json' } as const

/** A model that searches strain, as its folder holds it. */
export interface SearchModel {
  readonly name: string
  readonly folder: string
  /** Of card, network, bank and background: models with the same find the same. */
  readonly hash: string
  readonly detectors: readonly [string, string]
  /** Hz, of the strain it was trained on. */
  readonly sampleRate: number
  readonly settings: CandidateSettings
  readonly bank: TemplateBank
  /** Path of the network that ranks candidates. */
  readonly network: string
  /** What noise alone makes of it; without it no event has a false-alarm rate. */
  readonly background: StoredBackground | undefined
  readonly card: Readonly<Record<string, Json>>
}

/**
 * Reads the model in a folder: `model.json`, the network it names, `bank.safetensors` and `background.json`, where there is
 * one.
 *
 * @throws `io` where a file is missing, `config` for a card that is not one of such a model.
 */
export async function readSearchModel(folder: string): Promise<SearchModel> {
  const at = (name: string) => join(folder, name)
  const read = (name: string) =>
    readFile(at(name)).catch((cause: unknown) => {
      throw ioError('search.readSearchModel', 'read', at(name), cause, 'a model is a folder that quad train has left')
    })
  const refuse = (problem: string, cause?: unknown): never => {
    throw new QuadrupoleError(
      'config',
      `search.readSearchModel: ${at(searchModelFiles.card)} is no card of a model that searches: ${problem}`,
      { cause, details: { folder } },
    )
  }
  const bytes = await read(searchModelFiles.card)
  let content: unknown
  try {
    content = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    return refuse('it is no JSON', cause)
  }
  const parsed = cardSchema.safeParse(content)
  if (!parsed.success)
    return refuse(parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; '))
  const { name, detectors, sampleRate, search, files } = parsed.data
  const path = at(searchModelFiles.background)
  const hasBackground = await access(path).then(
    () => true,
    () => false,
  )
  const hash = createHash('sha256').update(bytes)
  for (const file of [files.model, searchModelFiles.bank, ...(hasBackground ? [searchModelFiles.background] : [])])
    hash.update(await read(file))
  return {
    name: name || basename(resolve(folder)),
    folder,
    hash: hash.digest('hex').slice(0, 16),
    detectors,
    sampleRate,
    settings: search,
    bank: await readBank(at(searchModelFiles.bank)),
    network: at(files.model),
    background: hasBackground ? await readBackground(path) : undefined,
    card: content as Record<string, Json>,
  }
}
