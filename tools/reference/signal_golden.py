"""Golden values of src/signal, by SciPy.

Run with Python 3.11, scipy 1.16.3, numpy 2.3.5, PyCBC 2.11.0:  python tools/reference/signal_golden.py
Writes src/signal/fixtures/signal.json. Inputs come from a formula that the tests repeat, so only outputs are stored.
"""

import json
from pathlib import Path

import numpy as np
import scipy
from scipy import signal

OUT = Path(__file__).resolve().parents[2] / "src" / "signal" / "fixtures" / "signal.json"


def noise(length, seed):
    """Uniform noise in [-0.5, 0.5) from a 32-bit linear congruential generator: the same bits in any language."""
    x = np.empty(length)
    state = seed
    for i in range(length):
        state = (1664525 * state + 1013904223) % 2**32
        x[i] = state / 2**32 - 0.5
    return x


def listed(a):
    return [float(v) for v in np.ravel(a)]


def windows():
    cases = []
    for length in (1, 2, 7, 16):
        for symmetric in (False, True):
            get = lambda name: listed(signal.get_window(name, length, fftbins=not symmetric))
            cases.append(dict(name="hann", length=length, symmetric=symmetric, values=get("hann")))
            for alpha in (0, 0.1, 0.25, 0.5, 1):
                cases.append(
                    dict(name="tukey", alpha=alpha, length=length, symmetric=symmetric, values=get(("tukey", alpha)))
                )
            for beta in (0, 5, 14):
                cases.append(
                    dict(name="kaiser", beta=beta, length=length, symmetric=symmetric, values=get(("kaiser", beta)))
                )
    return cases


def welch():
    cases = []
    for length, segment, overlap, window, alpha, average, detrend in (
        (1000, 64, 32, "hann", None, "mean", "constant"),
        (1000, 64, 32, "hann", None, "median", "constant"),
        (1000, 63, 20, "hann", None, "mean", "constant"),
        (997, 100, 0, "tukey", 0.25, "median", "none"),
        (256, 256, 128, "hann", None, "mean", "none"),
        (700, 128, 96, "tukey", 0.5, "median", "constant"),
    ):
        x = noise(length, 7) + 0.3
        f, p = signal.welch(
            x,
            fs=512,
            window=window if alpha is None else (window, alpha),
            nperseg=segment,
            noverlap=overlap,
            average=average,
            detrend=False if detrend == "none" else detrend,
        )
        cases.append(
            dict(length=length, segmentLength=segment, overlap=overlap, window=window, alpha=alpha, average=average,
                 detrend=detrend, resolution=float(f[1]), values=listed(p))
        )
    return cases


def spectra():
    """Scaled so that a sine shows its mean square."""
    x = noise(1000, 7) + 0.3
    f, p = signal.welch(x, fs=512, nperseg=64, scaling="spectrum")
    return dict(length=1000, segmentLength=64, values=listed(p))


def median_means():
    from pycbc.psd import welch as pycbc_welch
    from pycbc.types import TimeSeries

    cases = []
    for length in (64 + 8 * 32, 64 + 13 * 32):
        x = TimeSeries(noise(length, 7) - 0.1, delta_t=1 / 512)
        p = pycbc_welch(x, seg_len=64, seg_stride=32, avg_method="median-mean", window=signal.get_window("hann", 64))
        cases.append(dict(length=length, segmentLength=64, values=listed(p.numpy())))
    return cases


def spectrograms():
    x = noise(320, 11)
    f, t, s = signal.spectrogram(x, fs=256, window="hann", nperseg=64, noverlap=48, detrend=False, mode="psd")
    return dict(length=320, segmentLength=64, overlap=48, times=listed(t), frequencies=listed(f), values=listed(s.T))


def butterworths():
    cases = []
    for kind, order, low, high, fs in (
        ("bandpass", 1, 20, 300, 4096), ("bandpass", 2, 35, 350, 4096), ("bandpass", 4, 35, 350, 4096),
        ("bandpass", 4, 43, 260, 1024), ("bandpass", 8, 20, 400, 2048), ("bandpass", 3, 10, 1900, 4096),
        ("bandpass", 1, 10, 1900, 4096), ("bandpass", 5, 100, 110, 1024), ("bandpass", 16, 30, 600, 2048),
        ("highpass", 1, 30, None, 4096), ("highpass", 4, 30, None, 4096), ("highpass", 5, 15, None, 2048),
        ("highpass", 8, 15, None, 2048), ("highpass", 16, 20, None, 2048), ("highpass", 15, 20, None, 2048),
        ("lowpass", 1, None, 300, 4096), ("lowpass", 4, None, 300, 4096), ("lowpass", 7, None, 500, 2048),
        ("lowpass", 16, None, 900, 4096), ("lowpass", 13, None, 60, 4096),
        ("bandstop", 1, 58, 62, 2048), ("bandstop", 4, 58, 62, 2048), ("bandstop", 3, 100, 400, 2048),
        ("bandstop", 8, 30, 600, 2048), ("bandstop", 16, 100, 700, 4096),
    ):
        edges = high if low is None else low if high is None else [low, high]
        sos = signal.butter(order, edges, kind, fs=fs, output="sos")
        # Long enough for the odd extension of 16 orders of a band.
        x = noise(260, 3) + 0.2
        zi = signal.sosfilt_zi(sos) * x[0]
        steady, state = signal.sosfilt(sos, x, zi=zi)
        cases.append(
            dict(kind=kind, order=order, low=low, high=high, sampleRate=fs, sos=listed(sos),
                 filtered=listed(signal.sosfiltfilt(sos, x)), causal=listed(signal.sosfilt(sos, x)),
                 steady=listed(steady), state=listed(state))
        )
    return cases


