/** G M / c^3 of one solar mass, seconds. */
const solarMassSeconds = 4.925490947e-6

export interface Chirp {
  /** Solar masses. */
  readonly chirpMass: number
  /** Phase at coalescence, radians. */
  readonly phase: number
}

/**
 * The inspiral of a binary to leading order, ended by a taper, in arbitrary units.
 *
 * Before coalescence by tau, phase = phase0 - 2 (tau / 5 m)^(5/8) and amplitude ~ tau^(-1/4) with m = G Mc / c^3 (Maggiore
 * 2007, equations 4.30 and 4.31). At 2.5 times the frequency of the innermost stable orbit of two equal masses the
 * frequency stays, and the amplitude falls by 1/e a period: no more than a stand-in for merger and ringdown.
 *
 * @param times seconds, of a uniform grid around `coalescence`
 */
export function chirpStrain({ chirpMass, phase }: Chirp, times: Float64Array, coalescence: number): Float64Array {
  const m = chirpMass * solarMassSeconds
  const totalMass = m * 2 ** 1.2
  const lastFrequency = 2.5 / (6 ** 1.5 * Math.PI * totalMass)
  const lastTau = (5 / 256) * (Math.PI * lastFrequency) ** (-8 / 3) * m ** (-5 / 3)
  const phaseAt = (tau: number): number => phase - 2 * (tau / (5 * m)) ** 0.625
  return times.map(time => {
    const tau = coalescence - time
    if (tau > lastTau) return tau ** -0.25 * Math.cos(phaseAt(tau))
    const periods = (lastTau - tau) * lastFrequency
    return lastTau ** -0.25 * Math.exp(-periods) * Math.cos(phaseAt(lastTau) + 2 * Math.PI * periods)
  })
}
