import { defineBinary, defineUnary } from './elementwise.ts'
import { anyDType, floats, numbers } from './rules.ts'

export const equal = defineBinary({
  name: 'equal',
  dtypes: anyDType,
  output: 'bool',
  value: (a, b) => (a === b ? 1 : 0),
  bigValue: (a, b) => a === b,
  gradient: 'none',
  lower: 'Equal',
})

export const less = defineBinary({
  name: 'less',
  dtypes: numbers,
  output: 'bool',
  value: (a, b) => (a < b ? 1 : 0),
  bigValue: (a, b) => a < b,
  gradient: 'none',
  lower: 'Less',
})

export const lessEqual = defineBinary({
  name: 'lessEqual',
  dtypes: numbers,
  output: 'bool',
  value: (a, b) => (a <= b ? 1 : 0),
  bigValue: (a, b) => a <= b,
  gradient: 'none',
  lower: 'LessOrEqual',
})

export const logicalAnd = defineBinary({
  name: 'logicalAnd',
  dtypes: ['bool'],
  value: (a, b) => a & b,
  gradient: 'none',
  lower: 'And',
})

export const logicalOr = defineBinary({
  name: 'logicalOr',
  dtypes: ['bool'],
  value: (a, b) => a | b,
  gradient: 'none',
  lower: 'Or',
})

export const logicalNot = defineUnary({
  name: 'logicalNot',
  dtypes: ['bool'],
  value: x => 1 - x,
  gradient: 'none',
  lower: 'Not',
})

export const isNaN = defineUnary({
  name: 'isNaN',
  dtypes: floats,
  output: 'bool',
  value: x => (Number.isNaN(x) ? 1 : 0),
  gradient: 'none',
  lower: 'IsNaN',
})
