"""More values and gradients of tensor operations by NumPy and PyTorch in float64: src/tensor/fixtures/tensor-ops-more.json.

Run in the environment `torch` (environments/torch.txt; NumPy 2.3.5, PyTorch 2.10.0):

    python tools/reference/tensor_ops_more.py

The file's form is that of tensor_ops.py. Gradients are those of the floating inputs.
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

OUTPUT = pathlib.Path(__file__).parents[2] / "src/tensor/fixtures/tensor-ops-more.json"

generator = np.random.default_rng(20170817)
cases: list[dict] = []


def normal(*shape: int) -> np.ndarray:
    """Random values of few digits: they go into the file."""
    return np.round(generator.standard_normal(shape), 4)


def integers(low: int, high: int, *shape: int) -> np.ndarray:
    return generator.integers(low, high, shape)


def number(value: float) -> float | str:
    if np.isnan(value):
        return "NaN"
    if np.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def array(values) -> dict:
    if isinstance(values, torch.Tensor):
        values = values.detach().numpy()
    values = np.asarray(values)
    dtype = {"f": "float64", "i": "int64", "b": "bool"}[values.dtype.kind]
    return dict(shape=list(values.shape), dtype=dtype, data=[number(v) for v in values.ravel().tolist()])


def arrays(named: dict) -> dict:
    return {name: array(values) for name, values in named.items()}


def add(op: str, reference: str, inputs: dict, outputs: dict, **args) -> None:
    cases.append(dict(op=op, reference=reference, args=args, inputs=arrays(inputs), outputs=arrays(outputs)))


def add_differentiable(op: str, reference: str, inputs: dict, function, **args) -> None:
    """A case of one floating output, computed by PyTorch, and its gradients for a random cotangent."""
    tensors = {
        name: torch.tensor(values, requires_grad=np.asarray(values).dtype.kind == "f") for name, values in inputs.items()
    }
    y = function(**tensors)
    cotangent = normal(*y.shape)
    y.backward(torch.tensor(cotangent))
    add(op, reference, inputs, dict(y=y), **args)
    gradients = {name: tensor.grad for name, tensor in tensors.items() if tensor.requires_grad}
    cases[-1].update(cotangents=arrays(dict(y=cotangent)), gradients=arrays(gradients))


def indexing() -> None:
    # repeated indices; PyTorch's do not count from the end in these functions, NumPy's do
    for axis, shape in [(0, (4,)), (1, (2, 3)), (2, (5,)), (-1, ())]:
        x, indices = normal(3, 4, 2), integers(0, (3, 4, 2)[axis], *shape)
        flat = lambda x, indices, axis=axis: torch.index_select(x, axis, indices.reshape(-1)).reshape(
            *x.shape[: axis % 3], *indices.shape, *x.shape[axis % 3 + 1 :]
        )
        add_differentiable("take", "torch.index_select", dict(x=x, indices=indices), flat, axis=axis)
    x, indices = normal(3, 4), integers(-4, 4, 2, 2)
    add("take", "numpy.take", dict(x=x, indices=indices), dict(y=np.take(x, indices, axis=1)), axis=1)
    for axis, shape in [(0, (5, 4)), (1, (3, 6)), (-1, (3, 1))]:
        x, indices = normal(3, 4), integers(0, (3, 4)[axis], *shape)
        along = lambda x, indices, axis=axis: torch.take_along_dim(x, indices, axis)
        add_differentiable("takeAlongAxis", "torch.take_along_dim", dict(x=x, indices=indices), along, axis=axis)
    x, indices = normal(2, 3, 4), integers(-4, 4, 1, 3, 5)
    y = np.take_along_axis(x, np.broadcast_to(indices, (2, 3, 5)), axis=2)
    add("takeAlongAxis", "numpy.take_along_axis", dict(x=x, indices=indices), dict(y=y), axis=2)
    for axis, updates in [(0, (6, 4, 2)), (1, (3, 6, 2)), (-1, (3, 4, 6))]:
        inputs = dict(x=normal(3, 4, 2), indices=integers(0, (3, 4, 2)[axis], 6), updates=normal(*updates))
        sums = lambda x, indices, updates, axis=axis: x.index_add(axis, indices, updates)
        add_differentiable("scatterAdd", "torch.index_add", inputs, sums, axis=axis)
    for axis, shape in [(0, (5, 4)), (-1, (3, 6))]:
        inputs = dict(x=normal(3, 4), indices=integers(0, (3, 4)[axis], *shape), updates=normal(*shape))
        sums = lambda x, indices, updates, axis=axis: x.scatter_add(axis, indices, updates)
        add_differentiable("scatterAddAlongAxis", "torch.scatter_add", inputs, sums, axis=axis)
    indices = integers(0, 4, 2, 3)
    add("oneHot", "torch.one_hot", dict(indices=indices), dict(y=F.one_hot(torch.tensor(indices), 4)), length=4)


def ordering() -> None:
    special = np.array(
        [[1, np.nan, np.inf, -np.inf, 0, np.nan, 2], [3, np.inf, -1, 3, -np.inf, np.inf, 0], [2, 1, 1, 2, 0, 2, 1]]
    )
    add("sort", "numpy.sort", dict(x=special), dict(y=np.sort(special, axis=-1)), axis=-1)
    add("argsort", "numpy.argsort, stable", dict(x=special), dict(y=np.argsort(special, axis=-1, kind="stable")), axis=-1)
    values, indices = torch.sort(torch.tensor(special), dim=-1, descending=True, stable=True)
    add("sort", "torch.sort", dict(x=special), dict(y=values), axis=-1, descending=True)
    add("argsort", "torch.sort, stable", dict(x=special), dict(y=indices), axis=-1, descending=True)
    for axis in [0, 1]:
        add("median", "numpy.median", dict(x=special), dict(y=np.median(special, axis=axis)), axis=axis)
    x = normal(3, 4, 5)
    q = [0.9, 0.0, 0.33, 0.5, 1.0]
    for args in [dict(axis=1), dict(axis=-1, keepdims=True), dict(axis=None), dict(axis=None, keepdims=True)]:
        stored = dict(axis=args["axis"], keepAxes=args.get("keepdims", False))
        add("quantile", "numpy.quantile", dict(x=x), dict(y=np.quantile(x, q, **args)), q=q, **stored)
        add("quantile", "numpy.quantile", dict(x=x), dict(y=np.quantile(x, 0.7, **args)), q=0.7, **stored)
        add("median", "numpy.median", dict(x=x), dict(y=np.median(x, **args)), **stored)
    withNaN = x.copy()
    withNaN[0, 1, 2] = np.nan
    add("quantile", "numpy.quantile", dict(x=withNaN), dict(y=np.quantile(withNaN, q, axis=1)), q=q, axis=1)
    long = normal(2, 400)
    add("quantile", "numpy.quantile", dict(x=long), dict(y=np.quantile(long, q, axis=1)), q=q, axis=1)
    add("median", "numpy.median", dict(x=long), dict(y=np.median(long, axis=1)), axis=1)
    # NumPy's median shares the gradient between both middle elements
    middle = lambda x: torch.quantile(x, 0.5, dim=-1)
    for n in [5, 6]:
        add_differentiable("median", "torch.quantile", dict(x=normal(3, n)), middle, axis=-1)
    for descending in [False, True]:
        ordered = lambda x, descending=descending: torch.sort(x, dim=0, descending=descending).values
        add_differentiable("sort", "torch.sort", dict(x=normal(5, 3)), ordered, axis=0, descending=descending)
    largest = lambda x: torch.topk(x, 3, dim=1).values
    add_differentiable("topKValues", "torch.topk", dict(x=normal(2, 6, 2)), largest, axis=1, k=3)
    ends = np.array([-1.0, 0.0, 0.0, 2.0, np.inf, np.nan, np.nan])
    values = np.array([[np.nan, 3.0, -2.0], [0.0, np.inf, -np.inf]])
    for side in ["left", "right"]:
        y = np.searchsorted(ends, values, side=side)
        add("searchsorted", "numpy.searchsorted", dict(sorted=ends, values=values), dict(y=y), side=side)


def running() -> None:
    ties = np.array([[1.0, 3, 3, 2, 3, 5, 5, 4], [2, np.nan, 1, np.inf, np.nan, 3, 0, 1], [0, -1, 0, -2, 0, 1, 1, 0]])
    for name, function in [("cummax", torch.cummax), ("cummin", torch.cummin)]:
        values, indices = function(torch.tensor(ties), -1)
        add(name + "Ranked", "torch." + name, dict(x=ties), dict(values=values, indices=indices), axis=-1)
    add_differentiable("cummin", "torch.cummin", dict(x=normal(3, 7)), lambda x: torch.cummin(x, 1).values, axis=1)
    x = normal(2, 5)
    sums = np.cumsum(x, axis=1)
    add("cumsum", "numpy.cumsum", dict(x=x), dict(y=sums - x), axis=1, exclusive=True)
    add("cumsum", "numpy.cumsum", dict(x=x), dict(y=np.cumsum(x[:, ::-1], axis=1)[:, ::-1]), axis=1, reverse=True)


def padding() -> None:
    for shape in [(2, 1), (1, 2), (2, 5)]:
        x = normal(*shape)
        for mode in ["reflect", "edge", "wrap"]:
            for widths in [[[0, 0], [13, 9]], [[5, 0], [0, 17]]]:
                y = np.pad(x, widths, mode=mode)
                add("pad", "numpy.pad", dict(x=x), dict(y=y), mode=mode, widths=widths)


def interpolation() -> None:
    x, at = normal(7), np.array([0.0, 6.0, 0.25, 3.0, 5.875, -1.5, 6.5, 2.6])
    add("interpolateAt", "numpy.interp", dict(x=x, at=at), dict(y=np.interp(at, np.arange(7), x)), mode="linear")
    y = np.interp(at, np.arange(7), x, left=-9, right=-9)
    add("interpolateAt", "numpy.interp", dict(x=x, at=at), dict(y=y), mode="linear", outside=-9)
    grid = 20.0 + 0.25 * np.arange(7)
    times = np.array([20.0, 21.5, 20.1, 21.03, 19.0, 30.0])
    y = np.interp(times, grid, x)
    add("interpolateAt", "numpy.interp", dict(x=x, at=times), dict(y=y), mode="linear", start=20.0, step=0.25)

    # grid_sample's axes are [batch, channels, height, width], its positions from -1 to 1
    def sampled(mode: str):
        def function(x: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
            places = 2 * at / (x.shape[-1] - 1) - 1
            places = torch.stack([places, torch.zeros_like(places)], -1)[:, None]
            kinds = dict(mode=mode, padding_mode="border", align_corners=True)
            return F.grid_sample(x[:, None, None], places, **kinds)[:, 0, 0]

        return function

    inside = np.array([[0.3, 5.9, 2.25, 3.6], [1.2, 0.05, 5.4, 4.7]])
    for mode, name in [("bilinear", "linear"), ("bicubic", "cubic")]:
        inputs = dict(x=normal(2, 7), at=inside)
        add_differentiable("interpolateAt", "torch.grid_sample", inputs, sampled(mode), mode=name)
    # bins of one-sided spectra, aligned at 0 and at the Nyquist frequency
    for n, m in [(5, 9), (9, 5), (6, 11), (7, 4)]:
        x = normal(n)
        y = np.interp(np.arange(m) * (n - 1) / (m - 1), np.arange(n), x)
        add("interpolate", "numpy.interp", dict(x=x), dict(y=y), mode="linear", align="frequency", size=m)


def pooling() -> None:
    # of equal samples one has the whole gradient
    ties = np.array([[[1.0, 1, 0, 2, 2, 2, 0, 0, -1, -1]]])
    for size, stride, padding in [(3, 1, 1), (2, 2, 0), (4, 2, 2)]:
        windows = dict(kernel=[size], stride=[stride], padding=[padding], dilation=[1])
        largest = lambda x, size=size, stride=stride, padding=padding: F.max_pool1d(x, size, stride, padding)
        add_differentiable("maxPool", "torch.max_pool1d", dict(x=ties), largest, **windows)
    ties = np.array([[[[1.0, 1, 0, 1], [0, 1, 1, 1], [2, 2, 2, 0]]]])
    windows = dict(kernel=[2, 2], stride=[1, 1], padding=[0, 0], dilation=[1, 1])
    add_differentiable("maxPool", "torch.max_pool2d", dict(x=ties), lambda x: F.max_pool2d(x, 2, 1), **windows)


def main() -> None:
    for part in [indexing, ordering, running, padding, interpolation, pooling]:
        part()
    versions = dict(numpy=np.__version__, torch=torch.__version__.split("+")[0])
    head = json.dumps(dict(madeBy="tools/reference/tensor_ops_more.py", versions=versions))
    lines = [json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases]
    OUTPUT.write_text(head[:-1] + ', "cases": [\n' + ",\n".join(lines) + "\n]}\n")
    print(f"{len(lines)} cases, {OUTPUT.stat().st_size / 1e6:.2f} MB")


main()
