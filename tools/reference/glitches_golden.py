"""Golden values of src/data/glitches: an independent NumPy implementation of each family's formula and of how it becomes
strain, with LALSimulation's PSD and SciPy's window and transforms.

Run with Python 3.11, lalsuite 7.26.16, numpy 2.3.5, scipy 1.16.3: python tools/reference/glitches_golden.py
Writes glitches.json to src/data/glitches/fixtures.
"""

import json
from pathlib import Path

import lalsimulation
import numpy as np
from scipy import fft, signal

OUT = Path(__file__).resolve().parents[2] / "src" / "data" / "glitches" / "fixtures"
RATE = 1024
LOW = 15.0
REACH = RATE  # a filter of 2 s
LENGTH = 2 ** int(np.ceil(np.log2(16 * REACH)))
MASK = 0xFFFFFFFF


def threefry(key, counter):
    """Threefry-2x32-20 (Salmon et al. 2011)."""
    schedule = (key[0], key[1], key[0] ^ key[1] ^ 0x1BD11BDA)
    x0, x1 = (counter[0] + key[0]) & MASK, (counter[1] + key[1]) & MASK
    for r in range(20):
        x0 = (x0 + x1) & MASK
        turn = (13, 15, 26, 6, 17, 29, 16, 24)[r % 8]
        x1 = (((x1 << turn) | (x1 >> (32 - turn))) & MASK) ^ x0
        if r % 4 == 3:
            s = r // 4 + 1
            x0 = (x0 + schedule[s % 3]) & MASK
            x1 = (x1 + schedule[(s + 1) % 3] + s) & MASK
    return x0, x1


def uniform(seed, count):
    words = [threefry((seed & MASK, seed >> 32), (i, 0)) for i in range(count)]
    return np.array([(a * 2**21 + (b >> 11)) * 2.0**-53 for a, b in words])


def tapered(t, duration, share):
    """scipy's Tukey window as a function of time."""
    x = np.abs(t) / duration  # 0 in the middle, 1/2 at the ends
    edge = np.clip((0.5 - x) / share, 0, 1)
    return np.sin(np.pi * edge / 2) ** 2


def sine_gaussian(t, frequency, quality, phase):
    tau = quality / (np.sqrt(2) * np.pi * frequency)
    return np.exp(-(t**2) / tau**2) * np.cos(2 * np.pi * frequency * t + phase)


def blip(t, frequency, quality, phase):
    return sum(o * sine_gaussian(t, o * frequency, quality, phase) for o in (0.5, 1.0, 2.0))


def low_frequency_burst(t, frequency, width, drift, phase):
    return np.exp(-0.5 * (t / width) ** 2) * np.real(
        np.exp(1j * (2 * np.pi * frequency * t + np.pi * drift * t**2 + phase))
    )


def koi_fish(t, frequency, quality, phase, ringFrequency, ringTime, ringRatio):
    late = np.maximum(t, 0)
    ring = np.imag(np.exp((2j * np.pi * ringFrequency - 1 / ringTime) * late))
    return blip(t, frequency, quality, phase) + ringRatio * ring


def scattered_light(t, peakFrequency, archDuration, arches, harmonics, harmonicRatio, phase):
    # The surface's position in units of the wavelength, whose velocity is F / 2 at most.
    total = archDuration * arches
    u = t + total / 2
    position = -peakFrequency * archDuration / (2 * np.pi) * np.cos(np.pi * u / archDuration)
    k = np.arange(1, harmonics + 1)[:, None]
    waves = harmonicRatio ** (k - 1) * np.sin(k * (4 * np.pi * position + phase))
    return waves.sum(axis=0) * tapered(t, total, 1 / (4 * arches))


def whistle(t, lowFrequency, sweep, duration, phase):
    # The phase is the integral of the frequency, which is odd.
    size = np.abs(t)
    turns = np.sign(t) * (lowFrequency * size + sweep / (duration / 2) * size**2 / 2)
    return tapered(t, duration, 0.25) * np.cos(2 * np.pi * turns + phase)


