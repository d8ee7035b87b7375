import { QuadrupoleError } from '../../core/index.ts'

/** A function made of others, whose errors name it instead of them: users know what they called. */
export function calledAs<Args extends readonly unknown[], Out>(
  name: string,
  f: (...args: Args) => Out,
): (...args: Args) => Out {
  return (...args) => {
    try {
      return f(...args)
    } catch (error) {
      if (!(error instanceof QuadrupoleError)) throw error
      const message = error.message.replace(/^[\w.]+(?=: )/, name)
      throw new QuadrupoleError(error.code, message, { cause: error, details: error.details })
    }
  }
}
