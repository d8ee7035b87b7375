import { quantumNoisePsd } from './quantum-noise.ts'

/** J/K, exact (SI). */
const boltzmann = 1.380649e-23

/** Advanced LIGO's design: broadband signal recycling (zero detuning), full laser power. LIGO T0900288. */
const design = {
  laserPower: 125,
  wavelength: 1.064e-6,
  armLength: 3995,
  mirrorMass: 40,
  mirrorLoss: 37.5e-6,
  beamSplitterLoss: 0.002,
  inputTransmission: 0.014,
  powerRecyclingTransmission: 0.027,
  signalRecyclingTransmission: 0.2,
  homodyneAngle: (116 * Math.PI) / 180,
  photodiodeEfficiency: 0.9,
} as const

const temperature = 290 // K

/** Thermal noise of a damped oscillator far from its resonance, which falls as a power of frequency, 1/Hz. */
function thermalPsd(
  frequency: number,
  { resonance, quality, power }: { readonly resonance: number; readonly quality: number; readonly power: number },
): number {
  const { armLength, mirrorMass } = design
  const scale = armLength ** 2 * mirrorMass * quality * (Math.PI * resonance) ** 3
  return ((2 * boltzmann * temperature) / scale) * (resonance / frequency) ** power
}

/**
 * One-sided PSD of Advanced LIGO at design sensitivity (zero detuning, high power) at a frequency in Hz, 1/Hz: quantum
 * noise (Buonanno and Chen 2001) and the thermal noise of suspensions and mirrors, without a seismic wall. It is the noise
 * of MLGWSC-1's data set 1, LALSimulation's `SimNoisePSDaLIGOZeroDetHighPower`. Infinite at zero frequency.
 *
 * @example
 * Math.sqrt(aligoDesignPsd(100)) // 3.903e-24
 */
export function aligoDesignPsd(frequency: number): number {
  if (frequency === 0) return Number.POSITIVE_INFINITY
  return (
    quantumNoisePsd(frequency, design) +
    thermalPsd(frequency, { resonance: 9, quality: 6e10, power: 5 }) +
    thermalPsd(frequency, { resonance: 1e4, quality: 6e6, power: 1 })
  )
}
