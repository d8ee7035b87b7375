export type Failure = Error & { readonly code?: string; readonly details?: Readonly<Record<string, unknown>> }

/** What a promise is rejected with; an error that says so if it is not. */
export const failure = (promise: Promise<unknown>): Promise<Failure> =>
  promise.then(
    value => new Error(`resolved to ${value}`),
    (error: Failure) => error,
  )
