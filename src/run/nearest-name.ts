/** The number of characters to insert, delete, replace or swap to make one text of another (Damerau 1964). */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      next[j] = Math.min(
        last[j]! + 1,
        next[j - 1]! + 1,
        last[j - 1]! + (isSame ? 0 : 1),
        isSwapped ? before[j - 2]! + 1 : Number.POSITIVE_INFINITY,
      )
    }
    before = last
    last = next
  }
  return last[b.length]!
}

const bare = (name: string): string => name.toLowerCase().replaceAll(/[_\-.\s]/g, '')

/** The known name that was probably meant: near in spelling, case and separators aside; undefined where none is. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const meant = bare(name)
  const ranked = known
    .map(each => ({ each, distance: editDistance(meant, bare(each)) }))
    .filter(({ each, distance }) => {
      const longer = meant.startsWith(bare(each)) || bare(each).startsWith(meant)
      return distance <= Math.max(1, Math.floor(bare(each).length / 3)) || (longer && meant.length > 2)
    })
    .toSorted((a, b) => a.distance - b.distance)
  return ranked[0]?.each
}
