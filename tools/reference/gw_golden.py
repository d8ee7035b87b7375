"""Golden values of src/gw, by LAL and bilby.

Run with Python 3.11, lalsuite 7.26.16, bilby 2.8.2, numpy:  python tools/reference/gw_golden.py
Writes src/gw/fixtures/gw.json.
"""

import json
import random
from pathlib import Path

import lal
import numpy as np
from bilby.gw.detector import Interferometer, PowerSpectralDensity
from bilby.gw.detector.geometry import InterferometerGeometry

OUT = Path(__file__).resolve().parents[2] / "src" / "gw" / "fixtures" / "gw.json"

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
        made_by="tools/reference/gw_golden.py",
        detectors=detectors(),
        light_travel_nanoseconds=lal.LightTravelTime(h1, l1),
        utc=[[t, utc(t)] for t in times],
        sidereal=[[t, lal.GreenwichMeanSiderealTime(t) % (2 * np.pi)] for t in times + later],
        sky=sky(generator),
        projection=projection(),
    )
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(values, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
