export { builtUrl } from './built.ts'
export { type ErrorCode, errorCodes, QuadrupoleError } from './errors.ts'
export { flatten, type MapTree, mapTree, type Tree, type TreeShape, treePaths, unflatten, zipTrees } from './tree.ts'