def resamples():
    cases = []
    for length, old, new in ((600, 4096, 1024), (301, 4096, 2048), (333, 16384, 4096), (50, 1024, 4096),
                             (300, 2048, 880), (50, 3, 2), (880, 16384, 2048), (200, 880, 1024), (300, 4096, 4095)):
        x = noise(length, 5) + 0.1
        g = np.gcd(old, new)
        cases.append({"length": length, "from": old, "to": new, "values": listed(signal.resample_poly(x, new // g, old // g))})
    return cases


def whitening():
    """The filter: one-sided inverse ASD -> impulse response -> truncated by a Hann taper; then a linear convolution."""
    fs, taps, high_pass = 256, 65, 20.0
    x = signal.lfilter([1], [1, -0.9], noise(900, 13))
    f, p = signal.welch(x, fs=fs, window="hann", nperseg=256, average="median", detrend="constant")
    inverse = np.zeros_like(p)
    keep = f >= high_pass
    inverse[keep] = np.sqrt(2 / fs) / np.sqrt(p[keep])
    response = np.fft.irfft(inverse, 256)
    half = taps // 2
    h = np.concatenate([response[-half:], response[: half + 1]]) * signal.windows.hann(taps + 2)[1:-1]
    return dict(length=900, sampleRate=fs, segmentLength=256, taps=taps, highPass=high_pass, filter=listed(h),
                values=listed(np.convolve(x, h, mode="same")))


def analytic():
    return [dict(length=n, values=listed(np.abs(signal.hilbert(noise(n, 17))))) for n in (8, 9, 50, 101)]


def convolutions():
    cases = []
    for n, m in ((50, 7), (200, 65), (64, 64)):
        a, b = noise(n, 19), noise(m, 23)
        cases.append(dict(length=n, taps=m, values=listed(np.convolve(a, b, mode="same"))))
    return cases


def correlations():
    """Sliding normalised correlation of two series over lags, by the definition."""
    n, width, lag_max = 120, 16, 4
    a, b = noise(n, 29), noise(n, 31)
    rows = []
    for centre in range(width // 2 + lag_max, n - width // 2 - lag_max + 1, 5):
        row = []
        for lag in range(-lag_max, lag_max + 1):
            u = a[centre - width // 2 : centre + width // 2]
            v = b[centre - width // 2 + lag : centre + width // 2 + lag]
            row.append(float(np.dot(u, v) / np.sqrt(np.dot(u, u) * np.dot(v, v))))
        rows.append(dict(centre=centre, values=row))
    return dict(length=n, width=width, maxLag=lag_max, rows=rows)


def filter_banks():
    """Direct convolutions of complex and real series with complex and real filters, decimated."""
    cases = []
    for length, taps, decimation, complex_input, complex_taps in (
        (700, 33, 1, False, False), (700, 33, 1, True, True), (500, 64, 1, False, True), (300, 65, 4, True, True),
        (701, 50, 3, False, False), (256, 31, 2, False, True), (200, 1, 1, True, False), (90, 9, 5, True, False),
    ):
        x = noise(length, 43) + (1j * noise(length, 47) if complex_input else 0)
        h = noise(taps, 53) + (1j * noise(taps, 59) if complex_taps else 0)
        y = np.convolve(x, h)
        kept = dict(valid=y[taps - 1 : length], same=y[(taps - 1) // 2 :][:length], causal=y[:length])
        kept = {name: part[::decimation] for name, part in kept.items()}
        cases.append(
            dict(length=length, taps=taps, decimation=decimation, complexInput=complex_input, complexTaps=complex_taps,
                 **{name: dict(re=listed(part.real), im=listed(part.imag)) for name, part in kept.items()})
        )
    return cases


if __name__ == "__main__":
    assert (scipy.__version__, np.__version__) == ("1.16.3", "2.3.5")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(
        json.dumps(
            dict(
                made_by="tools/reference/signal_golden.py",
                windows=windows(), welch=welch(), spectrum=spectra(), medianMean=median_means(), spectrogram=spectrograms(), butterworth=butterworths(),
                resample=resamples(), whitening=whitening(), envelope=analytic(), convolve=convolutions(),
                correlation=correlations(), filterBank=filter_banks(),
            ),
            separators=(",", ":"),
        )
        + "\n"
    )
