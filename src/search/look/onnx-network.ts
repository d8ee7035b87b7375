import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { QuadrupoleError } from '../../core/index.ts'
import { createSession, Tensor } from '../../tensor/index.ts'
import type { DetectorNetwork } from './network.ts'

/** What `model.json` beside a network's ONNX file must say; it may say more. */
type NetworkCard = Omit<DetectorNetwork, 'run'>

/** A network with the session that runs it; dispose of it after use. */
export interface OnnxNetwork extends DetectorNetwork {
  dispose(): Promise<void>
}

const isPositive = (value: unknown): value is number => typeof value === 'number' && value > 0
const isRange = (value: unknown): boolean => {
  if (!Array.isArray(value) || value.length !== 2) return false
  const [from, to] = value
  return typeof from === 'number' && typeof to === 'number' && from <= to
}

/** Keys of a card, each with what it must be. */
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
export async function loadNetwork(path: string): Promise<OnnxNetwork> {
  const card = await readCard(join(dirname(path), 'model.json'))
  const session = await createSession(path).catch(cause => {
    throw new QuadrupoleError('runtime', `search.loadNetwork: ${path} can't be loaded: ${cause.message}`, { cause })
  })
  return {
    ...card,
    async run(windows, batch) {
      const input = Tensor.of(windows, [batch, card.detectors.length, card.window])
      const [output] = await session.run([input]).catch(cause => {
        throw new QuadrupoleError(
          'runtime',
          `search.loadNetwork: ${path} refused windows of ${input}: ${cause.message}`,
          {
            cause,
          },
        )
      })
      return output!.dataAs('float32')
    },
    dispose: () => session.dispose(),
  }
}
