/** Seconds in the year of a false-alarm rate: 365.25 days (Julian). */
export const julianYearSeconds = 31_557_600

/** Seconds in the month of MLGWSC-1: 30 days. */
export const challengeMonthSeconds = 2_592_000
