"""The case of the bench `search` by PyTorch on two threads (environment `torch`: tools/reference/environments/torch.txt).

The search of src/search as one would write it with PyTorch: strain of H1 and L1 from disk in blocks, sampled down, whitened
by the block's median PSD with what is louder than any signal taken out, filtered with the same templates that trigger by
batches of Fourier transforms in float32, the loudest power over time, coincidences of each template within the light travel
time; all templates where a coincidence is loud, and the ranking network over those candidates.

It does less than ours: samples come uncompressed, no data quality is checked, nothing is measured between samples, nothing
is computed of what a template leaves over (so the network is the one without it, of random weights), and no report is written.
"""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from coincidence import SAMPLES, CoincidenceNetwork
from rival import serve

THREADS = 2
FOLDER = Path(__file__).parents[2] / ".bench" / "data" / "search-1024"

# Of the model's card.
RATE = 1024
BLOCK = 512
PSD_SEGMENT = 4
GATE = 50
THRESHOLD = 6.5
TRIGGER_SHARE = 0.97
DETECTOR_THRESHOLD = 4
SEPARATION = 0.25
# Strain before and after a block that templates reach, s; light travel time and what timing errs, s.
BEFORE, AFTER = 12, 5
LAG = 0.0105

# Samples of a block of powers, and of a transform of the band's series.
GRID = 8
LENGTH = 16384

torch.set_num_threads(THREADS)


class Bank:
    def __init__(self) -> None:
        about = json.loads((FOLDER / "bank.json").read_text())
        self.bandwidth, self.duration = about["bandwidth"], about["templateDuration"]
        self.after, self.lowest = about["afterMerger"], about["minimumFrequency"]
        self.count, self.triggers, self.bins = about["templates"], about["triggers"], about["bins"]
        parts = torch.from_numpy(np.fromfile(FOLDER / "templates.f32", np.float32))
        parts = parts.reshape(self.count, 2, self.bins)
        self.spectra = torch.complex(parts[:, 0], parts[:, 1])
        self.network = CoincidenceNetwork(self.count).eval()


