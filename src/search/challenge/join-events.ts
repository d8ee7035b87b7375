import type { ChallengeEvents } from '../../data/index.ts'

/** The events of several files as those of one, in the order of the files. */
export function joinEvents(parts: readonly ChallengeEvents[]): ChallengeEvents {
  const join = (name: keyof ChallengeEvents): Float64Array => {
    const joined = new Float64Array(parts.reduce((length, part) => length + part[name].length, 0))
    let at = 0
    for (const part of parts) {
      joined.set(part[name], at)
      at += part[name].length
    }
    return joined
  }
  return { time: join('time'), stat: join('stat'), var: join('var') }
}
