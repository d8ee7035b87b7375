/** libhdf5's report is a stack; its last line that speaks of the cause says most. */
export function hdf5Reason(error: unknown): string {
  const lines = String(error).match(/#\d+: .*?\(\): .*/g) ?? []
  return lines.at(-1)?.replace(/^.*?\(\): /, '') ?? String(error)
}
