"""Frequency and damping of the fundamental l = m = 2 quasinormal mode of a Kerr black hole, as IMRPhenomD has them.

Run with Python 3.11, lalsuite 7.26.16, numpy 1.26 or later on x86-64 (80-bit long double), about 3 minutes:
python tools/reference/kerr_ringdown.py
Writes src/waveforms/phenom-d/ringdown.json; biome check --write puts it into the repository's format.

The values are computed by Leaver's method, Proc. R. Soc. Lond. A 402, 285 (1985): the frequency w and the separation
constant A are the common root of the radial and the angular continued fraction (his equations 21 and 27, in units
2M = 1); the radial one is closed by Nollert's remainder, Phys. Rev. D 47, 5253 (1993). A negative spin is a mode that
turns against the hole. They hold to 1e-15.

The waveform in use is LALSimulation's, which interpolates such values, but rounded to six digits and, near the extreme
spins, a little off: at mass ratio 1000 the difference is radians of phase. What it uses is measured here on
its output. Above the peak the amplitude is a closed form of frequency and damping, fitted to 1e-15. The third derivative
of either against final spin jumps every 0.002 from -1 to 1 and at -0.999 and 0.999, and vanishes beyond: natural cubic
splines with 1003 knots. The file has the values at the knots: computed, rounded to six digits, and where the
measurement differs (17 spins), measured.
"""

import json
import math
from pathlib import Path

import lal
import lalsimulation
import numpy as np
from scipy.interpolate import CubicSpline

OUT = Path(__file__).resolve().parents[2] / "src" / "waveforms" / "phenom-d" / "ringdown.json"
FITS = json.loads((OUT.parent / "fits.json").read_text())
S, M = -2, 2
REAL, COMPLEX = np.longdouble, np.clongdouble


def radial_fraction(spin, w, constant, terms):
    a = spin / 2
    b = np.sqrt(1 - 4 * a * a)
    iw, k = 1j * w, (w / 2 - a * M) / b
    c0 = 1 - S - iw - 2j * k
    c1 = -4 + 2 * iw * (2 + b) + 4j * k
    c2 = S + 3 - 3 * iw - 2j * k
    c3 = w * w * (4 + 2 * b - a * a) - 2 * a * M * w - S - 1 + (2 + b) * iw - constant + (4 * w + 2j) * k
    c4 = S + 1 - 2 * w * w - (2 * S + 3) * iw - (4 * w + 2j) * k
    root = np.sqrt(-2j * w * b)
    ratio = 1 - np.where(root.real < 0, -root, root) / np.sqrt(REAL(terms))
    for n in range(terms, 0, -1):
        beta = -2 * REAL(n) ** 2 + (c1 + 2) * n + c3
        ratio = (REAL(n) ** 2 + (c2 - 3) * n + c4 - c2 + 2) / (beta - (REAL(n) ** 2 + (c0 + 1) * n + c0) * ratio)
    return c3 - c0 * ratio


def angular_fraction(spin, w, constant, terms=40):
    k1, k2, c = abs(M - S) / 2, abs(M + S) / 2, spin / 2 * w

    def beta(n):
        return (
            n * (n - 1) + 2 * n * (k1 + k2 + 1 - 2 * c)
            - (2 * c * (2 * k1 + S + 1) - (k1 + k2) * (k1 + k2 + 1)) - (c * c + S * (S + 1) + constant)
        )

    ratio = 0 * c
    for n in range(terms, 0, -1):
        ratio = 2 * c * (n + k1 + k2 + S) / (beta(n) + 2 * (n + 1) * (n + 2 * k1 + 1) * ratio)
    return beta(0) + 2 * (2 * k1 + 1) * ratio


def refine(spin, w, constant, terms):
    """Newton's method in (w, A), elementwise over spins, to the precision of long doubles."""
    h = REAL(1e-9)
    for _ in range(20):
        r, t = radial_fraction(spin, w, constant, terms), angular_fraction(spin, w, constant)
        rw = (radial_fraction(spin, w + h, constant, terms) - radial_fraction(spin, w - h, constant, terms)) / (2 * h)
        tw = (angular_fraction(spin, w + h, constant) - angular_fraction(spin, w - h, constant)) / (2 * h)
        ra = (radial_fraction(spin, w, constant + h, terms) - radial_fraction(spin, w, constant - h, terms)) / (2 * h)
        ta = (angular_fraction(spin, w, constant + h) - angular_fraction(spin, w, constant - h)) / (2 * h)
        determinant = rw * ta - ra * tw
        dw, da = (t * ra - r * ta) / determinant, (r * tw - t * rw) / determinant
        w, constant = w + dw, constant + da
        if np.max(np.abs(dw)) < 2e-16:
            return w, constant
    raise RuntimeError(f"no convergence near spin {spin[np.argmax(np.abs(dw))]}: {np.max(np.abs(dw))}")


