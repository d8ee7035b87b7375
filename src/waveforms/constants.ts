/** Nominal solar mass as a time, `G M / c^3` in seconds (IAU 2015 nominal solar mass parameter, as LAL has it). */
export const solarMassSeconds = 4.925490947641267e-6

/** Nominal solar mass as a length, `G M / c^2` in metres. */
export const solarMassMetres = 1476.6250380501247

/** Megaparsec in metres (IAU 2015). */
export const megaparsecMetres = 3.085677581491367e22
