export { type ComplexArrays, createFft, type Fft, type FloatArray } from './fft.ts'
export { fft, irfft, rfft } from './thread-fft.ts'
