"""Golden values of src/gw, by LAL, bilby, PyCBC and Astropy.

Run with Python 3.11, lalsuite 7.26.16, bilby 2.8.2, PyCBC 2.11.0, astropy 8.0.2, scipy 1.16.3, h5py:
python tools/reference/gw_golden.py [FOLDER OF REFERENCE DATA]
Writes gw.json, snr.json and cosmology.json to src/gw/fixtures. Without the reference data (strain of GW150914 and its
template, by GWOSC) the values of GW150914 in snr.json stay as they are.
"""

import json
import random
import sys
from pathlib import Path

import h5py
import lal
import numpy as np
from astropy import cosmology
from bilby.gw.detector import Interferometer, PowerSpectralDensity
from bilby.gw.detector.geometry import InterferometerGeometry
from pycbc.filter import matched_filter, overlap_cplx, sigma
from pycbc.types import FrequencySeries, TimeSeries
from scipy import signal

OUT = Path(__file__).resolve().parents[2] / "src" / "gw" / "fixtures"

# Keywords of bilby's InterferometerGeometry; X1 is made up, with all that a user may give.
GEOMETRIES = dict(
    H1=dict(
        length=4, latitude=46.45514666666667, longitude=-119.4076571388889, elevation=142.554,
        xarm_azimuth=125.9994, yarm_azimuth=215.9994, xarm_tilt=-0.0006195, yarm_tilt=1.25e-05,
    ),
    L1=dict(
        length=4, latitude=30.562894333333332, longitude=-90.77424038888888, elevation=-6.574,
        xarm_azimuth=197.7165, yarm_azimuth=287.7165, xarm_tilt=-0.0003121, yarm_tilt=-0.0006107,
    ),
    V1=dict(
        length=3, latitude=43.631414472222225, longitude=10.504496611111112, elevation=51.884,
        xarm_azimuth=70.5674, yarm_azimuth=160.5674,
    ),
    X1=dict(
        length=0.6, latitude=-52.2, longitude=149.8, elevation=1114.4,
        xarm_azimuth=21.6, yarm_azimuth=115.9, xarm_tilt=0.0031, yarm_tilt=-0.0036,
    ),
)


def utc(gps):
    year, month, day, hour, minute, second = lal.GPSToUTC(gps)[:6]
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}.000Z"


def single_precision_parts(tensor):
    """Single-precision tensors whose sum is the double-precision one: LAL's response tensors are REAL4."""
    parts = []
    rest = np.array(tensor)
    for _ in range(3):
        parts.append(rest.astype(np.float32))
        rest = rest - parts[-1]
    return parts


def antenna_pattern(tensor, ra, dec, psi, gmst):
    """F+ and Fx by LAL, which are linear in the tensor, to double precision."""
    terms = [lal.ComputeDetAMResponse(part, ra, dec, psi, gmst) for part in single_precision_parts(tensor)]
    return np.sum(terms, axis=0).tolist()


def detectors():
    values = {}
    for name, keywords in GEOMETRIES.items():
        geometry = InterferometerGeometry(**keywords)
        values[name] = dict(
            description=keywords, vertex=geometry.vertex.tolist(), x=geometry.x.tolist(), y=geometry.y.tolist(),
            tensor=geometry.detector_tensor.tolist(),
        )
        if name in lal.cached_detector_by_prefix:
            detector = lal.cached_detector_by_prefix[name]
            values[name] |= dict(lal_position=detector.location.tolist(), lal_tensor=detector.response.tolist())
    return values


