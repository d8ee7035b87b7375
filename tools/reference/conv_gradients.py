"""Convolutions and their gradients by PyTorch in float64: src/tensor/fixtures/conv-gradients.json.

Run in the environment `torch` (environments/torch.txt; PyTorch 2.10.0):

    python tools/reference/conv_gradients.py

Inputs aren't stored. Element i of the array of seed s is the (i + 1)-th value of a linear congruential generator:

    state = (s * 2654435761 + 12345) mod 2^32
    for each element: state = (state * 1664525 + 1013904223) mod 2^32; value = state / 2^31 - 1

which is exact in float64 and, in JavaScript, `state = (Math.imul(state, 1664525) + 1013904223) >>> 0`. Configuration
number n of the file takes x from seed 3 n, the weight from seed 3 n + 1 and dL/dy from seed 3 n + 2, in row-major order.

Shapes are PyTorch's: x [batch, channels, ...spatial]; weight [out, in / groups, ...kernel] for `conv`,
[in, out / groups, ...kernel] for `convTranspose`. `padding` is [[before, after], ...], one pair an axis; a transposed
convolution crops that much from its full output and then appends `outputPadding` elements, which PyTorch computes as
more of the full output. y, dx and dw are base64 of little-endian float64.
"""

import base64
import itertools
import json
import pathlib

import numpy
import torch
import torch.nn.functional as F

OUTPUT = pathlib.Path(__file__).parents[2] / "src/tensor/fixtures/conv-gradients.json"


def values(seed: int, shape: list[int]) -> torch.Tensor:
    state = (seed * 2654435761 + 12345) % 2**32
    out = numpy.empty(int(numpy.prod(shape)))
    for i in range(out.size):
        state = (state * 1664525 + 1013904223) % 2**32
        out[i] = state / 2**31 - 1
    return torch.from_numpy(out.reshape(shape))


def encode(tensor: torch.Tensor) -> str:
    return base64.b64encode(tensor.detach().contiguous().numpy().astype("<f8").tobytes()).decode()


def pairs(rule: str, kernel: list[int], dilation: list[int]) -> list[list[int]]:
    """Padding by rule; `same` keeps the length at stride 1, `asymmetric` is 1 before and 2 after (or 0 and 1 for kernel 1)."""
    if rule == "zero":
        return [[0, 0] for _ in kernel]
    if rule == "same":
        totals = [d * (k - 1) for k, d in zip(kernel, dilation)]
        return [[total // 2, total - total // 2] for total in totals]
    return [[0, 1] if k == 1 else [1, 2] for k in kernel]


def conv_cases():
    """432 one-dimensional configurations and 72 two-dimensional ones."""
    for kernel, stride, dilation, groups, rule, length in itertools.product(
        [1, 2, 3, 7], [1, 2, 3], [1, 2], [1, 2, 4], ["zero", "same", "asymmetric"], [13, 14]
    ):
        yield dict(
            op="conv", x=[2, 4, length], weight=[4, 4 // groups, kernel], stride=[stride], dilation=[dilation],
            groups=groups, padding=pairs(rule, [kernel], [dilation]),
        )  # fmt: skip
    for kernel, stride, dilation, groups, rule in itertools.product(
        [[3, 3], [1, 2], [2, 3]], [[1, 1], [2, 2], [2, 3]], [[1, 1], [2, 1]], [1, 2], ["same", "asymmetric"]
    ):
        yield dict(
            op="conv", x=[1, 2, 5, 6], weight=[4, 2 // groups, *kernel], stride=stride, dilation=dilation,
            groups=groups, padding=pairs(rule, kernel, dilation),
        )  # fmt: skip


def transpose_cases():
    for kernel, stride, dilation, groups, padding in itertools.product(
        [1, 2, 3, 7], [1, 2, 3], [1, 2], [1, 2], [[0, 0], [1, 1]]
    ):
        for output_padding in {0, max(stride, dilation) - 1}:
            length = (5 - 1) * stride - sum(padding) + dilation * (kernel - 1) + output_padding + 1
            if length < 1 or (kernel == 1 and padding != [0, 0]):
                continue
            yield dict(
                op="convTranspose", x=[2, 4, 5], weight=[4, 4 // groups, kernel], stride=[stride],
                dilation=[dilation], groups=groups, padding=[padding], outputPadding=[output_padding],
            )  # fmt: skip
    for kernel, stride, output_padding, groups in [
        ([3, 3], [2, 2], [1, 1], 1), ([3, 3], [2, 2], [0, 1], 2), ([2, 3], [1, 2], [0, 1], 1),
        ([2, 3], [3, 2], [2, 0], 2), ([1, 2], [2, 1], [0, 0], 1), ([3, 2], [1, 1], [0, 0], 2),
    ]:  # fmt: skip
        yield dict(
            op="convTranspose", x=[2, 2, 3, 4], weight=[2, 4 // groups, *kernel], stride=stride, dilation=[1, 1],
            groups=groups, padding=[[0, 0], [1, 1]], outputPadding=output_padding,
        )  # fmt: skip


def apply(case: dict, x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    rank = x.ndim - 2
    if case["op"] == "conv":
        padded = F.pad(x, [n for pair in reversed(case["padding"]) for n in pair])
        conv = [F.conv1d, F.conv2d][rank - 1]
        return conv(padded, weight, stride=case["stride"], dilation=case["dilation"], groups=case["groups"])
    conv = [F.conv_transpose1d, F.conv_transpose2d][rank - 1]
    return conv(
        x, weight, stride=case["stride"], dilation=case["dilation"], groups=case["groups"],
        padding=[before for before, _ in case["padding"]], output_padding=case["outputPadding"],
    )  # fmt: skip


def main() -> None:
    lines = []
    for n, case in enumerate([*conv_cases(), *transpose_cases()]):
        if case["op"] == "conv":
            spans = [d * (k - 1) + 1 for k, d in zip(case["weight"][2:], case["dilation"])]
            assert all(s <= size + sum(p) for s, size, p in zip(spans, case["x"][2:], case["padding"]))
        x = values(3 * n, case["x"]).requires_grad_()
        weight = values(3 * n + 1, case["weight"]).requires_grad_()
        y = apply(case, x, weight)
        dx, dw = torch.autograd.grad(y, [x, weight], values(3 * n + 2, list(y.shape)))
        result = dict(seed=3 * n, **case, yShape=list(y.shape), y=encode(y), dx=encode(dx), dw=encode(dw))
        lines.append(json.dumps(result, separators=(",", ":")))
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    head = json.dumps({"madeBy": "tools/reference/conv_gradients.py", "torch": torch.__version__.split("+")[0]})
    OUTPUT.write_text(head[:-1] + ', "cases": [\n' + ",\n".join(lines) + "\n]}\n")
    print(f"{len(lines)} configurations, {OUTPUT.stat().st_size / 1e6:.2f} MB")


main()
