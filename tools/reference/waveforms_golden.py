"""Golden values of src/waveforms, by LALSimulation.

Run with Python 3.11, lalsuite 7.26.16, numpy:  python tools/reference/waveforms_golden.py
Writes into src/waveforms/fixtures: phenom-d-draws.bin (2,000 draws of the whole domain), phenom-d.json (edge cases, grids),
signals.json and signals.bin (signals in time, conditioned by SimInspiralTD).

phenom-d-draws.bin, little endian: float32 [2000, 8], mass 1 and 2 (solar), spin 1 and 2, distance (Mpc), inclination, phase,
reference frequency (Hz); float32 [2000, 20], frequencies (Hz); float64 [2000, 20, 2], h+ there.
signals.bin: float32, h+ of each signal of signals.json in turn and, of the first, hx behind its h+.
"""

import json
from pathlib import Path

import lal
import lalsimulation
import numpy as np

OUT = Path(__file__).resolve().parents[2] / "src" / "waveforms" / "fixtures"
DRAWS, FREQUENCIES = 2000, 20


def choose(parameters, frequencies):
    """h+ and hx at frequencies, by LALSimulation's general interface."""
    m1, m2, s1, s2, distance, inclination, phase, reference = map(float, parameters)
    sequence = lal.CreateREAL8Sequence(len(frequencies))
    sequence.data = np.asarray(frequencies, float)
    plus, cross = lalsimulation.SimInspiralChooseFDWaveformSequence(
        phase, m1 * lal.MSUN_SI, m2 * lal.MSUN_SI, 0, 0, s1, 0, 0, s2, reference, distance * 1e6 * lal.PC_SI,
        inclination, None, lalsimulation.IMRPhenomD, sequence,
    )
    return plus.data.data, cross.data.data


def draw_parameters(generator):
    """Masses of 1 to 500 in all, mass ratios to 5,000, spins to -1 and 1: half of the draws at ratios of 20 and less."""
    ratio = np.exp(generator.uniform(0, np.log(np.where(generator.random(DRAWS) < 0.5, 20, 5000))))
    total = np.exp(generator.uniform(np.log(2), np.log(500), DRAWS))
    heavy, light = total * ratio / (1 + ratio), total / (1 + ratio)
    swap = generator.random(DRAWS) < 0.5
    spins = generator.uniform(-1, 1, (2, DRAWS))
    extreme = generator.random((2, DRAWS)) < 0.05
    spins = np.where(extreme, np.sign(spins), spins)
    spins = np.where(generator.random((2, DRAWS)) < 0.05, 0, spins)
    columns = [
        np.where(swap, light, heavy), np.where(swap, heavy, light), *spins,
        np.exp(generator.uniform(np.log(10), np.log(10000), DRAWS)), np.arccos(generator.uniform(-1, 1, DRAWS)),
        generator.uniform(0, 2 * np.pi, DRAWS),
    ]
    parameters = np.stack(columns, 1).astype(np.float32)
    seconds = (parameters[:, 0] + parameters[:, 1]).astype(float)[:, None] * lal.MTSUN_SI
    mf = np.exp(generator.uniform(np.log(2e-4), np.log(0.2), (DRAWS, FREQUENCIES + 1)))
    frequencies = (mf / seconds).astype(np.float32)
    reference, frequencies = frequencies[:, :1], np.sort(frequencies[:, 1:], axis=1)
    return np.concatenate([parameters, reference], 1), frequencies


def draws():
    generator = np.random.default_rng(1508_07250)
    parameters, frequencies = draw_parameters(generator)
    values = np.stack([choose(p, f)[0] for p, f in zip(parameters, frequencies)])
    assert np.all(np.isfinite(values)) and np.all(np.abs(values) > 0)
    ratio = np.max(parameters[:, :2], 1) / np.min(parameters[:, :2], 1)
    print(f"{DRAWS} draws, mass ratios to {ratio.max():.0f}, {np.sum(np.abs(parameters[:, 2:4]) == 1)} extreme spins")
    data = parameters.astype("<f4").tobytes() + frequencies.astype("<f4").tobytes() + values.astype("<c16").tobytes()
    (OUT / "phenom-d-draws.bin").write_bytes(data)


EDGES = {
    "equal masses, no spin": (30, 30, 0, 0, 400, 0, 0, 20),
    "equal masses, equal spins": (30, 30, 0.5, 0.5, 400, 0.4, 1.3, 20),
    "edge-on": (36, 29, 0.3, -0.4, 410, np.pi / 2, 0.5, 20),
    "face-off": (36, 29, 0.3, -0.4, 410, np.pi, 0.5, 20),
    "second body heavier": (20, 50, -0.7, 0.9, 800, 2.1, 4, 25),
    "nearly equal masses": (30, 29.999, 0.2, 0.1, 800, 2.1, 4, 25),
    "both spins 1": (40, 30, 1, 1, 800, 0.3, 4, 25),
    "both spins -1": (40, 30, -1, -1, 800, 0.3, 4, 25),
    "neutron stars": (1.4, 1.4, 0.02, -0.01, 100, 0.3, 0.1, 20),
    "mass ratio 18": (90, 5, 0.85, -0.85, 500, 0.3, 0.1, 10),
    "mass ratio 1000, spin -1": (100, 0.1, -1, 0, 5, 0.3, 0.1, 15),
    "mass ratio 5000, spin 1": (100, 0.02, 1, -1, 5, 0.3, 0.1, 15),
    "mass ratio 20000": (400, 0.02, 0.7, 0, 5, 0.3, 0.1, 3),
    "reference beyond the merger": (30, 25, 0.1, 0.1, 500, 0.3, 0.1, 2000),
}


