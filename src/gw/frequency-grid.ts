/** A uniform grid of frequencies: bin `k` stands for `firstFrequency + k * resolution`, Hz. */
export interface FrequencyGrid {
  readonly resolution: number
  /** 0 unless given. */
  readonly firstFrequency?: number
}