def power_line(t, lineFrequency, duration, harmonics, harmonicRatio, phase):
    k = np.arange(1, harmonics + 1)[:, None]
    waves = harmonicRatio ** (k - 1) * np.cos(k * (2 * np.pi * lineFrequency * t + phase))
    return waves.sum(axis=0) * tapered(t, duration, 0.25)


def step(t, decayTime, sign):
    return np.where(t >= 0, sign * np.exp(-np.maximum(t, 0) / decayTime), 0)


def extremely_loud(t, duration, highFrequency, seed):
    k = np.arange(int(np.ceil(16 * duration)), int(np.floor(highFrequency * duration)) + 1)
    phases = 2 * np.pi * uniform(seed, len(k))
    return np.cos(2 * np.pi * k * t[:, None] / duration + phases).sum(axis=1) * tapered(t, duration, 0.25)


def sg_span(p, octave=1.0):
    return 5.5 * p["quality"] / (np.sqrt(2) * np.pi * p["frequency"] * octave)


def both(x):
    return x, x


# What the formula is of, the formula, its extent before and after time 0, and the factor of oversampling.
FAMILIES = {
    "blip": ("whitened", blip, lambda p: both(sg_span(p, 0.5))),
    "sine-gaussian": ("whitened", sine_gaussian, lambda p: both(sg_span(p))),
    "tomte": ("whitened", blip, lambda p: both(sg_span(p, 0.5))),
    "low-frequency-burst": ("whitened", low_frequency_burst, lambda p: both(7.8 * p["width"])),
    "koi-fish": ("whitened", koi_fish, lambda p: (sg_span(p, 0.5), max(sg_span(p, 0.5), 25 * p["ringTime"]))),
    "scattered-light": ("strain", scattered_light, lambda p: both(p["archDuration"] * p["arches"] / 2)),
    "whistle": ("whitened", whistle, lambda p: both(p["duration"] / 2)),
    "power-line": ("whitened", power_line, lambda p: both(p["duration"] / 2)),
    "step": ("strain", step, lambda p: (0, 30 * p["decayTime"])),
    "extremely-loud": ("whitened", extremely_loud, lambda p: both(p["duration"] / 2)),
}

CASES = [
    ("blip", dict(frequency=95.0, quality=2.2, phase=0.4), 2),
    ("blip", dict(frequency=170.0, quality=1.7, phase=2.9), 4),
    ("sine-gaussian", dict(frequency=22.0, quality=95.0, phase=1.0), 1),
    ("sine-gaussian", dict(frequency=320.0, quality=4.0, phase=5.5), 2),
    ("tomte", dict(frequency=41.0, quality=3.3, phase=3.0), 1),
    ("low-frequency-burst", dict(frequency=27.0, width=0.17, drift=-6.5, phase=4.4), 1),
    ("koi-fish", dict(frequency=110.0, quality=2.5, phase=1.7, ringFrequency=33.0, ringTime=0.08, ringRatio=0.6), 2),
    (
        "scattered-light",
        dict(peakFrequency=62.0, archDuration=1.9, arches=3, harmonics=2, harmonicRatio=0.45, phase=2.2),
        1,
    ),
    (
        "scattered-light",
        dict(peakFrequency=30.0, archDuration=0.7, arches=1, harmonics=1, harmonicRatio=0.3, phase=0.1),
        1,
    ),
    ("whistle", dict(lowFrequency=120.0, sweep=600.0, duration=0.6, phase=0.3), 2),
    ("power-line", dict(lineFrequency=59.97, duration=0.45, harmonics=3, harmonicRatio=0.35, phase=6.0), 1),
    ("spike", dict(samples=3, sign=-1), 1),
    ("step", dict(decayTime=0.043, sign=1), 1),
    ("extremely-loud", dict(duration=0.35, highFrequency=430.0, seed=20150914), 1),
]


def design(f):
    return lalsimulation.SimNoisePSDaLIGOZeroDetHighPower(float(f)) if f >= LOW else 0.0