def sky(generator):
    values = []
    for _ in range(60):
        nanoseconds = generator.randrange(0, 10**9)
        gps = lal.LIGOTimeGPS(generator.randrange(0, 1_900_000_000), nanoseconds)
        ra, psi = generator.uniform(0, 2 * np.pi), generator.uniform(0, np.pi)
        dec = np.arcsin(generator.uniform(-1, 1))
        gmst = lal.GreenwichMeanSiderealTime(gps)
        found = {}
        for name in ("H1", "L1", "V1"):
            tensor = InterferometerGeometry(**GEOMETRIES[name]).detector_tensor
            location = lal.cached_detector_by_prefix[name].location
            found[name] = antenna_pattern(tensor, ra, dec, psi, gmst)
            found[name].append(lal.TimeDelayFromEarthCenter(location, ra, dec, gps))
        locations = [lal.cached_detector_by_prefix[name].location for name in ("H1", "L1")]
        values.append(dict(
            time=f"{gps.gpsSeconds}.{gps.gpsNanoSeconds:09d}", ra=ra, dec=dec, psi=psi,
            h1_minus_l1=lal.ArrivalTimeDiff(*locations, ra, dec, gps), responses=found,
        ))
    return values


def projection():
    """A made-up spectrum as bilby projects it, on V1."""
    sample_rate, duration, start = 1024, 1, 1187008882
    parameters = dict(ra=3.44616, dec=-0.408084, psi=1.2, geocent_time=start)
    interferometer = Interferometer(
        "V1", power_spectral_density=PowerSpectralDensity.from_aligo(), minimum_frequency=0,
        maximum_frequency=sample_rate / 2, **GEOMETRIES["V1"],
    )
    interferometer.set_strain_data_from_zero_noise(sample_rate, duration, start)
    generator = np.random.default_rng(3)
    bins = len(interferometer.frequency_array)
    plus, cross = (generator.normal(size=bins) + 1j * generator.normal(size=bins) for _ in range(2))
    strain = interferometer.get_detector_response(dict(plus=plus, cross=cross), parameters)
    parts = lambda values: [values.real.round(15).tolist(), values.imag.round(15).tolist()]
    return dict(parameters=parameters, plus=parts(plus), cross=parts(cross), strain=parts(strain))


def noise(length, seed):
    """Uniform noise in [-0.5, 0.5) of a linear congruential generator, whose bits any language repeats."""
    values = np.empty(length)
    for i in range(length):
        seed = (1664525 * seed + 1013904223) % 2**32
        values[i] = seed / 2**32 - 0.5
    return values


def burst(length, sample_rate):
    """A template of `length` samples whose frequency rises from 40 Hz on."""
    t = np.arange(length) / sample_rate
    return np.exp(-(((t - 1) / 0.3) ** 2)) * np.cos(2 * np.pi * (40 * t + 20 * t * t))


def density(frequencies):
    return 0.01 * (1 + (30 / (frequencies + 1)) ** 4)


def complex_list(values):
    return [[value.real, value.imag] for value in np.asarray(values, complex)]


