"""Golden values of src/priors: densities, cdfs and quantiles by bilby and SciPy, cosmological densities by Astropy,
conversions by bilby and PyCBC, a joint density by bilby, and the official injections of MLGWSC-1 data set 1.

Run in the environment `science` (environments/science.txt: bilby 2.8.2, SciPy 1.16.3, Astropy 8.0.2, PyCBC 2.11.0):

    python tools/reference/priors_golden.py [SET1_INJECTIONS.hdf]

Without the file of injections, those that are there already are kept. Densities of truncated distributions come from
SciPy where bilby's own lose digits in the tails.
"""

import json
import pathlib
import sys

import astropy.cosmology
import bilby
import h5py
import numpy
import pycbc.conversions
import scipy.integrate
import scipy.stats
from bilby.core import prior
from bilby.gw import conversion

OUTPUT = pathlib.Path(__file__).parents[2] / "src/priors/fixtures/priors.json"
PROBABILITIES = [1e-9, 1e-3, 0.05, 0.3, 0.5, 0.77, 0.99, 0.999999]


def of_bilby(kind, options, distribution, has_density=True):
    # bilby's quantiles go through erfinv(2 p - 1) and arccos(1 - 2 p), which lose digits where p is tiny.
    p = numpy.array(PROBABILITIES[1:-1])
    x = numpy.asarray(distribution.rescale(p))
    return dict(
        kind=kind, options=options, reference="bilby", p=p.tolist(), quantile=x.tolist(), x=x.tolist(),
        logProb=numpy.log(distribution.prob(x)).tolist() if has_density else [],
        cdf=numpy.asarray(distribution.cdf(x)).tolist(),
    )  # fmt: skip


def of_scipy(kind, options, distribution):
    p = numpy.array(PROBABILITIES)
    x = distribution.ppf(p)
    return dict(
        kind=kind, options=options, reference="SciPy", p=p.tolist(), quantile=x.tolist(), x=x.tolist(),
        logProb=distribution.logpdf(x).tolist(), cdf=distribution.cdf(x).tolist(),
    )  # fmt: skip


def distributions():
    yield of_bilby("uniform", dict(minimum=-3, maximum=7), prior.Uniform(-3, 7))
    yield of_bilby("log-uniform", dict(minimum=5, maximum=250), prior.LogUniform(5, 250))
    for alpha in (-2.35, -1, 0, 1, 2, 5.5):
        options = dict(index=alpha, minimum=5, maximum=100)
        yield of_bilby("power-law", options, prior.PowerLaw(alpha, 5, 100))
    yield of_bilby("uniform-in-volume", dict(minimum=130, maximum=350), prior.PowerLaw(2, 130, 350))
    yield of_scipy("power-law", dict(index=1.5, minimum=0, maximum=4), scipy.stats.powerlaw(2.5, scale=4))
    yield of_bilby("sine", {}, prior.Sine())
    # The density of bilby's Sine and Cosine is that of the whole range, whatever the bounds.
    yield of_bilby("sine", dict(minimum=0.3, maximum=1.1), prior.Sine(0.3, 1.1), has_density=False)
    yield of_bilby("cosine", {}, prior.Cosine())
    yield of_bilby("cosine", dict(minimum=-0.2, maximum=1.4), prior.Cosine(-0.2, 1.4), has_density=False)
    yield of_bilby("uniform-angle", {}, prior.Uniform(0, 2 * numpy.pi))
    yield of_bilby("uniform-angle", dict(minimum=-numpy.pi / 2, period=numpy.pi), prior.Uniform(-numpy.pi / 2, numpy.pi / 2))
    yield of_bilby("gaussian", dict(mean=1.4, standardDeviation=0.2), prior.Gaussian(1.4, 0.2))
    yield of_scipy("gaussian", dict(mean=-30, standardDeviation=12), scipy.stats.norm(-30, 12))
    for mean, deviation, low, high in ((35, 5, 20, 41), (0, 1, 4, 6), (0, 1, -7, -5), (0, 1, -0.1, 0.1), (10, 3, 0, 1000)):
        options = dict(mean=mean, standardDeviation=deviation, minimum=low, maximum=high)
        truncated = scipy.stats.truncnorm((low - mean) / deviation, (high - mean) / deviation, mean, deviation)
        yield of_scipy("truncated-gaussian", options, truncated)
    options = dict(mean=35, standardDeviation=5, minimum=20, maximum=41)
    yield of_bilby("truncated-gaussian", options, prior.TruncatedGaussian(35, 5, 20, 41))
    options = dict(logMean=numpy.log(35), logStandardDeviation=0.1)
    yield of_bilby("log-normal", options, prior.LogNormal(numpy.log(35), 0.1))
    yield of_scipy("log-normal", options, scipy.stats.lognorm(0.1, scale=35))
    yield of_bilby("triangular", dict(minimum=1, mode=2.5, maximum=4), prior.Triangular(2.5, 1, 4))
    yield of_scipy("triangular", dict(minimum=1, mode=2.5, maximum=2.5), scipy.stats.triang(1, 1, 1.5))
    yield of_scipy("triangular", dict(minimum=1, mode=1, maximum=2.5), scipy.stats.triang(0, 1, 1.5))
    # bilby puts the points on a uniform grid, and its cdf is linear between them: the exact one agrees at the points.
    x, density = [0.0, 1.5, 3.0, 4.5, 6.0], [0.0, 2.0, 2.0, 0.5, 1.0]
    interped = prior.Interped(x, density)
    inside = [0.2, 1.2, 2.0, 3.9, 5.5]
    yield dict(
        kind="interpolated", options=dict(x=x, density=density), reference="bilby", p=[], quantile=[],
        x=inside, logProb=numpy.log(interped.prob(numpy.array(inside))).tolist(), cdf=[],
    )  # fmt: skip
    yield dict(
        kind="interpolated", options=dict(x=x, density=density), reference="bilby", p=interped.cdf(numpy.array(x)).tolist(),
        quantile=x, x=x, logProb=[], cdf=interped.cdf(numpy.array(x)).tolist(),
    )  # fmt: skip


