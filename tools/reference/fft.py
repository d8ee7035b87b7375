"""Golden transforms of long rows, in extended precision (80-bit) by SciPy's pocketfft.

Made with scipy 1.16.3 and numpy 2.3.5 on x86-64. Run: python fft.py > ../../src/tensor/fft/fixtures/long-rows.json

Inputs are a hash of the index (`samples`), exact in single precision; the tests make the same ones. For each length:
sixteen bins of the forward and the inverse transform of samples(1) + i samples(2), of the real transform of samples(1)
and of the inverse real transform of samples(1) + i samples(2), and the largest magnitude of each whole result.
"""
import json
import sys

import numpy as np
import scipy.fft

LENGTHS = [
    1000, 1023, 4096, 4097, 6000, 8191, 8192, 10007, 12289, 16807, 20014, 30030, 44100, 59049, 60000, 65536, 65537,
    78125, 98304, 99991, 131071, 510510, 999983, 2**20,
]


def samples(seed, n):
    """Murmur3's finaliser of seed * 2^24 + index: 24 bits each, from -1 to 1."""
    h = (np.arange(n, dtype=np.uint64) + np.uint64(seed << 24)) & np.uint64(0xFFFFFFFF)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        h ^= h >> np.uint64(shift)
        h = (h * np.uint64(factor)) & np.uint64(0xFFFFFFFF)
    h ^= h >> np.uint64(16)
    return (h >> np.uint64(8)).astype(np.longdouble) / np.longdouble(2**23) - 1


def entry(values, at):
    picked = values[at]
    out = {"max": float(np.abs(values).max()), "re": [float(v) for v in picked.real]}
    if np.iscomplexobj(values):
        out["im"] = [float(v) for v in picked.imag]
    return out


def main():
    rng = np.random.default_rng(20240817)
    table = []
    for n in LENGTHS:
        a, b = samples(1, n), samples(2, n)
        half = n // 2 + 1
        at = sorted({0, 1, n // 2, n - 1, *(int(k) for k in rng.integers(0, n, 12))})
        bins = sorted({min(k, n - k) for k in at})
        z = a + 1j * b
        assert z.dtype == np.clongdouble
        table.append({
            "n": n,
            "at": at,
            "bins": bins,
            "forward": entry(scipy.fft.fft(z), at),
            "inverse": entry(scipy.fft.ifft(z), at),
            "real": entry(scipy.fft.rfft(a), bins),
            "inverseReal": entry(scipy.fft.irfft(z[:half], n), at),
        })
    json.dump(table, sys.stdout, separators=(",", ":"))


main()
