"""Compares waveforms with LALSimulation's at full resolution (environment `science`).

python waveforms.py FOLDER reads FOLDER/cases.json, cases {parameters, ...} with our arrays in FOLDER/N.bin (float64), and
prints for each case of a grid its mismatch and its largest differences of amplitude (relative) and phase (radians), for
each signal its mismatch and the relative difference of its norm.
"""

import json
import sys
from pathlib import Path

import lal
import lalsimulation
import numpy as np

folder = Path(sys.argv[1])


def arguments(parameters):
    m1, m2, s1, s2, distance, inclination, phase, _ = parameters
    return (m1 * lal.MSUN_SI, m2 * lal.MSUN_SI, 0, 0, s1, 0, 0, s2, distance * 1e6 * lal.PC_SI, inclination, phase, 0, 0, 0)


def overlap(a, b):
    return np.vdot(a, b).real / np.sqrt(np.vdot(a, a).real * np.vdot(b, b).real)


def compare_grid(case, ours):
    """h+ and hx on a grid: real parts of both, then imaginary parts."""
    re, im = ours.reshape(2, 2, -1)
    theirs = lalsimulation.SimInspiralChooseFDWaveform(
        *arguments(case["parameters"]), case["resolution"], case["minimum"], case["maximum"], case["parameters"][7], None,
        lalsimulation.IMRPhenomD,
    )
    worst = dict(mismatch=0.0, amplitude=0.0, phase=0.0)
    for row, series in enumerate(theirs):
        mine, other = re[row] + 1j * im[row], np.zeros(re.shape[1], complex)
        length = min(len(other), series.data.length)
        other[:length] = series.data.data[:length]
        filled = other != 0
        assert np.array_equal(filled, mine != 0), f"other bins are filled: {case}"
        quotient = mine[filled] / other[filled]
        worst["mismatch"] = max(worst["mismatch"], 1 - overlap(mine[filled] * 1e22, other[filled] * 1e22))
        worst["amplitude"] = max(worst["amplitude"], np.abs(np.abs(quotient) - 1).max())
        worst["phase"] = max(worst["phase"], np.abs(np.angle(quotient)).max())
    return worst


def compare_signal(case, ours):
    """h+ in time, its end where LALSimulation's is."""
    plus, _ = lalsimulation.SimInspiralTD(
        *arguments(case["parameters"]), 1 / case["rate"], case["minimum"], case["parameters"][7], None,
        lalsimulation.IMRPhenomD,
    )
    theirs = plus.data.data
    # Behind the window's merger are as many samples as LALSimulation has, then zeros.
    a, b = masses = [mass * lal.MSUN_SI for mass in case["parameters"][:2]]
    spin = lalsimulation.SimInspiralFinalBlackHoleSpinBound(*case["parameters"][2:4])
    end = lalsimulation.SimInspiralMergeTimeBound(a, b) + lalsimulation.SimInspiralRingdownTimeBound(sum(masses), spin)
    last = case["merger"] + round(end * case["rate"])
    mine = ours[last - len(theirs) : last]
    assert np.count_nonzero(ours) == np.count_nonzero(mine), f"there is more than LALSimulation has: {case}"
    return dict(mismatch=1 - overlap(mine * 1e22, theirs * 1e22), norm=abs(np.linalg.norm(mine) / np.linalg.norm(theirs) - 1))


def main():
    results = []
    for i, case in enumerate(json.loads((folder / "cases.json").read_text())):
        ours = np.fromfile(folder / f"{i}.bin")
        results.append(compare_grid(case, ours) if case["kind"] == "grid" else compare_signal(case, ours))
    print(json.dumps(results))


if __name__ == "__main__":
    main()
