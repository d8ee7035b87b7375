"""Checks an ONNX file and runs it in ONNX Runtime.

Reads {"model": path, "inputs": {name: {"dtype", "shape", "data"}}} from standard input and writes
{"inputs": {name: shape}, "outputs": {name: {"dtype", "shape", "data"}}, "external": whether tensors lie outside the file};
an open axis of an input's shape is its name. Data are base64 of little-endian elements.
"""

import base64
import json
import sys

import numpy
import onnx
import onnxruntime


def decode(tensor: dict) -> numpy.ndarray:
    return numpy.frombuffer(base64.b64decode(tensor["data"]), tensor["dtype"]).reshape(tensor["shape"])


def encode(array: numpy.ndarray) -> dict:
    data = base64.b64encode(numpy.ascontiguousarray(array).tobytes()).decode()
    return dict(dtype=str(array.dtype), shape=list(array.shape), data=data)


request = json.load(sys.stdin)
model = onnx.load(request["model"], load_external_data=False)
onnx.checker.check_model(model, full_check=True)
session = onnxruntime.InferenceSession(request["model"], providers=["CPUExecutionProvider"])
names = [output.name for output in session.get_outputs()]
outputs = session.run(names, {name: decode(tensor) for name, tensor in request["inputs"].items()})
json.dump(
    dict(
        inputs={value.name: value.shape for value in session.get_inputs()},
        outputs={name: encode(array) for name, array in zip(names, outputs)},
        external=any(onnx.external_data_helper.uses_external_data(tensor) for tensor in model.graph.initializer),
    ),
    sys.stdout,
)
