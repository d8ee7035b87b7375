import { expect, it } from 'vitest'
import { QuadrupoleError } from './errors.ts'

it('QuadrupoleError carries code, details and cause, and is an Error by name', () => {
  const cause = new RangeError('x')
  const error = new QuadrupoleError('shape', 'where: what', { cause, details: { shape: [2] } })
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ name: 'QuadrupoleError', code: 'shape', details: { shape: [2] }, cause })
  expect(String(error)).toBe('QuadrupoleError: where: what')
})

it('QuadrupoleError without options has empty details and no cause', () => {
  const error = new QuadrupoleError('io', 'where: what')
  expect(error.details).toEqual({})
  expect('cause' in error).toBe(false)
})
