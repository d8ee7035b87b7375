export { type AdamOptions, type AdamState, adam, type Optimizer } from './adam.ts'