def cosmological():
    planck = astropy.cosmology.Planck15

    def volume(z, index):
        return planck.differential_comoving_volume(z).value * (1 + z) ** index

    for kind, index in (("uniform-comoving-volume", 0), ("uniform-source-frame", -1)):
        for low, high in ((0, 2), (0, 0.15), (0.5, 5)):
            integral = lambda a, b: scipy.integrate.quad(volume, a, b, args=(index,), epsabs=0, epsrel=1e-11, limit=200)[0]
            whole = integral(low, high)
            z = low + (high - low) * numpy.array([0.01, 0.2, 0.5, 0.8, 1])
            yield dict(
                kind=kind, options=dict(minimum=low, maximum=high), x=z.tolist(),
                logProb=[float(numpy.log(volume(x, index) / whole)) for x in z], cdf=[integral(low, x) / whole for x in z],
            )  # fmt: skip
            distance = planck.luminosity_distance(z).value
            slope = planck.comoving_distance(z).value + (1 + z) * planck.hubble_distance.value / planck.efunc(z)
            if low > 0:
                yield dict(
                    kind=kind, x=distance.tolist(),
                    options=dict(
                        minimum=float(planck.luminosity_distance(low).value), maximum=float(distance[-1]),
                        parameter="luminosity_distance",
                    ),
                    logProb=[float(numpy.log(volume(a, index) / whole / s)) for a, s in zip(z, slope)],
                    cdf=[integral(low, a) / whole for a in z],
                )  # fmt: skip


def conversions():
    rng = numpy.random.default_rng(5)
    for _ in range(20):
        mass_1, mass_2 = sorted(rng.uniform(5, 100, 2), reverse=True)
        z, distance = rng.uniform(0, 2), rng.uniform(100, 5000)
        a, tilt = rng.uniform(0, 1, 2), rng.uniform(0, numpy.pi, 2)
        chirp_mass = conversion.component_masses_to_chirp_mass(mass_1, mass_2)
        chi = a * numpy.cos(tilt)
        yield dict(
            mass_1=mass_1, mass_2=mass_2, redshift=z, a_1=a[0], a_2=a[1], tilt_1=tilt[0], tilt_2=tilt[1],
            chi_1=chi[0], chi_2=chi[1], chirp_mass=chirp_mass, total_mass=mass_1 + mass_2,
            mass_ratio=conversion.component_masses_to_mass_ratio(mass_1, mass_2),
            symmetric_mass_ratio=conversion.component_masses_to_symmetric_mass_ratio(mass_1, mass_2),
            mass_1_source=mass_1 / (1 + z), chi_eff=pycbc.conversions.chi_eff(mass_1, mass_2, chi[0], chi[1]),
            luminosity_distance=distance, chirp_distance=float(pycbc.conversions.chirp_distance(distance, chirp_mass)),
            mass_1_of_chirp_mass=conversion.chirp_mass_and_mass_ratio_to_component_masses(chirp_mass, mass_2 / mass_1)[0],
            planck15_luminosity_distance=float(astropy.cosmology.Planck15.luminosity_distance(z).value),
        )  # fmt: skip


def joint():
    """The aframe prior's intrinsic part: a lighter mass that depends on the heavier."""
    def condition(reference_params, mass_1_source):
        return dict(alpha=reference_params["alpha"], minimum=reference_params["minimum"], maximum=mass_1_source)

    priors = prior.ConditionalPriorDict(dict(
        mass_1_source=prior.PowerLaw(-2.35, 5, 100),
        mass_2_source=prior.ConditionalPowerLaw(condition, alpha=1, minimum=5, maximum=100),
        a_1=prior.Uniform(0, 0.998), a_2=prior.Uniform(0, 0.998), tilt_1=prior.Sine(), tilt_2=prior.Sine(),
        phi_12=prior.Uniform(0, 2 * numpy.pi), phi_jl=prior.Uniform(0, 2 * numpy.pi),
        ra=prior.Uniform(0, 2 * numpy.pi), dec=prior.Cosine(), theta_jn=prior.Sine(),
        psi=prior.Uniform(0, numpy.pi), phase=prior.Uniform(0, 2 * numpy.pi),
    ))  # fmt: skip
    bilby.core.utils.random.seed(7)
    for _ in range(20):
        row = {name: float(value) for name, value in priors.sample().items()}
        yield dict(row=row, logProb=float(priors.ln_prob(row)))


def injections(path):
    names = dict(
        mass1="mass_1", mass2="mass_2", mchirp="chirp_mass", chirp_distance="chirp_distance", distance="luminosity_distance",
        inclination="theta_jn", coa_phase="phase", polarization="psi", ra="ra", dec="dec",
    )  # fmt: skip
    with h5py.File(path) as file:
        return {ours: file[theirs][()].tolist() for theirs, ours in names.items()}


def main():
    OUTPUT.parent.mkdir(exist_ok=True)
    official = injections(sys.argv[1]) if len(sys.argv) > 1 else json.loads(OUTPUT.read_text())["injections"]
    golden = dict(
        distributions=list(distributions()), cosmological=list(cosmological()), conversions=list(conversions()),
        joint=list(joint()), injections=official,
    )  # fmt: skip
    OUTPUT.write_text(json.dumps(golden) + "\n")


main()
