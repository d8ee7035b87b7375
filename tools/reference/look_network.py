"""A network of known weights for the tests of src/search/look: a correlator written as ONNX.

Run with Python 3.11, onnx 1.23.2:  python tools/reference/look_network.py
Writes src/search/look/fixtures/correlator/. Output: the largest mean over 50 ms of H1 times -L1, seven samples (6.8 ms)
earlier, at 1024 Hz.
"""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OUT = Path(__file__).resolve().parents[2] / "src" / "search" / "look" / "fixtures" / "correlator"
WINDOW, LAG = 1024, 7


def integers(name, *values):
    return numpy_helper.from_array(np.array(values, dtype=np.int64), name)


def main():
    nodes = [
        helper.make_node("Slice", ["strain", "h_from", "h_to", "axes"], ["hanford"]),
        helper.make_node("Slice", ["strain", "l_from", "l_to", "axes"], ["livingston"]),
        helper.make_node("Mul", ["hanford", "livingston"], ["product"]),
        helper.make_node("Neg", ["product"], ["opposite"]),
        helper.make_node("AveragePool", ["opposite"], ["smooth"], kernel_shape=[51]),
        helper.make_node("ReduceMax", ["smooth", "last"], ["largest"], keepdims=0),
    ]
    constants = [
        integers("axes", 1, 2),
        integers("last", 2),
        integers("h_from", 0, LAG),
        integers("h_to", 1, WINDOW),
        integers("l_from", 1, 0),
        integers("l_to", 2, WINDOW - LAG),
    ]
    graph = helper.make_graph(
        nodes,
        "correlator",
        [helper.make_tensor_value_info("strain", TensorProto.FLOAT, ["batch", 2, WINDOW])],
        [helper.make_tensor_value_info("largest", TensorProto.FLOAT, ["batch", 1])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model, full_check=True)
    OUT.mkdir(parents=True, exist_ok=True)
    onnx.save(model, OUT / "correlator.onnx")
    card = dict(
        name="correlator", sampleRate=1024, window=WINDOW, detectors=["H1", "L1"], band=[35, 350], mergerRange=[0.1, 0.9]
    )
    (OUT / "model.json").write_text(json.dumps(card, indent=2) + "\n")


if __name__ == "__main__":
    main()
