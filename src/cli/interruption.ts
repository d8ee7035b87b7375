/** What tells work to stop, for as long as it is not disposed of. */
export interface Interruption extends Disposable {
  readonly signal: AbortSignal
}

/** A signal that the first SIGINT or SIGTERM aborts; a second one ends the process the usual way. */
export function interruption(): Interruption {
  const stop = new AbortController()
  const interrupt = () => stop.abort()
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  return {
    signal: stop.signal,
    [Symbol.dispose]() {
      process.off('SIGINT', interrupt)
      process.off('SIGTERM', interrupt)
    },
  }
}
