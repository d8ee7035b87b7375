import { expect, it } from 'vitest'
import { builtUrl } from './built.ts'

it.each([
  ['file:///home/me/quadrupole/src/core/a.ts', './b.js', 'file:///home/me/quadrupole/dist/core/b.js'],
  [
    'file:///home/me/quadrupole/src/tensor/fft/a.ts',
    './fft.wasm',
    'file:///home/me/quadrupole/dist/tensor/fft/fft.wasm',
  ],
  ['file:///usr/src/app/src/core/a.ts', '../run/b.js', 'file:///usr/src/app/dist/run/b.js'],
  ['file:///usr/src/app/dist/core/a.js', './b.js', 'file:///usr/src/app/dist/core/b.js'],
  ['file:///a%20b/src/core/a.ts', './b.js', 'file:///a%20b/dist/core/b.js'],
])('the build of %s has %s at %s', (from, relative, url) => {
  expect(builtUrl(from, relative).href).toBe(url)
})
