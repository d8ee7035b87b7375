"""Golden values of src/gw, by LAL.

Run with Python 3.11, lalsuite 7.26.16:  python tools/reference/gw_golden.py
Writes src/gw/fixtures/gw.json.
"""

import json
import random
from pathlib import Path

import lal

OUT = Path(__file__).resolve().parents[2] / "src" / "gw" / "fixtures" / "gw.json"


def utc(gps):
    year, month, day, hour, minute, second = lal.GPSToUTC(gps)[:6]
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}.000Z"


def main():
    h1, l1 = (lal.cached_detector_by_prefix[name] for name in ("H1", "L1"))
    generator = random.Random(1)
    times = [generator.randrange(0, 1_700_000_000) for _ in range(60)]
    # Around every leap second: GPS seconds of the end of June and December of each year.
    for year in range(1980, 2026):
        for month, day in ((6, 30), (12, 31)):
            last = lal.UTCToGPS((year, month, day, 23, 59, 59, 0, 0, 0))
            times += [last + k for k in range(3)]
    values = dict(
        made_by="tools/reference/gw_golden.py",
        positions=dict(H1=list(map(float, h1.location)), L1=list(map(float, l1.location))),
        light_travel_nanoseconds=lal.LightTravelTime(h1, l1),
        utc=[[t, utc(t)] for t in times],
    )
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(values, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
