import { QuadrupoleError } from '../../core/index.ts'
import type { Network, Variables } from '../../nn/index.ts'
import { createSession, type ExecutionOptions, type Session, spec, Tensor, toOnnx } from '../../tensor/index.ts'
import type { DetectorNetwork } from './detector-network.ts'

/** All of a detector network but how it is computed. */
export type NetworkCard = Omit<DetectorNetwork, 'run' | 'program'>

/** A network with the session that runs it; dispose of it after use. */
export interface OnnxNetwork extends DetectorNetwork {
  dispose(): Promise<void>
}

/** A network that a session runs, whose first output is its output. */
export function sessionNetwork(
  card: NetworkCard,
  session: Session,
  { where, program }: { readonly where: string; readonly program: NonNullable<DetectorNetwork['program']> },
): OnnxNetwork {
  return {
    ...card,
    async run(windows, batch) {
      const input = Tensor.of(windows, [batch, card.detectors.length, card.window])
      const [output] = await session.run([input]).catch(cause => {
        throw new QuadrupoleError('runtime', `${where} refused windows of ${input}: ${cause.message}`, { cause })
      })
      return output!.dataAs('float32')
    },
    program,
    dispose: () => session.dispose(),
  }
}

/** Loads a model as an executor does, or by default into this thread. */
export function loadSession(
  model: Uint8Array | string,
  { executor, ...options }: ExecutionOptions = {},
): Promise<Session> {
  return executor ? executor.load(model, options) : createSession(model, options)
}

/**
 * Compiles a network of layers, with its variables, to one that detects: as a file of it would be loaded.
 *
 * @param network takes `[batch, detectors, window]` and gives one number a row.
 *
 * @example
 * const network = coherentCnn({ channels: 2, samples: 2048 })
 * const detector = await compileNetwork(network, network.init(randomKey(1)), {
 *   name: 'coherent', sampleRate: 2048, window: 2048, detectors: ['H1', 'L1'], band: [20, 1024], mergerRange: [0.6, 0.8],
 * })
 */
export async function compileNetwork<Parameters, Statistics>(
  network: Pick<Network<Parameters, Statistics>, 'apply'>,
  variables: Variables<Parameters, Statistics>,
  card: NetworkCard,
  execution?: ExecutionOptions,
): Promise<OnnxNetwork> {
  const apply = (windows: Tensor): Tensor => network.apply(variables, windows).output
  const bytes = toOnnx(apply, {
    inputs: spec([1, card.detectors.length, card.window]),
    batch: true,
    provider: execution?.provider ?? 'cpu',
  })
  const session = await loadSession(bytes, execution)
  return sessionNetwork(card, session, { where: `search.compileNetwork: ${card.name}`, program: async () => apply })
}
