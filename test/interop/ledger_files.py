"""Reads or writes a ledger with h5py: `ledger_files.py read PATH` prints its content as JSON, `write PATH` makes one as aframe does."""

import json
import sys

import h5py
import numpy as np


def plain(value):
    if isinstance(value, np.ndarray):
        return [plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def read(path):
    with h5py.File(path) as file:
        columns = {
            name: dict(dtype=str(dataset.dtype), shape=dataset.shape, values=[str(v) for v in dataset[:].ravel()])
            for name, dataset in file["parameters"].items()
        }
        return dict(columns=columns, attributes={name: plain(value) for name, value in file.attrs.items()})


def write(path):
    with h5py.File(path, "w") as file:
        parameters = file.create_group("parameters")
        parameters.create_dataset("detection_time", data=np.array([1238205077.25, 1238205078.5]))
        parameters.create_dataset("detection_statistic", data=np.array([1.5, 2.5], dtype="f4"), compression="gzip")
        parameters.create_dataset("shift", data=np.array([[0, 1], [0, 1]]))
        file.attrs["Tb"] = 3600.0
        file.attrs["length"] = 2
        file.attrs["ifos"] = ["H1", "L1"]


command, path = sys.argv[1:]
print(json.dumps(read(path) if command == "read" else write(path)))
