/**
 * Names of PyTorch's state dictionaries for paths of our parameter trees. Normalisations are called `bn` there whatever
 * they are, as in torchvision's residual networks.
 */

/** Last parts of paths that differ. */
const leafNames: Readonly<Record<string, string>> = {
  scale: 'weight',
  offset: 'bias',
  mean: 'running_mean',
  variance: 'running_var',
}

const leafName = (leaf: string): string => leafNames[leaf] ?? leaf

/**
 * The name in torchvision's scheme of a tensor of `resNet1d`: `stages.0.1.convolutions.0.weight` is
 * `layer1.1.conv1.weight`.
 */
export function resNet1dTorchName(path: string): string {
  const parts = path.split('.')
  const leaf = parts.at(-1)!
  const isNorm = leaf in leafNames
  if (parts[0] === 'head') return `fc.${leaf}`
  if (parts[0] === 'stem') return `${isNorm ? 'bn1' : 'conv1'}.${leafName(leaf)}`
  const [, stage, block, kind, position] = parts
  const prefix = `layer${Number(stage) + 1}.${block}`
  if (kind === 'shortcut') return `${prefix}.downsample.${isNorm ? 1 : 0}.${leafName(leaf)}`
  return `${prefix}.${isNorm ? 'bn' : 'conv'}${Number(position) + 1}.${leafName(leaf)}`
}