def edges():
    cases = []
    for name, parameters in EDGES.items():
        seconds = (parameters[0] + parameters[1]) * lal.MTSUN_SI
        frequencies = np.geomspace(5e-4, 0.2, 24) / seconds
        plus, cross = choose(parameters, frequencies)
        cases.append(dict(
            name=name, parameters=list(map(float, parameters)), frequencies=frequencies.tolist(),
            plus=[plus.real.tolist(), plus.imag.tolist()], cross=[cross.real.tolist(), cross.imag.tolist()],
        ))
    return cases


def grids():
    """Uniform grids: which bins LALSimulation fills, and every hundredth of them."""
    cases = []
    for low, high, resolution, reference in [(20, 1024, 0.25, 0), (20.1, 700.3, 0.125, 50), (30, 4096, 0.5, 30)]:
        m1, m2, s1, s2, distance, inclination, phase = 30, 20, 0.3, -0.4, 500, 0.7, 0.3
        plus, cross = lalsimulation.SimInspiralChooseFDWaveform(
            m1 * lal.MSUN_SI, m2 * lal.MSUN_SI, 0, 0, s1, 0, 0, s2, distance * 1e6 * lal.PC_SI, inclination, phase,
            0, 0, 0, resolution, low, high, reference, None, lalsimulation.IMRPhenomD,
        )
        filled = np.flatnonzero(plus.data.data)
        bins = np.unique(np.concatenate([filled[::100], filled[-1:]]))
        cases.append(dict(
            parameters=[m1, m2, s1, s2, distance, inclination, phase, reference], minimum_frequency=low,
            maximum_frequency=high, resolution=resolution, first=int(filled[0]), last=int(filled[-1]),
            bins=bins.tolist(), plus=[plus.data.data[bins].real.tolist(), plus.data.data[bins].imag.tolist()],
            cross=[cross.data.data[bins].real.tolist(), cross.data.data[bins].imag.tolist()],
        ))
    return cases


# Masses, spins, distance, inclination, phase, reference frequency; sample rate, lowest frequency.
SIGNALS = [
    ((30, 20, 0.3, -0.4, 400, 0.3, 0.4, 20), 2048, 20),
    ((60, 50, 0.2, 0.1, 1000, 1.1, 2.4, 50), 2048, 20),
    ((12, 9, -0.5, 0.8, 300, 2.8, 5, 40), 4096, 40),
    ((200, 150, 0.9, 0.2, 2000, 0.6, 1, 20), 1024, 20),
    ((90, 5, 0.95, 0, 800, 0.1, 3, 15), 1024, 15),
    ((36, 29, -0.9, -0.9, 410, 1.5, 0, 25), 1536, 25),
]


def signals():
    cases, series = [], []
    for parameters, rate, low in SIGNALS:
        m1, m2, s1, s2, distance, inclination, phase, reference = map(float, parameters)
        plus, cross = lalsimulation.SimInspiralTD(
            m1 * lal.MSUN_SI, m2 * lal.MSUN_SI, 0, 0, s1, 0, 0, s2, distance * 1e6 * lal.PC_SI, inclination, phase, 0, 0, 0,
            1 / rate, low, reference, None, lalsimulation.IMRPhenomD,
        )
        # LALSimulation counts time from the peak; the model's time 0 is as far before the end as plunge and ringdown are long.
        spin = lalsimulation.SimInspiralFinalBlackHoleSpinBound(s1, s2)
        kilograms = m1 * lal.MSUN_SI, m2 * lal.MSUN_SI
        end = lalsimulation.SimInspiralMergeTimeBound(*kilograms)
        end += lalsimulation.SimInspiralRingdownTimeBound(sum(kilograms), spin)
        cases.append(dict(
            parameters=list(map(float, parameters)), sample_rate=rate, minimum_frequency=low, length=plus.data.length,
            merger=plus.data.length - round(end * rate),
        ))
        series += [plus.data.data, cross.data.data] if len(cases) == 1 else [plus.data.data]
    (OUT / "signals.bin").write_bytes(np.concatenate(series).astype("<f4").tobytes())
    return cases


def bounds():
    values = []
    for m1, m2, s1, s2, frequency in [(30, 20, 0.3, -0.4, 20), (5, 1.4, 0.9, -0.95, 30), (300, 300, 1, 1, 5)]:
        a, b = m1 * lal.MSUN_SI, m2 * lal.MSUN_SI
        spin = lalsimulation.SimInspiralFinalBlackHoleSpinBound(s1, s2)
        values.append(dict(
            parameters=[m1, m2, s1, s2], frequency=frequency,
            chirp_time=lalsimulation.SimInspiralChirpTimeBound(frequency, a, b, s1, s2),
            start_frequency=lalsimulation.SimInspiralChirpStartFrequencyBound(3.0, a, b), final_spin=spin,
            merge_time=lalsimulation.SimInspiralMergeTimeBound(a, b),
            ringdown_time=lalsimulation.SimInspiralRingdownTimeBound(a + b, spin),
        ))
    return values


def main():
    OUT.mkdir(exist_ok=True)
    draws()
    (OUT / "phenom-d.json").write_text(json.dumps(dict(edges=edges(), grids=grids())) + "\n")
    (OUT / "signals.json").write_text(json.dumps(dict(signals=signals(), bounds=bounds())) + "\n")


if __name__ == "__main__":
    main()
