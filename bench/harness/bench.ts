/** What is timed of one case. */
export interface Timed {
  /** One call, as a user makes it; it starts from data that is already there. */
  readonly run: () => void | Promise<void>
  /** Frees what the case holds (sessions, workers). */
  readonly close?: () => void | Promise<void>
}

/** One line of a bench's table. */
export interface BenchCase {
  readonly name: string
  /** The rival's name of the same work, in `bench/rivals/`; this case's name unless given. Or work of our own to beat. */
  readonly theirs?: string | BenchCase['setUp']
  /** The largest accepted ratio of our time to the rival's. */
  readonly bar?: number
  /** What bounds us where the bar can't be met; printed below the table, and the case no longer fails the run. */
  readonly explanation?: string
  /** Makes the data and compiles what a user compiles once. */
  readonly setUp: () => Timed | Promise<Timed>
}

/** Something measured of us alone, once. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** The largest accepted value. */
  readonly bar: number
}

/** What a module `bench/NAME.ts` exports as `bench`. */
export interface Bench {
  readonly rival: {
    /** The Python environment, as `tools/reference/make-env.sh` names it. */
    readonly environment: string
    /** The script below `bench/rivals/` that answers for the cases. */
    readonly script: string
  }
  readonly cases: readonly BenchCase[]
  /** What is measured after the cases, by names that `--only` chooses among as among those of cases. */
  readonly figures?: Readonly<Record<string, () => Promise<readonly Figure[]>>>
}