def modes(spins):
    """w (in units 2M = 1) at spins within (-1, 1): followed from spin 0 outwards, then refined all at once."""
    spins = np.array(spins, dtype=REAL)
    w, constant = np.empty(spins.size, COMPLEX), np.empty(spins.size, COMPLEX)
    for side in (spins >= 0, spins < 0):
        order = np.flatnonzero(side)[np.argsort(np.abs(spins[side]))]
        known = [(REAL(0), COMPLEX(0.7473 - 0.1779j), COMPLEX(4))]
        for i in order:
            (x, *y), (x0, *y0) = known[-1], known[-2] if len(known) > 1 else known[-1]
            step = (spins[i] - x) / (x - x0) if x != x0 else 0
            guess = [np.array([v + step * (v - v0)]) for v, v0 in zip(y, y0)]
            w[i : i + 1], constant[i : i + 1] = refine(spins[i : i + 1], *guess, 300 if abs(spins[i]) < 0.99 else 2000)
            known.append((spins[i], w[i], constant[i]))
    for near, terms in ((np.abs(spins) < 0.98, 2000), (np.abs(spins) >= 0.98, 30000)):
        if not near.any():
            continue
        coarse, fine = (refine(spins[near], w[near], constant[near], n)[0] for n in (terms // 2, terms))
        print(f"{near.sum()} spins: {terms // 2} and {terms} terms differ by {np.max(np.abs(fine - coarse)):.1e}")
        w[near] = fine
    return w


def limit_at_minus_one():
    """The limit at spin -1 by polynomial extrapolation from spins near it."""
    gap = REAL(2) ** -np.arange(6, 13).astype(REAL)
    values = modes(gap - 1)
    estimates = []
    for count in (len(gap) - 1, len(gap)):
        x, y = gap[-count:], values[-count:]
        weights = [np.prod([x[j] / (x[j] - x[i]) for j in range(count) if j != i]) for i in range(count)]
        estimates.append(np.dot(weights, y))
    print(f"limit at spin -1 good to about {abs(estimates[1] - estimates[0]):.1e}")
    return estimates[1]


def final_state(eta, chi):
    """Final spin and radiated energy for a spinning body with one of vanishing spin (Husa et al. 2016)."""
    delta = math.sqrt(1 - 4 * eta)
    total = ((1 + delta) / 2) ** 2 * chi
    reduced = total / (((1 + delta) / 2) ** 2 + ((1 - delta) / 2) ** 2)
    spin = eta * (
        3.4641016151377544 - 4.399247300629289 * eta + 9.397292189321194 * eta**2 - 13.180949901606242 * eta**3
        + total * (1 / eta - 0.0850917821418767 - 5.837029316602263 * eta)
        + total**2 * (0.1014665242971878 - 2.0967746996832157 * eta)
        + total**3 * (-1.3546806617824356 + 4.108962025369336 * eta)
        + total**4 * (-0.8676969352555539 + 2.064046835273906 * eta)
    )
    energy = eta * (0.055974469826360077 + eta * (0.5809510763115132 + eta * (-0.9606726679372312 + eta * 3.352411249771192)))
    energy *= 1 + reduced * (-0.0030302335878845507 - 2.0066110851351073 * eta + 7.7050567802399215 * eta**2)
    energy /= 1 + reduced * (-0.6714403054720589 - 1.4756929437702908 * eta + 7.304676214885011 * eta**2)
    return spin, energy


def measure(spin, guess, ratio=4990.0):
    """The final spin nearest the wanted one that can be had, and the frequency and damping that LALSimulation uses."""
    m1, m2 = 0.04 * ratio, 0.04
    eta = m1 * m2 / (m1 + m2) ** 2
    low, high = -1.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if final_state(eta, middle)[0] < spin else (low, middle)
    chi = (low + high) / 2
    reached, energy = final_state(eta, chi)
    xi = (chi * (1 - eta * 76 / 113) + math.sqrt(1 - 4 * eta) * chi) / 2 - 1
    gamma2, gamma3 = (
        sum(c * eta**i * xi**j for c, (i, j) in zip(FITS[name], FITS["powers"])) for name in ("gamma2", "gamma3")
    )
    f, d = guess[0] / (1 - energy), guess[1] / (1 - energy)
    grid = np.linspace(f, min(f + 30 * d, 0.1995), 60)
    frequencies = lal.CreateREAL8Sequence(len(grid))
    frequencies.data = grid / ((m1 + m2) * lal.MTSUN_SI)
    wave = lalsimulation.SimIMRPhenomDFrequencySequence(
        frequencies, 0, 20, m1 * lal.MSUN_SI, m2 * lal.MSUN_SI, chi, 0, 1e6 * lal.PC_SI, None, lalsimulation.NoNRT_V
    )
    target = np.log(np.abs(wave.data.data) * grid ** (7 / 6))

    def residual(f, d):
        g = gamma3 * d
        model = np.log(g) - gamma2 * (grid - f) / g - np.log((grid - f) ** 2 + g * g)
        return model - target - (model - target)[0]

    for _ in range(40):
        h = 1e-7
        columns = [residual(f * (1 + h), d) - residual(f * (1 - h), d), residual(f, d * (1 + h)) - residual(f, d * (1 - h))]
        step = np.linalg.lstsq(np.stack(columns, 1) / (2 * h), -residual(f, d), rcond=None)[0]
        f, d = f * (1 + step[0]), d * (1 + step[1])
        if np.max(np.abs(step)) < 1e-14:
            break
    return reached, f * (1 - energy), d * (1 - energy)


def outer_knots(spins, values, measured):
    """Values at the knots -1, -0.999 and 1, which no final spin reaches: linear in what is measured close to them."""
    at = measured[:, 0]

    def spline(outer):
        return CubicSpline(spins, [outer[0], outer[1], *values, outer[2]], bc_type="natural")(at)

    columns = np.stack([spline(unit) - spline(np.zeros(3)) for unit in np.eye(3)], 1)
    outer = np.linalg.lstsq(columns, measured[:, 1] - spline(np.zeros(3)), rcond=None)[0]
    rounded = np.round(outer, 7)
    print(f"knots at -1, -0.999, 1: {outer}; rounded, what is measured is met to {np.abs(spline(rounded) - measured[:, 1]).max():.1e}")
    return rounded


def main():
    spins = [-1.0, -0.999, *(k / 500 for k in range(-499, 500)), 0.999, 1.0]
    w = np.concatenate([[limit_at_minus_one()], modes(spins[1:-1]), [COMPLEX(2)]]) / 2 / (2 * np.arccos(REAL(-1)))
    exact = np.array([w.real, -w.imag], dtype=float)
    found = np.array([measure(spin, exact[:, i + 2])[1:] for i, spin in enumerate(spins[2:-1])]).T
    near = [measure(spin, exact[:, 2]) for spin in np.linspace(-0.9987, -0.998, 12)]
    guess = found[:, -1]
    for spin in np.linspace(0.998, 0.99985, 60):
        near.append(measure(spin, guess))
        guess = near[-1][1:]
    near = np.array(near)
    names, rows, deviating = ("frequency", "damping"), [], set()
    for i, name in enumerate(names):
        inner = [float(f"{value:.7g}") for value in found[i]]
        print(f"{name}: knots are measured as decimal numbers to {np.max(np.abs(inner - found[i])):.1e}")
        first, second, last = outer_knots(spins, inner, near[:, [0, i + 1]])
        rows.append([first, second, *inner, last])
        for spin, used, value in zip(spins, rows[i], exact[i]):
            if abs(used - float(f"{value:.6g}")) > 1e-12:
                deviating.add(spin)
    print("differ from six digits of the computed value at", sorted(deviating))
    table = dict(
        provenance="tools/reference/kerr_ringdown.py: Leaver's continued fractions, Proc. R. Soc. Lond. A 402, 285 (1985), "
        "rounded to six digits; at the spins 'measured' from the output of LALSimulation's IMRPhenomD",
        meaning="M omega / 2 pi of the l = m = 2, n = 0 mode of a Kerr hole, real part and minus the imaginary part, by spin; "
        "interpolated by natural cubic splines",
        measured=sorted(deviating),
        spin=spins,
        frequency=[float(x) for x in rows[0]],
        damping=[float(x) for x in rows[1]],
    )
    OUT.write_text("{\n" + ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in table.items()) + "\n}\n")


if __name__ == "__main__":
    main()
