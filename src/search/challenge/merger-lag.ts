import { type BinaryParameters, solarMassSeconds } from '../../waveforms/index.ts'

/**
 * How much later IMRPhenomXPHM's signal of a time of merger comes than IMRPhenomD's, in units of the total mass: the challenge's
 * signals are loudest at that time, IMRPhenomD before its time 0. Without spin it is 12.7 to 13.0
 * (`tools/reference/challenge_models.py`), up to 1e-4 s for the heaviest binaries.
 */
const lagInMasses = 12.9

/** Seconds from the time of merger of an injection of the challenge to time 0 of its IMRPhenomD waveform. */
export const mergerLag = ({ mass1Solar, mass2Solar }: Pick<BinaryParameters, 'mass1Solar' | 'mass2Solar'>): number =>
  lagInMasses * (mass1Solar + mass2Solar) * solarMassSeconds
