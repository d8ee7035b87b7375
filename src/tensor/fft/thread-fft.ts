import { createFft, type Fft } from './fft.ts'

let shared: Fft | undefined

// One set of kernels and plans for a thread: a cache that no result depends on.
const threadFft = (): Fft => (shared ??= createFft())

/** `Fft.fft` on the thread's shared plans: complex rows of n; with `inverse`, divided by n. */
export const fft: Fft['fft'] = (re, im, n, options) => threadFft().fft(re, im, n, options)

/** `Fft.rfft` on the thread's shared plans: real rows of n to floor(n / 2) + 1 bins, unnormalised. */
export const rfft: Fft['rfft'] = (x, n, options) => threadFft().rfft(x, n, options)

/** `Fft.irfft` on the thread's shared plans: floor(n / 2) + 1 bins to real rows of n, divided by n. */
export const irfft: Fft['irfft'] = (re, im, n, options) => threadFft().irfft(re, im, n, options)