def snr():
    sample_rate, samples = 512, 4096
    data = TimeSeries(noise(samples, 7), delta_t=1 / sample_rate)
    padded = np.zeros(samples)
    padded[: 2 * sample_rate] = burst(2 * sample_rate, sample_rate)
    template = TimeSeries(padded, delta_t=1 / sample_rate)
    psd = FrequencySeries(density(np.arange(samples // 2 + 1) / 8), delta_f=1 / 8)
    values = []
    for low, high in ((20, 200), (None, None)):
        band = dict(low_frequency_cutoff=low, high_frequency_cutoff=high)
        series = matched_filter(template, data, psd, **band)
        product = overlap_cplx(template, data, psd, normalized=False, **band)
        values.append(dict(
            low=low, high=high, every=64, snr=complex_list(series.numpy()[::64]), sigma=float(sigma(template, psd, **band)),
            product=complex_list([product])[0],
        ))
    old = OUT / "snr.json"
    kept = json.loads(old.read_text())["gw150914"] if len(sys.argv) < 2 and old.exists() else {}
    return dict(series=values, gw150914=gw150914(Path(sys.argv[1])) if len(sys.argv) > 1 else kept)


def gw150914(folder):
    """Signal-to-noise ratio of GW150914: template and data tapered, Welch's PSD of the same 32 s, from 20 Hz on."""
    with h5py.File(folder / "waveforms/losc-templates/GW150914_4_template.hdf5") as file:
        plus = file["template"][0]
    values = {}
    for name in ("H1", "L1"):
        with h5py.File(folder / f"strain/GW150914/{name[0]}-{name}_LOSC_4_V2-1126259446-32.hdf5") as file:
            strain = file["strain/Strain"][:]
        rate, taper = 4096, signal.windows.tukey(len(strain), 0.125, sym=False)
        frequencies, power = signal.welch(strain, rate, "hann", 4 * rate, 2 * rate)
        data = TimeSeries(strain * taper, delta_t=1 / rate, epoch=1126259446)
        template = TimeSeries(plus * taper, delta_t=1 / rate)
        grid = np.arange(len(strain) // 2 + 1) / 32
        psd = FrequencySeries(np.interp(grid, frequencies, power), delta_f=1 / 32)
        series = matched_filter(template, data, psd, low_frequency_cutoff=20)
        at = int(np.argmax(np.abs(series.numpy())))
        values[name] = dict(
            snr=float(abs(series[at])), index=at, peak=complex_list([series[at]])[0],
            sigma=float(sigma(template, psd, low_frequency_cutoff=20)),
        )
    return values


def distances():
    redshifts = [0, 1e-8, 1e-4, 0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 100, 1100]
    cosmologies = dict(
        planck15=cosmology.Planck15,
        planck18=cosmology.Planck18,
        massive=cosmology.FlatLambdaCDM(H0=70, Om0=0.3, Tcmb0=2.7, Neff=3.04, m_nu=[0.01, 0.1, 2]),
        dust=cosmology.FlatLambdaCDM(H0=67.66, Om0=0.30966),
    )
    values = {}
    for name, model in cosmologies.items():
        # Without radiation Astropy uses a closed form, a difference that keeps only 8 digits at 1e-8.
        z = [redshift for redshift in redshifts if name != "dust" or redshift != 1e-8]
        values[name] = dict(
            redshifts=z,
            expansion=model.efunc(np.array(z)).tolist(),
            comoving=model.comoving_distance(z).value.tolist(),
            luminosity=model.luminosity_distance(z).value.tolist(),
            volume=model.comoving_volume(z).value.tolist(),
            differential=model.differential_comoving_volume(z).value.tolist(),
            dark_energy=float(model.Ode0), photons=float(model.Ogamma0),
        )
    return values


def write(name, values):
    OUT.mkdir(exist_ok=True)
    content = dict(made_by="tools/reference/gw_golden.py") | values
    (OUT / name).write_text(json.dumps(content, separators=(",", ":")) + "\n")


def main():
    h1, l1 = (lal.cached_detector_by_prefix[name] for name in ("H1", "L1"))
    generator = random.Random(1)
    times = [generator.randrange(0, 1_700_000_000) for _ in range(60)]
    # Around every leap second: GPS seconds of the end of June and December of each year.
    for year in range(1980, 2026):
        for month, day in ((6, 30), (12, 31)):
            last = lal.UTCToGPS((year, month, day, 23, 59, 59, 0, 0, 0))
            times += [last + k for k in range(3)]
    later = [generator.randrange(1_700_000_000, 1_900_000_000) for _ in range(60)]
    values = dict(
        detectors=detectors(),
        light_travel_nanoseconds=lal.LightTravelTime(h1, l1),
        utc=[[t, utc(t)] for t in times],
        sidereal=[[t, lal.GreenwichMeanSiderealTime(t) % (2 * np.pi)] for t in times + later],
        sky=sky(generator),
        projection=projection(),
    )
    write("gw.json", values)
    write("snr.json", snr())
    write("cosmology.json", distances())


if __name__ == "__main__":
    main()
