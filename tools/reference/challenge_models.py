"""IMRPhenomXAS, which is the 22 mode of the challenge's IMRPhenomXPHM without precession, against IMRPhenomD.

LALSuite 7.26.16, NumPy 2. For the binaries of MLGWSC-1's official signals (mass1, mass2, no spin): the match over 25 to
1000 Hz in Advanced LIGO's design noise, the ratio of the norms, D over XAS, and how much later XAS has its time 0 in
units of the total mass. Usage: challenge_models.py set1-signals.hdf > challenge-models.json
"""
import json
import sys

import h5py
import lal
import lalsimulation as ls
import numpy as np

RESOLUTION = 1 / 16
OVERSAMPLING = 16

frequencies = np.arange(0, 1024 + RESOLUTION / 2, RESOLUTION)
psd = np.array([ls.SimNoisePSDaLIGOZeroDetHighPower(max(f, 5)) for f in frequencies])
weights = np.where((frequencies >= 25) & (frequencies <= 1000), 1 / psd, 0)


def plus(approximant, mass1, mass2):
    h, _ = ls.SimInspiralChooseFDWaveform(
        mass1 * lal.MSUN_SI, mass2 * lal.MSUN_SI, 0, 0, 0, 0, 0, 0, 1e6 * lal.PC_SI, 0, 0, 0, 0, 0,
        RESOLUTION, 15, 1024, 20, None, approximant)
    return h.data.data[: len(frequencies)]


rows = []
with h5py.File(sys.argv[1]) as file:
    for index in sorted(file["H1"]):
        mass1, mass2 = (file["H1"][index].attrs[name] for name in ("mass1", "mass2"))
        x, d = plus(ls.IMRPhenomXAS, mass1, mass2), plus(ls.IMRPhenomD, mass1, mass2)
        product = np.zeros(2 * (len(frequencies) - 1) * OVERSAMPLING, complex)
        product[: len(frequencies)] = weights * x * np.conj(d)
        series = np.fft.ifft(product) * len(product)
        at = int(np.argmax(abs(series)))
        lag = (at if at < len(product) / 2 else at - len(product)) / RESOLUTION / len(product)
        norms = [float(np.sum(weights * abs(h) ** 2)) for h in (x, d)]
        rows.append({
            "index": index,
            "mass1": float(mass1),
            "mass2": float(mass2),
            "match": float(abs(series[at]) / np.sqrt(norms[0] * norms[1])),
            "amplitude": float(np.sqrt(norms[1] / norms[0])),
            "lagInMasses": float(lag / ((mass1 + mass2) * lal.MTSUN_SI)),
        })
json.dump(rows, sys.stdout, indent=2)
print()
