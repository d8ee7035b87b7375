export { type ComplexArrays, createFft, type Fft, type FloatArray } from './fft.ts'
export { createParallelFft, type ParallelFft, type SameFloats } from './parallel-fft.ts'
export { fft, irfft, rfft } from './thread-fft.ts'
