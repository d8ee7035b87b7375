import { speedOfLight } from '../../gw/index.ts'

/** J s, exact (SI). */
const reducedPlanck = 6.62607015e-34 / (2 * Math.PI)

/** A Michelson interferometer with arm cavities, power recycling and signal recycling that is not detuned. */
export interface Interferometer {
  /** At the power-recycling mirror, W. */
  readonly laserPower: number
  /** m. */
  readonly wavelength: number
  /** m. */
  readonly armLength: number
  /** Of each test mass, kg. */
  readonly mirrorMass: number
  /** Fraction of the power that each arm mirror loses. */
  readonly mirrorLoss: number
  /** Fraction of the power lost at the beam splitter. */
  readonly beamSplitterLoss: number
  readonly inputTransmission: number
  readonly powerRecyclingTransmission: number
  readonly signalRecyclingTransmission: number
  /** Of the homodyne detection, radians. */
  readonly homodyneAngle: number
  readonly photodiodeEfficiency: number
}

/** Power at the beam splitter: the laser's, times what a recycling cavity builds up that loses power in the arms. */
function beamSplitterPower(instrument: Interferometer): number {
  const { laserPower, mirrorLoss, inputTransmission, powerRecyclingTransmission, beamSplitterLoss } = instrument
  const input = Math.sqrt(1 - inputTransmission)
  const end = Math.sqrt(1 - 2 * mirrorLoss)
  const arm = (input - end) / (1 - input * end)
  const roundTrip = Math.sqrt((1 - powerRecyclingTransmission) * (1 - beamSplitterLoss)) * Math.abs(arm)
  return (laserPower * powerRecyclingTransmission) / (1 - roundTrip) ** 2
}

/** A sum of `coefficient * exp(i multiple beta)`, as pairs. */
type Phasors = readonly (readonly [coefficient: number, multiple: number])[]

/** The absolute value squared of `first sin(zeta) + second cos(zeta)`. */
function quadrature(
  first: Phasors,
  second: Phasors,
  { beta, zeta }: { readonly beta: number; readonly zeta: number },
): number {
  let [re, im] = [0, 0]
  const add = (terms: Phasors, factor: number): void => {
    for (const [coefficient, multiple] of terms) {
      re += factor * coefficient * Math.cos(multiple * beta)
      im += factor * coefficient * Math.sin(multiple * beta)
    }
  }
  add(first, Math.sin(zeta))
  add(second, Math.cos(zeta))
  return re * re + im * im
}

/**
 * One-sided PSD of the quantum noise in strain of an interferometer with losses, 1/Hz: Buonanno and Chen 2001 (Phys. Rev.
 * D 64, 042006), equation 5.13 with the coefficients 5.8 to 5.12 at phi = pi / 2. The letters are the paper's.
 */
export function quantumNoisePsd(frequency: number, instrument: Interferometer): number {
  const { armLength: L, mirrorMass: m, inputTransmission: T, homodyneAngle: zeta } = instrument
  const epsilon = (4 * instrument.mirrorLoss) / T
  const lambda = instrument.beamSplitterLoss
  const tau = Math.sqrt(instrument.signalRecyclingTransmission)
  const rho = Math.sqrt(1 - tau * tau)
  const omega = 2 * Math.PI * frequency
  const gamma = (T * speedOfLight) / (4 * L)
  const beta = Math.atan2(omega, gamma)
  const standardPower = (m * L * L * gamma ** 4 * instrument.wavelength) / (8 * Math.PI * speedOfLight)
  const relativePower = beamSplitterPower(instrument) / standardPower
  const K = (2 * relativePower * gamma ** 4) / (omega * omega * (gamma * gamma + omega * omega))

  const cosBeta = Math.cos(beta)
  const both = 1 + rho * rho
  const edge = rho * Math.cos(2 * beta)
  // Vacuum that enters at the dark port (C), and the signal (D).
  const c11: Phasors = [
    [(lambda / 2 - 1) * both - 2 * edge + (epsilon / 2) * (rho + 2 * both * cosBeta * cosBeta), 0],
    [(lambda + epsilon) * rho, 2],
    [(epsilon / 2) * rho, 4],
  ]
  const c12: Phasors = [
    [tau * tau * K * (lambda / 2 - 1 + 1.5 * epsilon), 0],
    [tau * tau * K * (epsilon / 2), 2],
  ]
  const d1: Phasors = [
    [-1 + (epsilon / 4) * (3 + rho), 0],
    [(lambda / 2 - 1) * rho + (epsilon / 4) * (1 + 5 * rho), 2],
    [(epsilon / 2) * rho, 4],
  ]
  // Vacuum that enters by losses in the signal-recycling cavity (P), at the photodiode (Q) and in the arms (N).
  const mirror = Math.sqrt(lambda) * tau
  const p11: Phasors = [
    [-mirror, 0],
    [-mirror * rho, 2],
  ]
  const p12: Phasors = [[-mirror * K, 0]]
  const q11: Phasors = [
    [1 - (epsilon / 2) * rho, -2],
    [(2 - epsilon - lambda) * rho, 0],
    [(1 - lambda) * rho * rho - (epsilon / 2) * rho * (1 + 2 * rho + 2 * edge), 2],
  ]
  const arms = Math.sqrt(epsilon / 2) * tau
  const n11: Phasors = [[arms * K * (1 - rho), 0]]
  const n12: Phasors = [
    [-2 * arms * cosBeta, -1],
    [-2 * arms * cosBeta * rho, 1],
  ]
  const n21: Phasors = [
    [4 * arms * cosBeta * cosBeta, -1],
    [4 * arms * cosBeta * cosBeta * rho, 1],
  ]

  const angles = { beta, zeta }
  const beforePhotodiode =
    quadrature(c11, [], angles) +
    quadrature(c12, c11, angles) +
    quadrature(p11, [], angles) +
    quadrature(p12, p11, angles) +
    quadrature(n11, n21, angles) +
    quadrature(n12, [], angles)
  const atPhotodiode = quadrature(q11, [], angles) + quadrature([], q11, angles)
  const efficiency = instrument.photodiodeEfficiency
  const noise = beforePhotodiode + ((1 - efficiency) / efficiency) * atPhotodiode
  const standardQuantumLimit = (8 * reducedPlanck) / (m * omega * omega * L * L)
  return (standardQuantumLimit * noise) / (2 * K * tau * tau * quadrature(d1, [], angles))
}
