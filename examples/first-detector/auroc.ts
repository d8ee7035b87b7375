/**
 * Area under the receiver operating characteristic: the chance that a signal scores above noise, ties counting half
 * (Mann and Whitney 1947).
 */
export function auroc(ofSignals: Float32Array, ofNoise: Float32Array): number {
  const noise = ofNoise.toSorted()
  const below = (score: number, isTie: boolean): number => {
    let [low, high] = [0, noise.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (isTie ? noise[middle]! <= score : noise[middle]! < score) low = middle + 1
      else high = middle
    }
    return low
  }
  const wins = ofSignals.reduce((sum, score) => sum + (below(score, false) + below(score, true)) / 2, 0)
  return wins / (ofSignals.length * noise.length)
}
