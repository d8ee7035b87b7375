/** The latest samples of several channels, float32, each kept once and known by its place in the stream. */
export interface SampleRing {
  /** Samples written so far. */
  readonly end: number
  /** Writes samples `from` to `to` (not included) of each channel, over the oldest ones. */
  write(channels: readonly (Float32Array | Float64Array)[], from: number, to: number): void
  /** Copies `length` samples of each channel, which must be among the latest, to the beginnings of a target's rows. */
  read(start: number, length: number, target: Float32Array, rowLength: number): void
}

/** A ring of the latest `capacity` samples of each channel. */
export function createSampleRing(channels: number, capacity: number): SampleRing {
  const rows = Array.from({ length: channels }, () => new Float32Array(capacity))
  let end = 0
  return {
    get end() {
      return end
    },
    write(sources, from, to) {
      for (const [c, row] of rows.entries())
        for (let at = from; at < to; ) {
          const place = (end + at - from) % capacity
          const next = Math.min(to, at + capacity - place)
          row.set(sources[c]!.subarray(at, next), place)
          at = next
        }
      end += to - from
    },
    read(start, length, target, rowLength) {
      const place = start % capacity
      const first = Math.min(length, capacity - place)
      for (const [c, row] of rows.entries()) {
        target.set(row.subarray(place, place + first), c * rowLength)
        target.set(row.subarray(0, length - first), c * rowLength + first)
      }
    },
  }
}
