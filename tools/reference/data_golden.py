"""Golden values of src/data, by LALSimulation and SciPy.

Run with Python 3.11, lalsuite 7.26.16, scipy 1.16.3: python tools/reference/data_golden.py
Writes design-psd.json to src/data/noise/fixtures.
"""

import json
import random
from pathlib import Path

import lalsimulation
import numpy as np
from scipy import fft, signal

OUT = Path(__file__).resolve().parents[2] / "src" / "data" / "noise" / "fixtures"


def random_instrument(rng):
    return dict(
        laserPower=10 ** rng.uniform(0.5, 2.5),
        wavelength=rng.uniform(0.8e-6, 2e-6),
        armLength=rng.uniform(600, 40e3),
        mirrorMass=rng.uniform(5, 300),
        mirrorLoss=rng.uniform(0, 1e-4),
        beamSplitterLoss=rng.uniform(0, 0.01),
        inputTransmission=rng.uniform(0.004, 0.05),
        powerRecyclingTransmission=rng.uniform(0.01, 0.1),
        signalRecyclingTransmission=rng.uniform(0.05, 0.9),
        homodyneAngle=rng.uniform(0.1, 3),
        photodiodeEfficiency=rng.uniform(0.7, 1),
    )


def noise_filter(sample_rate, duration, low_frequency=15.0):
    """Response of the zero-phase FIR filter that gives white noise of unit variance the design's PSD."""
    reach = sample_rate * duration // 2
    length = 2 ** int(np.ceil(np.log2(16 * reach)))
    grid = np.arange(length // 8 + 1) * sample_rate / (length // 4)
    psd = np.array([lalsimulation.SimNoisePSDaLIGOZeroDetHighPower(f) if f >= low_frequency else 0.0 for f in grid])
    impulse = fft.fftshift(fft.irfft(np.sqrt(psd * sample_rate / 2)))
    middle = len(impulse) // 2
    taps = impulse[middle - reach : middle + reach + 1] * signal.windows.hann(2 * reach + 3)[1:-1]
    padded = np.zeros(length)
    padded[: len(taps)] = taps
    return fft.rfft(np.roll(padded, -reach)).real


def main():
    rng = random.Random(20)
    frequencies = [float(f) for f in np.geomspace(9, 8192, 40)] + [15.0, 20.0, 100.0, 1024.0]
    quantum = []
    for _ in range(20):
        instrument = random_instrument(rng)
        values = list(instrument.values())
        frequency = 10 ** rng.uniform(1, 3.5)
        quantum.append(
            dict(
                frequency=frequency,
                instrument=instrument,
                # LAL takes the detuning before the homodyne angle.
                psd=lalsimulation.SimNoisePSDQuantum(frequency, *values[:9], 0, *values[9:]),
            )
        )
    golden = dict(
        frequencies=frequencies,
        design=[lalsimulation.SimNoisePSDaLIGOZeroDetHighPower(f) for f in frequencies],
        quantum=quantum,
        filter=dict(sampleRate=128, filterDuration=1, response=noise_filter(128, 1).tolist()),
    )
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "design-psd.json").write_text(json.dumps(golden, indent=1) + "\n")


main()
