"""Golden values of src/data, by LALSimulation.

Run with Python 3.11, lalsuite 7.26.16: python tools/reference/data_golden.py
Writes design-psd.json to src/data/noise/fixtures.
"""

import json
import random
from pathlib import Path

import lalsimulation
import numpy as np

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
    )
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "design-psd.json").write_text(json.dumps(golden, indent=1) + "\n")


main()