def sampled_down(path: Path, rate: int, start: float, end: float) -> torch.Tensor:
    """Strain between two times at the working rate, by leaving out the upper part of its spectrum; in units of 1e-21."""
    samples = np.fromfile(path, np.float64, round((end - start) * rate), offset=8 * round(start * rate))
    spectrum = torch.fft.rfft(torch.from_numpy(samples) * 1e21)
    length = round((end - start) * RATE)
    return torch.fft.irfft(spectrum[: length // 2 + 1], length) * (RATE / rate)


def median_psd(strain: torch.Tensor) -> torch.Tensor:
    length = PSD_SEGMENT * RATE
    window = torch.hann_window(length, dtype=torch.float64)
    segments = strain.unfold(0, length, length // 2)
    powers = torch.fft.rfft((segments - segments.mean(1, keepdim=True)) * window).abs().square()
    n = len(powers)
    bias = sum((-1) ** i / (i + 1) for i in range(n if n % 2 else n - 1))
    return 2 * powers.median(0).values / (RATE * window.square().sum() * bias)


def response(psd: torch.Tensor, bank: Bank) -> torch.Tensor:
    """1 / ASD as a filter of half a PSD's segment has it, zero where nothing is searched."""
    frequencies = torch.arange(len(psd), dtype=torch.float64) / PSD_SEGMENT
    wanted = torch.where(frequencies >= bank.lowest, psd.rsqrt(), 0.0)
    kernel = torch.fft.irfft(wanted)
    half = len(kernel) // 4
    taper = torch.zeros_like(kernel)
    hann = torch.hann_window(2 * half + 1, periodic=False, dtype=torch.float64)
    taper[: half + 1], taper[-half:] = hann[half:], hann[:half]
    return torch.fft.rfft(kernel * taper).abs()


def stretched(values: torch.Tensor, bins: int) -> torch.Tensor:
    """A response on so many bins between the same ends."""
    return torch.nn.functional.interpolate(values[None, None], bins, mode="linear", align_corners=True)[0, 0]


def whitened(strain: torch.Tensor, bank: Bank) -> tuple[torch.Tensor, torch.Tensor]:
    """The band's complex series of unit noise, float32, and the response; glitches are taken out."""
    filtering = response(median_psd(strain), bank)
    spectrum = torch.fft.rfft(strain)
    white = torch.fft.irfft(spectrum * stretched(filtering, len(spectrum)), len(strain)) / (RATE / 2) ** 0.5
    loud = white.abs() > GATE
    if loud.any():
        near = torch.nn.functional.max_pool1d(loud.float()[None, None], RATE // 2 + 1, 1, RATE // 4)[0, 0]
        ramp = torch.nn.functional.avg_pool1d(near[None, None], RATE // 4 + 1, 1, RATE // 8)[0, 0]
        strain = strain * (1 - ramp)
        filtering = response(median_psd(strain), bank)
        spectrum = torch.fft.rfft(strain)
    length = len(strain) * bank.bandwidth // RATE
    band = (spectrum * stretched(filtering, len(spectrum)))[:length]
    series = (torch.fft.ifft(band) * (2 * length / len(strain) / bank.bandwidth**0.5)).to(torch.complex64)
    # What whitening can't see whole at an end of the strain.
    edge = PSD_SEGMENT * bank.bandwidth // 4
    series[:edge] = series[-edge:] = 0
    return series, filtering


def kernels(filtering: torch.Tensor, bank: Bank) -> tuple[torch.Tensor, torch.Tensor]:
    """Templates of unit norm under a whitening: `[templates, bins]` in time, and those that trigger as correlations."""
    weights = stretched(filtering, round(RATE / 2 * bank.duration) + 1)[: bank.bins].float()
    spectra = bank.spectra * weights
    spectra = spectra / spectra.abs().square().sum(1, keepdim=True).sqrt()
    # The merger at sample `bins - after`, behind what comes before it.
    series = torch.fft.ifft(spectra).roll(-round(bank.after * bank.bandwidth), 1) * bank.bins**0.5
    padded = torch.nn.functional.pad(series[: bank.triggers], (0, LENGTH - bank.bins))
    return series.conj(), torch.fft.fft(padded).conj()


def search() -> list[tuple[float, float, float]]:
    """Candidates: time from the start of the data, network SNR, rank."""
    bank = BANK
    about = json.loads((FOLDER / "binaries.json").read_text())
    rate, seconds = about["sampleRate"], about["seconds"]
    reach = round(LAG * bank.bandwidth)
    before = bank.bins - round(bank.after * bank.bandwidth)
    valid = (LENGTH - bank.bins) // GRID * GRID
    candidates = []
    for block in range(0, seconds, BLOCK):
        start, end = max(0, block - BEFORE), min(seconds, block + BLOCK + AFTER)
        sides = []
        for detector in ("H1", "L1"):
            series, filtering = whitened(sampled_down(FOLDER / f"{detector}.f64", rate, start, end), bank)
            sides.append((series, *kernels(filtering, bank)))
        length = len(sides[0][0])
        powers = []
        for at in range(-before, length - before, valid):
            loudest = []
            for series, _, correlations in sides:
                snr = torch.fft.ifft(torch.fft.fft(cut(series, at, LENGTH)) * correlations)[:, :valid]
                power = snr.real.square() + snr.imag.square()
                loudest.append(torch.nn.functional.max_pool1d(power[None], GRID)[0])
            near = torch.nn.functional.max_pool1d(loudest[1][None], 3, 1, 1)[0]
            powers.append((loudest[0] + near).max(0).values)
        power = torch.cat(powers)[: length // GRID]
        around = round(SEPARATION * bank.bandwidth / GRID)
        best = torch.nn.functional.max_pool1d(power[None, None], 2 * around + 1, 1, around)[0, 0]
        own = slice((block - start) * bank.bandwidth // GRID, (block - start + BLOCK) * bank.bandwidth // GRID)
        places = ((power == best) & (power >= (TRIGGER_SHARE * THRESHOLD) ** 2)).nonzero()[:, 0].tolist()
        for place in places:
            if not own.start <= place < own.stop:
                continue
            found = measure(place * GRID, sides, reach, before)
            if found is not None:
                candidates.append((start + found[0] / bank.bandwidth, *found[1:]))
    if candidates:
        inputs = torch.stack([series for _, _, series, _ in candidates]), torch.stack([t for *_, t in candidates])
        with torch.inference_mode():
            ranks = bank.network(*inputs).tolist()
        return [(time, snr, rank) for (time, snr, *_), rank in zip(candidates, ranks)]
    return []


def cut(series: torch.Tensor, at: int, length: int) -> torch.Tensor:
    """Samples from one on, zero beyond the ends."""
    piece = series[max(0, at) : at + length]
    first = max(0, -at)
    return torch.nn.functional.pad(piece, (first, length - first - len(piece)))


def measure(sample: int, sides: list, reach: int, before: int):
    """The loudest coincidence of all templates at a place: sample, SNR, series of the best templates and their numbers."""
    margin = SAMPLES // 2 + reach + GRID
    samples = 2 * margin + GRID
    windows = []
    for series, templates, _ in sides:
        bins = templates.shape[1]
        piece = cut(series, sample - margin - before, bins + samples - 1)
        windows.append(templates @ piece.unfold(0, bins, 1).t())
    one, two = (window.real.square() + window.imag.square() for window in windows)
    near = torch.nn.functional.max_pool1d(two[None], 2 * reach + 1, 1, reach)[0]
    middle = slice(margin - GRID, margin + 2 * GRID)
    sums = (one + near)[:, middle]
    power, place = sums.max(1)
    best = power.topk(8).indices
    at = int(place[best[0]]) + middle.start
    parts = one[best[0], at], near[best[0], at]
    if float(power[best[0]]) ** 0.5 < THRESHOLD or min(parts) < DETECTOR_THRESHOLD**2:
        return None
    kept = [torch.view_as_real(window[best, at - SAMPLES // 2 : at + SAMPLES // 2]).transpose(1, 2) for window in windows]
    return sample - margin + at, float(power[best[0]]) ** 0.5, torch.stack(kept, 1), best


def stretch() -> Callable[[], object]:
    global BANK
    BANK = Bank()
    found = search()
    # It must be the same search: every binary is found, and nothing is as loud as the loudest of them.
    times = json.loads((FOLDER / "binaries.json").read_text())["times"]
    for time in times:
        if not any(abs(time - each) < 0.05 for each, *_ in found):
            raise RuntimeError(f"the binary at {time} s is not among the candidates {found}")
    loudest = max(found, key=lambda each: each[1])
    if all(abs(time - loudest[0]) > 0.05 for time in times):
        raise RuntimeError(f"expected a binary to be the loudest candidate, got {loudest}")
    return search


CASES: dict[str, Callable[[], Callable[[], object]]] = {"two detectors, 1024 s, from files to events": stretch}

if __name__ == "__main__":
    serve(CASES, dict(torch=torch.__version__, torchThreads=str(THREADS)))