def colouring():
    """Response of a filter of 2 s that gives white noise the PSD, at the bins of the transform."""
    grid = fft.rfftfreq(LENGTH // 4, 1 / RATE)
    impulse = fft.fftshift(fft.irfft(np.sqrt(np.array([design(f) for f in grid]) * RATE / 2)))
    middle = len(impulse) // 2
    taps = impulse[middle - REACH : middle + REACH + 1] * signal.windows.hann(2 * REACH + 3)[1:-1]
    padded = np.zeros(LENGTH)
    padded[: len(taps)] = taps
    return fft.rfft(np.roll(padded, -REACH)).real


RESPONSE = colouring()
FREQUENCIES = fft.rfftfreq(LENGTH, 1 / RATE)
PSD = np.array([design(f) for f in FREQUENCIES])
IN_BAND = (FREQUENCIES >= LOW) & (FREQUENCIES < RATE / 2)


def snr_of(strain):
    h = fft.rfft(strain, LENGTH) / RATE
    return np.sqrt(np.sum(4 * RATE / LENGTH * np.abs(h[IN_BAND]) ** 2 / PSD[IN_BAND]))


def strain_of(family, parameters, factor, offset, snr):
    """Samples of strain and the number of the first one, where the glitch's time is `offset` samples after sample 0."""
    if family == "spike":
        strain = np.full(parameters["samples"], float(parameters["sign"]))
        return int(np.ceil(offset)), strain * snr / snr_of(strain)
    of, formula, span = FAMILIES[family]
    before, after = span(parameters)
    first = int(np.ceil(offset - before * RATE))
    last = int(np.floor(offset + after * RATE))
    fine = (first - offset) / RATE + np.arange((last - first + 1) * factor) / (factor * RATE)
    values = formula(fine, **parameters)
    if of == "strain" and factor == 1:
        return first, values * snr / snr_of(values)
    window = np.zeros(LENGTH * factor)
    window[REACH * factor : REACH * factor + len(values)] = values
    spectrum = fft.rfft(window)[: LENGTH // 2 + 1] / factor
    if factor > 1:
        share = FREQUENCIES / (RATE / 2)
        spectrum = spectrum * np.where(share <= 0.8, 1, np.cos(np.pi / 2 * (share - 0.8) / 0.2) ** 2)
    if of == "whitened":
        spectrum = spectrum * RESPONSE
    strain = fft.irfft(spectrum)[: last - first + 1 + 2 * REACH]
    return first - REACH, strain * snr / snr_of(strain)


def main():
    cases = []
    for i, (family, parameters, factor) in enumerate(CASES):
        snr = 8.0 * 1.7**i
        # A time that no sample has, exact in nanoseconds and in float64: multiples of 2^-9 s.
        nanoseconds = 1953125 * (7 * i + 3)
        offset = nanoseconds * 1e-9 * RATE + 0.0
        if i % 2:
            nanoseconds += 271_828
            offset = nanoseconds * RATE / 1e9
        first, strain = strain_of(family, parameters, factor, offset, snr)
        picked = np.unique(np.linspace(0, len(strain) - 1, 40).astype(int))
        loudest = int(np.argmax(np.abs(strain)))
        picked = np.unique(np.concatenate([picked, np.clip(np.arange(loudest - 6, loudest + 7), 0, len(strain) - 1)]))
        case = dict(family=family, parameters=parameters, nanoseconds=nanoseconds, snr=snr)
        if family != "spike":
            _, formula, span = FAMILIES[family]
            before, after = span(parameters)
            times = np.linspace(-before, after, 31) * 0.77
            case["formula"] = dict(times=times.tolist(), values=formula(times, **parameters).tolist())
        case["strain"] = dict(
            firstSample=first,
            samples=len(strain),
            picked=picked.tolist(),
            values=strain[picked].tolist(),
        )
        cases.append(case)
    OUT.mkdir(parents=True, exist_ok=True)
    golden = dict(sampleRate=RATE, cases=cases)
    (OUT / "glitches.json").write_text(json.dumps(golden, indent=1) + "\n")


main()
