import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { QuadrupoleError } from '../../core/index.ts'
import { type ExecutionOptions, readOnnx } from '../../tensor/index.ts'
import { loadSession, type NetworkCard, type OnnxNetwork, sessionNetwork } from '../dense/session-network.ts'

const isPositive = (value: unknown): value is number => typeof value === 'number' && value > 0
const isRange = (value: unknown): boolean => {
  if (!Array.isArray(value) || value.length !== 2) return false
  const [from, to] = value
  return typeof from === 'number' && typeof to === 'number' && from <= to
}

/** Keys that `model.json` beside a network's ONNX file must have (it may have more), each with what it must be. */
const cardRules: { readonly [Key in keyof NetworkCard]: readonly [string, (value: unknown) => boolean] } = {
  name: ['a string', value => typeof value === 'string'],
  sampleRate: ['a positive integer (Hz)', value => isPositive(value) && Number.isInteger(value)],
  window: ['a positive integer (samples)', value => isPositive(value) && Number.isInteger(value)],
  detectors: [
    "a list such as ['H1', 'L1']",
    value => Array.isArray(value) && value.every(item => typeof item === 'string'),
  ],
  band: ['two frequencies (Hz)', isRange],
  mergerRange: ['two times (seconds from the start of the window)', isRange],
}

async function readCard(path: string): Promise<NetworkCard> {
  let card: Record<string, unknown>
  try {
    card = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    const why = cause instanceof SyntaxError ? `is not JSON (${cause.message})` : `can't be read`
    throw new QuadrupoleError('config', `search.loadNetwork: ${path} ${why}; a network needs its model.json`, { cause })
  }
  for (const [key, [expected, holds]] of Object.entries(cardRules))
    if (!holds(card[key]))
      throw new QuadrupoleError(
        'config',
        `search.loadNetwork: ${path}: expected ${key} to be ${expected}, got ${JSON.stringify(card[key])}`,
      )
  return card as unknown as NetworkCard
}

/**
 * Loads a network from an ONNX file with one input `[batch, detectors, window]` and one output of a number a row,
 * float32, and the `model.json` beside it.
 *
 * @throws `config` for a `model.json` that is missing or wrong, `runtime` for a file that ONNX Runtime refuses.
 */
export async function loadNetwork(path: string, execution?: ExecutionOptions): Promise<OnnxNetwork> {
  const card = await readCard(join(dirname(path), 'model.json'))
  const session = await loadSession(path, execution).catch(cause => {
    throw new QuadrupoleError('runtime', `search.loadNetwork: ${path} can't be loaded: ${cause.message}`, { cause })
  })
  return sessionNetwork(card, session, {
    where: `search.loadNetwork: ${path}`,
    async program() {
      const model = await readOnnx(path)
      const [input, output] = [model.inputs[0]!.name, model.outputs[0]!.name]
      return windows => model.call({}, { [input]: windows })[output]!
    },
  })
}
