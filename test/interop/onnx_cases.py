"""Checks many ONNX files and runs each in ONNX Runtime.

Reads [{"name", "model": path, "runs": [{input: {"dtype", "shape", "data"}}]}] from the file it is given and writes
{name: {"states": ..., "runs": [{output: {"dtype", "shape", "data"}}]} or {"error": text}} to standard output. Data are
base64 of little-endian elements.
"""

import base64
import json
import sys

import numpy
import onnx
import onnxruntime

onnxruntime.set_default_logger_severity(4)


def decode(tensor: dict) -> numpy.ndarray:
    array = numpy.frombuffer(base64.b64decode(tensor["data"]), tensor["dtype"])
    return array.reshape(tensor["shape"])


def encode(array: numpy.ndarray) -> dict:
    data = base64.b64encode(numpy.ascontiguousarray(array).tobytes()).decode()
    return dict(dtype=str(array.dtype), shape=list(array.shape), data=data)


def answer(case: dict) -> dict:
    model = onnx.load(case["model"])
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(case["model"], providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    runs = []
    for run in case["runs"]:
        inputs = {name: decode(tensor) for name, tensor in run.items()}
        runs.append({name: encode(array) for name, array in zip(names, session.run(names, inputs))})
    return dict(metadata={entry.key: entry.value for entry in model.metadata_props}, runs=runs)


def answer_or_error(case: dict) -> dict:
    try:
        return answer(case)
    except Exception as error:  # every model's failure is to be reported, whatever it is
        return dict(error=f"{type(error).__name__}: {error}"[:2000])


with open(sys.argv[1]) as file:
    cases = json.load(file)
json.dump({case["name"]: answer_or_error(case) for case in cases}, sys.stdout)
