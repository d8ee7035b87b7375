/** `(m1 m2)^(3/5) / (m1 + m2)^(1/5)`, in the unit of the masses. */
export function chirpMass(mass1: number, mass2: number): number {
  return (mass1 * mass2) ** 0.6 / (mass1 + mass2) ** 0.2
}

/** The masses, heavier first, of a binary of a chirp mass and a ratio of lighter to heavier mass. */
export function componentMasses(chirp: number, massRatio: number): readonly [number, number] {
  const heavier = chirp * ((1 + massRatio) / massRatio ** 3) ** 0.2
  return [heavier, massRatio * heavier]
}
