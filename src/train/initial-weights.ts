import { extname } from 'node:path'
import { flatten, QuadrupoleError, treePaths } from '../core/index.ts'
import type { Network, Variables } from '../nn/index.ts'
import { type NamedTensors, readOnnx } from '../tensor/index.ts'
import { readWeights } from './checkpoint.ts'
import { treeOfNamed } from './named-tensors.ts'
import { readSafetensors } from './safetensors.ts'

export interface LoadWeightsOptions {
  /** The name in the file of the tensor at a path of the parameters or statistics; the network's `torchName` by default. */
  readonly nameOf?: (path: string) => string
}

/**
 * Reads weights for a network: from safetensors, ours (by paths of our trees) or those of PyTorch (by names of its state
 * dictionaries, as `safetensors.torch.save_file(model.state_dict(), path)` writes them), or from a model that PyTorch
 * exported to ONNX without folding constants, which keeps those names. Halves and doubles become what the network has.
 *
 * @param template variables of the network, as `init` gives them
 * @throws `io`; `format` naming every tensor that is missing, has no place or another shape; `argument` for another kind
 *   of file.
 * @example
 * const network = resNet1d({ channels: 2 })
 * const variables = await loadWeights('aframe.safetensors', network, network.init(randomKey(1)))
 */
export async function loadWeights<Parameters, Statistics>(
  path: string,
  network: Pick<Network, 'torchName'>,
  template: Variables<Parameters, Statistics>,
  { nameOf = network.torchName ?? (own => own) }: LoadWeightsOptions = {},
): Promise<Variables<Parameters, Statistics>> {
  const kind = extname(path)
  if (kind !== '.safetensors' && kind !== '.onnx')
    throw new QuadrupoleError('argument', `train.loadWeights: expected a .safetensors or .onnx file, got ${path}`)
  const tensors = kind === '.onnx' ? (await readOnnx(path)).parameters : (await readSafetensors(path)).tensors
  if (kind === '.safetensors' && isOurs(tensors, template)) return readWeights(path, template)
  return fromNames(tensors, template, { path, nameOf })
}

/** Whether every parameter has its path for a name. */
const isOurs = (tensors: NamedTensors, { parameters }: Variables): boolean => {
  const { leaves } = flatten(parameters)
  return treePaths(parameters).every(
    (path, i) => path in tensors || ('re' in (leaves[i] as object) && `${path}.re` in tensors),
  )
}

function fromNames<Parameters, Statistics>(
  tensors: NamedTensors,
  { parameters, statistics }: Variables<Parameters, Statistics>,
  { path, nameOf }: { readonly path: string; readonly nameOf: (path: string) => string },
): Variables<Parameters, Statistics> {
  // together, so that a tensor without a place in either is told
  const both = treeOfNamed({ parameters, statistics }, tensors, {
    from: path,
    nameOf: own => nameOf(own.slice(own.indexOf('.') + 1)),
    // PyTorch counts the batches that a normalisation saw, which nothing needs
    ignored: name => name.endsWith('num_batches_tracked'),
    cast: true,
  })
  return both
}
