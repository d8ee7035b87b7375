"""Golden values for src/core/random: an independent Threefry-2x32-20 on Python integers with the counter layout that
src/core/random/key.ts states, and mpmath's normal quantile and logarithm at 60 digits.

Python 3.11, mpmath 1.3.0
Run: python tools/reference/random_draws.py
"""

import json
from pathlib import Path

import mpmath

mpmath.mp.dps = 60
MASK = 0xFFFFFFFF
ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24)


def threefry(key, counter):
    schedule = (key[0], key[1], key[0] ^ key[1] ^ 0x1BD11BDA)
    x0, x1 = (counter[0] + key[0]) & MASK, (counter[1] + key[1]) & MASK
    for r in range(20):
        x0 = (x0 + x1) & MASK
        turn = ROTATIONS[r % 8]
        x1 = (((x1 << turn) | (x1 >> (32 - turn))) & MASK) ^ x0
        if r % 4 == 3:
            s = r // 4 + 1
            x0 = (x0 + schedule[s % 3]) & MASK
            x1 = (x1 + schedule[(s + 1) % 3] + s) & MASK
    return x0, x1


def seed_key(seed):
    return seed & MASK, seed >> 32


def fold_text(key, text):
    data = text.encode()
    key = threefry(key, (len(data), 3 << 29))
    data += bytes(-len(data) % 8)
    for at in range(0, len(data), 8):
        key = threefry(key, (int.from_bytes(data[at : at + 4], "little"), int.from_bytes(data[at + 4 : at + 8], "little")))
    return key


def block(key, index, attempt=0):
    return threefry(key, (index & MASK, (index >> 32) | attempt << 21))


def signed53(words):
    high = words[0] - (1 << 32) if words[0] >> 31 else words[0]
    return high * 2**21 + (words[1] >> 11)


def exact_quantile(q):
    """Quantile at 1/2 + q for an exact float64 q."""
    return float(mpmath.sqrt(2) * mpmath.erfinv(2 * mpmath.mpf(q)))


def normal_draw(words):
    return exact_quantile((signed53(words) + 0.5) * 2.0**-53)


def exponential_draw(words):
    n = words[0] * 2**21 + (words[1] >> 11)
    return float(-mpmath.log(1 - mpmath.mpf(n) / 2**53))


def bounded(key, index, span):
    attempt = 0
    while True:
        for word in block(key, index, attempt):
            high, low = divmod(word * span, 1 << 32)
            if low >= (1 << 32) % span:
                return high
        attempt += 1


def shuffled(key, n):
    order = list(range(n))
    for i in range(n):
        j = i + bounded(key, i, n - i)
        order[i], order[j] = order[j], order[i]
    return order


key = seed_key(20150914)
far = 2**40 + 2**32 - 2
tails = [2.0**-54, 1e-16, 1e-15, 1e-12, 1.3887943864964021e-11, 1e-9, 1e-6, 1e-4, 0.01, 0.05, 0.074, 0.075, 0.0750001, 0.1, 0.25, 0.4, 0.49, 0.4999999]
tiny = [1e-20, 1e-50, 1e-100, 1e-200, 1e-300]


def lower_quantile(p):
    """Quantile at an exact float64 p <= 1/2, by Newton's method on the logarithm of the distribution."""
    p = mpmath.mpf(p)
    start = -mpmath.sqrt(-2 * mpmath.log(p)) if p < 0.1 else mpmath.sqrt(2) * mpmath.erfinv(2 * p - 1)
    return float(mpmath.findroot(lambda x: mpmath.log(mpmath.erfc(-x / mpmath.sqrt(2)) / 2) - mpmath.log(p), start))


lower = [lower_quantile(p) for p in tiny + tails]

golden = {
    "seed": 20150914,
    "split": [list(threefry(key, (i, 1 << 29))) for i in range(4)],
    "foldNumber": [[n, list(threefry(key, (n & MASK, 2 << 29 | n >> 32)))] for n in (0, 1, 4294967296, 2**53 - 1)],
    "foldText": [[t, list(fold_text(key, t))] for t in ("", "H1", "L1", "H1:GDS-CALIB_STRAIN", "λ—bits")],
    "seedText": ["GW150914", list(fold_text((0, 0), "GW150914"))],
    "bits": [w for i in range(4) for w in block(key, i)],
    "uniform": [(block(key, i)[0] * 2**21 + (block(key, i)[1] >> 11)) * 2.0**-53 for i in range(8)],
    "normal": [normal_draw(block(key, i)) for i in range(64)],
    "far": far,
    "normalFar": [normal_draw(block(key, far + i)) for i in range(6)],
    "exponential": [exponential_draw(block(key, i)) for i in range(32)],
    "integersRange": 3 * 2**30,
    "integers": [bounded(key, i, 3 * 2**30) - 2**31 for i in range(64)],
    "permutation": shuffled(key, 20),
    "probabilities": tiny + tails,
    "quantiles": lower,
}
target = Path(__file__).parents[2] / "src/core/random/fixtures/random.json"
target.write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")
