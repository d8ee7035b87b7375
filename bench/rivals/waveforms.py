"""The cases of the bench `waveforms` by LALSimulation (environment `science`: tools/reference/environments/science.txt).

Each is what a user writes with LALSimulation's Python interface. It computes in one thread; where two cores are compared,
two processes share the work.
"""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import lal
import lalsimulation
import numpy as np

from rival import serve

RATE, DURATION, MERGER = 2048, 8, 7
HEAVY = (36.0, 29.0, 0.3, -0.4)
LIGHT = (12.0, 10.0, 0.3, 0.1)


def arguments(masses_and_spins: tuple, inclination: float = 0.7, phase: float = 1.2) -> tuple:
    m1, m2, s1, s2 = masses_and_spins
    return (m1 * lal.MSUN_SI, m2 * lal.MSUN_SI, 0, 0, s1, 0, 0, s2, 400e6 * lal.PC_SI, inclination, phase, 0, 0, 0)


def spectrum() -> Callable[[], object]:
    fixed = (1 / DURATION, 20, RATE / 2, 20, None, lalsimulation.IMRPhenomD)
    return lambda: lalsimulation.SimInspiralChooseFDWaveform(*arguments(HEAVY), *fixed)


def signal(masses_and_spins: tuple) -> Callable[[], object]:
    fixed = (1 / RATE, 20, 20, None, lalsimulation.IMRPhenomD)
    return lambda: lalsimulation.SimInspiralTD(*arguments(masses_and_spins), *fixed)


def population(count: int) -> list[tuple]:
    """Binaries of MLGWSC-1's data set 1: masses, no spins, inclination, phase, sky, polarisation."""
    generator = np.random.default_rng(1)
    columns = [
        generator.uniform(10, 50, count), generator.uniform(10, 50, count), np.arccos(generator.uniform(-1, 1, count)),
        generator.uniform(0, 2 * np.pi, count), generator.uniform(0, 2 * np.pi, count),
        np.arcsin(generator.uniform(-1, 1, count)), generator.uniform(0, np.pi, count),
    ]
    return list(zip(*(column.tolist() for column in columns)))


DETECTORS = [lal.cached_detector_by_prefix[name] for name in ("H1", "L1")]


def strains(binaries: list[tuple]) -> np.ndarray:
    """[signals, detectors, samples]: LALSimulation's signal, its own projection, and the window cut out of it."""
    windows = np.zeros((len(binaries), len(DETECTORS), RATE * DURATION))
    for i, (m1, m2, inclination, phase, ra, dec, psi) in enumerate(binaries):
        plus, cross = lalsimulation.SimInspiralTD(
            *arguments((m1, m2, 0, 0), inclination, phase), 1 / RATE, 20, 20, None, lalsimulation.IMRPhenomD
        )
        for series in (plus, cross):
            series.epoch += 1126259462
        for d, detector in enumerate(DETECTORS):
            strain = lalsimulation.SimDetectorStrainREAL8TimeSeries(plus, cross, ra, dec, psi, detector)
            first = round((float(strain.epoch - 1126259462) + MERGER) * RATE)
            values = strain.data.data[max(0, -first) :]
            first = max(0, first)
            length = min(len(values), RATE * DURATION - first)
            windows[i, d, first : first + length] = values[:length]
    return windows


def one_core(count: int) -> Callable[[], object]:
    binaries = population(count)
    return lambda: strains(binaries)


def two_cores(count: int) -> Callable[[], object]:
    binaries = population(count)
    pool = ProcessPoolExecutor(2)
    return lambda: np.concatenate(list(pool.map(strains, [binaries[: count // 2], binaries[count // 2 :]])))


CASES: dict[str, Callable[[], Callable[[], object]]] = {
    "spectrum, 8193 bins": spectrum,
    "signal, 36 + 29 solar masses": lambda: signal(HEAVY),
    "signal, 12 + 10 solar masses": lambda: signal(LIGHT),
    "64 strains H1 L1, 8 s, one core": lambda: one_core(64),
    "256 strains H1 L1, 8 s, two cores": lambda: two_cores(256),
}

if __name__ == "__main__":
    serve(CASES, dict(lalsimulation=lalsimulation.__version__, lal=lal.__version__))
