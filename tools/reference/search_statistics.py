"""Golden values of src/search/statistics, by SciPy and Astropy.

Run with Python 3.11, scipy 1.16.3, numpy 2.3.5, astropy 8.0.2:  python tools/reference/search_statistics.py
Shapes of the gamma function above 1e5 are left out: far from the mean SciPy's own are right to 1e-9 only there.
Writes src/search/statistics/fixtures/statistics.json.
"""

import json
from pathlib import Path

from astropy.stats import poisson_conf_interval
from scipy import special, stats

OUT = Path(__file__).resolve().parents[2] / "src" / "search" / "statistics" / "fixtures" / "statistics.json"


def gamma():
    cases = []
    for a in (0.5, 1, 2.5, 10, 14.9, 15, 100, 1234, 1e5):
        for ratio in (1e-3, 0.3, 0.9, 0.99, 0.9999, 1, 1.0001, 1.01, 1.1, 2, 5):
            x = a * ratio
            cases.append(dict(a=a, x=x, lower=float(special.gammainc(a, x)), upper=float(special.gammaincc(a, x))))
    return [case for case in cases if min(case["lower"], case["upper"]) > 1e-250]


def beta():
    cases = []
    for a, b in ((0.5, 0.5), (1, 1), (1, 20), (3.5, 2), (50, 50), (7, 993), (1000, 1), (4e4, 6e4)):
        for x in (1e-4, 0.01, 0.2, 0.39, 0.4, 0.5, 0.61, 0.9, 0.999):
            value = float(special.betainc(a, b, x))
            if 1e-250 < value:
                cases.append(dict(a=a, b=b, x=x, lower=value))
    return cases


def poisson():
    cases = []
    for count in (0, 1, 2, 3, 5, 10, 30, 100, 1000, 12345):
        for confidence in (0.6826894921370859, 0.9, 0.99, 0.9999994):
            miss = (1 - confidence) / 2
            lower = 0.0 if count == 0 else stats.chi2.ppf(miss, 2 * count) / 2
            upper = stats.chi2.isf(miss, 2 * count + 2) / 2
            cases.append(dict(count=count, confidence=confidence, interval=[float(lower), float(upper)]))
    return cases


def poisson_sigma():
    counts = list(range(0, 30)) + [100, 1000]
    return [
        dict(count=n, interval=[float(v) for v in poisson_conf_interval(n, interval="frequentist-confidence", sigma=1)])
        for n in counts
    ]


def binomial():
    cases = []
    for found, count in ((0, 1), (1, 1), (0, 10), (3, 10), (10, 10), (1, 1000), (999, 1000), (43210, 96000)):
        for confidence in (0.6826894921370859, 0.95):
            ci = stats.binomtest(found, count).proportion_ci(confidence, method="exact")
            cases.append(dict(found=found, count=count, confidence=confidence, interval=[float(ci.low), float(ci.high)]))
    return cases


def poisson_quantiles():
    return [
        dict(mean=mean, probability=p, count=int(stats.poisson.ppf(p, mean)))
        for mean in (1e-3, 0.1, 0.5, 1, 3.3, 10, 250, 1e5)
        for p in (0.00135, 0.16, 0.5, 0.84, 0.99865)
    ]


golden = dict(
    gamma=gamma(),
    beta=beta(),
    poisson=poisson(),
    poissonSigma=poisson_sigma(),
    binomial=binomial(),
    poissonQuantiles=poisson_quantiles(),
)
OUT.write_text(json.dumps(golden) + "\n")
print(OUT, {name: len(cases) for name, cases in golden.items()})
