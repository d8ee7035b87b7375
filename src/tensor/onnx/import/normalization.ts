import { mean, variance } from '../../ops/reduce.ts'
import { normalizeAxis } from '../../shape.ts'
import type { Tensor } from '../../tensor.ts'
import { perChannel } from './conv.ts'
import type { Operator, Operators } from './operator.ts'

const defaultEpsilon = 1e-5

/** (x - mean) / sqrt(variance + epsilon) over axes. */
const normalized = (x: Tensor, axes: readonly number[], epsilon: number): Tensor => {
  const center = x.sub(mean(x, { axes, keepAxes: true }))
  return center.div(variance(x, { axes, keepAxes: true }).add(epsilon).sqrt())
}

const axesFrom = (first: number, rank: number): number[] => Array.from({ length: rank - first }, (_, i) => first + i)

const batchNormalization: Operator = ([x, scale, bias, center, spread], node) => {
  if (node.flag('training_mode') || node.outputCount > 1)
    throw node.unsupported('training mode; export the model in evaluation mode')
  // two factors a channel, which are computed once where the parameters are concrete
  const factor = scale!.div(spread!.add(node.float('epsilon', defaultEpsilon)).sqrt())
  const offset = bias!.sub(center!.mul(factor))
  return x!.mul(perChannel(factor, x!.rank)).add(perChannel(offset, x!.rank))
}

const instanceNormalization: Operator = ([x, scale, bias], node) =>
  normalized(x!, axesFrom(2, x!.rank), node.float('epsilon', defaultEpsilon))
    .mul(perChannel(scale!, x!.rank))
    .add(perChannel(bias!, x!.rank))

const groupNormalization: Operator = ([x, scale, bias], node) => {
  const { shape, rank } = x!
  const groups = node.integer('num_groups', 1)
  const grouped = x!.reshape([shape[0]!, groups, -1])
  const normal = normalized(grouped, [2], node.float('epsilon', defaultEpsilon)).reshape(shape)
  // one a group before operator set 21, one a channel since
  const spread = (values: Tensor): Tensor => {
    if (values.size === shape[1]) return perChannel(values, rank)
    const each = values.reshape([groups, 1]).broadcastTo([groups, shape[1]! / groups])
    return perChannel(each.reshape([shape[1]!]), rank)
  }
  return normal.mul(spread(scale!)).add(spread(bias!))
}

const layerNormalization: Operator = ([x, scale, bias], node) => {
  if (node.outputCount > 1) throw node.unsupported('the mean and deviation it normalised with')
  const first = normalizeAxis(node.label, node.integer('axis', -1), x!.rank)
  const scaled = normalized(x!, axesFrom(first, x!.rank), node.float('epsilon', defaultEpsilon)).mul(scale!)
  return bias ? scaled.add(bias) : scaled
}

const rootMeanSquareNormalization: Operator = ([x, scale], node) => {
  const axes = axesFrom(normalizeAxis(node.label, node.integer('axis', -1), x!.rank), x!.rank)
  const power = mean(x!.mul(x!), { axes, keepAxes: true })
  return x!.div(power.add(node.float('epsilon', defaultEpsilon)).sqrt()).mul(scale!)
}

const lpNormalization: Operator = ([x], node) => {
  const axes = [normalizeAxis(node.label, node.integer('axis', -1), x!.rank)]
  const options = { axes, keepAxes: true }
  return x!.div(node.integer('p', 2) === 1 ? x!.abs().sum(options) : x!.mul(x!).sum(options).sqrt())
}

export const normalizationOperators: Operators = {
  BatchNormalization: batchNormalization,
  InstanceNormalization: instanceNormalization,
  GroupNormalization: groupNormalization,
  LayerNormalization: layerNormalization,
  RMSNormalization: rootMeanSquareNormalization,
  LpNormalization: lpNormalization,
}
