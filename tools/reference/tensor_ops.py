"""Values and gradients of tensor operations by NumPy, SciPy and PyTorch in float64: src/tensor/fixtures/tensor-ops.json.

Run in the environment `torch` (environments/torch.txt; NumPy 2.3.5, SciPy 1.16.3, PyTorch 2.10.0):

    python tools/reference/tensor_ops.py

Each case has an `op`, `args`, named `inputs` and `outputs`, the `reference` that made them, and, where it has gradients,
`cotangents` (dL/d output, by output) and `gradients` (dL/d input, by input). An array is { shape, dtype, data } with data in
row-major order; NaN and the infinities are the strings that JavaScript's Number() reads, and -0.0 keeps its sign.
"""

import json
import pathlib

import numpy as np
import scipy
import scipy.interpolate
import scipy.linalg
import scipy.special
import torch
import torch.nn.functional as F

OUTPUT = pathlib.Path(__file__).parents[2] / "src/tensor/fixtures/tensor-ops.json"

generator = np.random.default_rng(20150914)
cases: list[dict] = []


def normal(*shape: int) -> np.ndarray:
    """Random values of few digits: they go into the file."""
    return np.round(generator.standard_normal(shape), 4)


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
    """A case of one floating output, computed by PyTorch, and its gradient for a random cotangent."""
    tensors = {name: torch.tensor(values, dtype=torch.float64, requires_grad=True) for name, values in inputs.items()}
    y = function(**tensors)
    cotangent = normal(*y.shape)
    gradients = torch.autograd.grad(y, list(tensors.values()), torch.from_numpy(np.asarray(cotangent)))
    add(op, reference, inputs, dict(y=y), **args)
    cases[-1] |= dict(cotangents=arrays(dict(y=cotangent)), gradients=arrays(dict(zip(inputs, gradients))))


def elementwise() -> None:
    wide = np.array([0.0, -0.0, 1e-300, -1e-300, 1e-20, 1e-8, -1e-8, 1e-3, 0.1, -0.25, 0.5, 0.84375, -0.9, 1.0, 1.25, -2.0,
                     2.857, 3.0, -3.5, 4.0, 5.0, -5.9, 6.0, 26.0, -30.0, np.inf, -np.inf, np.nan])  # fmt: skip
    add("erf", "scipy.special.erf", dict(x=wide), dict(y=scipy.special.erf(wide)))
    add("expm1", "numpy.expm1", dict(x=wide), dict(y=np.expm1(wide)))
    above = np.concatenate([wide[wide > -1], [-1.0, -0.999999, -1.5, 1e300]])
    with np.errstate(all="ignore"):
        add("log1p", "numpy.log1p", dict(x=above), dict(y=np.log1p(above)))
    moderate = dict(x=np.concatenate([np.linspace(-4, 4, 17), [1e-9, -1e-9, 0.3, 2.2]]))
    add_differentiable("erf", "torch.erf", moderate, lambda x: torch.erf(x))
    add_differentiable("expm1", "torch.expm1", moderate, lambda x: torch.expm1(x))
    add_differentiable("log1p", "torch.log1p", dict(x=np.abs(moderate["x"])), lambda x: torch.log1p(x))

    edges = [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan]
    y, x = (grid.ravel() for grid in np.meshgrid(edges, edges, indexing="ij"))
    add("atan2", "numpy.arctan2", dict(y=y, x=x), dict(y=np.arctan2(y, x)))
    y, x = normal(2, 12)
    add_differentiable("atan2", "torch.atan2", dict(y=y, x=x), lambda y, x: torch.atan2(y, x))

    edges = [0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 3.0, -3.0, np.inf, -np.inf, np.nan]
    base, exponent = (grid.ravel() for grid in np.meshgrid(edges, edges, indexing="ij"))
    with np.errstate(all="ignore"):
        add("pow", "numpy.power", dict(base=base, exponent=exponent), dict(y=np.power(base, exponent)))
    pair = dict(base=np.abs(normal(12)) + 0.1, exponent=normal(12))
    add_differentiable("pow", "torch.pow", pair, lambda base, exponent: torch.pow(base, exponent))


def order_statistics() -> None:
    ties = np.round(normal(4, 9) * 2) / 2
    for axis, shape in [(-1, (3, 7)), (-1, (3, 8)), (0, (5, 2)), (1, (2, 4, 3))]:
        x = normal(*shape)
        add("median", "numpy.median", dict(x=x), dict(y=np.median(x, axis=axis)), axis=axis)
        q = [0, 0.1, 0.25, 0.5, 0.9, 1]
        for level in q:
            y = np.quantile(x, level, axis=axis, method="linear")
            add("quantile", "numpy.quantile, method linear", dict(x=x), dict(y=y), axis=axis, q=level)
    for q in [0, 0.3, 0.5, 1]:
        add_differentiable(
            "quantile", "torch.quantile", dict(x=normal(3, 6)), lambda x, q=q: torch.quantile(x, q, dim=-1), axis=-1, q=q
        )
    edges = np.array([-2.0, -1.0, -1.0, 0.0, 0.5, 0.5, 0.5, 3.0])
    points = np.array([-3.0, -2.0, -1.5, -1.0, -0.0, 0.0, 0.25, 0.5, 0.75, 3.0, 4.0, np.inf, -np.inf])
    for side in ["left", "right"]:
        y = np.searchsorted(edges, points, side=side)
        add("searchsorted", "numpy.searchsorted", dict(sorted=edges, values=points), dict(y=y), side=side)
    for axis in [-1, 0]:
        add("argsort", "numpy.argsort, stable", dict(x=ties), dict(y=np.argsort(ties, axis=axis, kind="stable")),
            axis=axis, descending=False)  # fmt: skip
        descending = torch.sort(torch.tensor(ties), dim=axis, descending=True, stable=True).indices
        add("argsort", "torch.sort, stable", dict(x=ties), dict(y=descending), axis=axis, descending=True)
    for k, largest in [(1, True), (3, True), (3, False), (8, True)]:
        x = normal(3, 8)
        values, indices = torch.topk(torch.tensor(x), k, dim=-1, largest=largest)
        add("topk", "torch.topk", dict(x=x), dict(values=values, indices=indices), axis=-1, k=k, largest=largest)


def scans() -> None:
    for axis in [-1, 0]:
        add_differentiable(
            "cumsum", "torch.cumsum", dict(x=normal(4, 7)), lambda x, axis=axis: torch.cumsum(x, axis), axis=axis
        )
        add_differentiable(
            "cummax", "torch.cummax", dict(x=normal(4, 7)), lambda x, axis=axis: torch.cummax(x, axis).values, axis=axis
        )
    ties = np.array([[1.0, 3.0, 3.0, 2.0, 5.0, 5.0], [-1.0, -2.0, -1.0, 0.0, -0.5, 0.0]])
    add("cummax", "numpy.maximum.accumulate", dict(x=ties), dict(y=np.maximum.accumulate(ties, axis=-1)), axis=-1)


def padding() -> None:
    x = normal(2, 5)
    for mode in ["reflect", "edge", "wrap"]:
        for widths in [[[0, 0], [3, 2]], [[0, 0], [0, 4]], [[1, 1], [2, 0]], [[0, 0], [4, 4]]]:
            y = np.pad(x, widths, mode=mode)
            add("pad", "numpy.pad", dict(x=x), dict(y=y), mode=mode, widths=widths)
    y = np.pad(x, [[1, 0], [2, 3]], constant_values=1.5)
    add("pad", "numpy.pad", dict(x=x), dict(y=y), mode="constant", widths=[[1, 0], [2, 3]], value=1.5)
    for mode, name in [("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap"), ("constant", "constant")]:
        add_differentiable(
            "pad", "torch.nn.functional.pad", dict(x=normal(1, 2, 6)),
            lambda x, mode=mode: F.pad(x, [3, 2], mode=mode), mode=name, widths=[[0, 0], [0, 0], [3, 2]],
        )  # fmt: skip


def einsum() -> None:
    for equation, *shapes in [
        ("ij,jk->ik", (3, 4), (4, 2)),
        ("ij,jk", (2, 3), (3, 3)),
        ("bij,bjk->bik", (2, 3, 4), (2, 4, 2)),
        ("bij,jk->bik", (2, 3, 4), (4, 2)),
        ("ij->ji", (3, 4)),
        ("ij->j", (3, 4)),
        ("ii->i", (4, 4)),
        ("ii->", (4, 4)),
        ("i,j->ij", (3,), (4,)),
        ("ij,ij->", (3, 4), (3, 4)),
        ("bchw,oc->bohw", (2, 3, 2, 2), (4, 3)),
        ("...ij,...jk->...ik", (2, 2, 2, 3), (2, 3, 2)),
        ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)),
        ("bhqd,bhkd->bhqk", (1, 2, 3, 4), (1, 2, 5, 4)),
    ]:
        inputs = {f"x{n}": normal(*shape) for n, shape in enumerate(shapes)}
        add_differentiable(
            "einsum", "torch.einsum", inputs,
            lambda equation=equation, **tensors: torch.einsum(equation, *tensors.values()), equation=equation,
        )  # fmt: skip


def pooling() -> None:
    """Padding is symmetric, as PyTorch's; it never wins a maximum."""
    for kernel, stride, pad, dilation in [
        ([2], [2], [0], [1]), ([3], [2], [1], [1]), ([3], [1], [1], [2]), ([3], [3], [0], [2]), ([4], [3], [2], [1]),
        ([2, 2], [2, 2], [0, 0], [1, 1]), ([3, 3], [2, 2], [1, 1], [1, 1]), ([3, 2], [1, 2], [1, 0], [1, 2]),
    ]:  # fmt: skip
        rank = len(kernel)
        shape = (2, 2, 11) if rank == 1 else (1, 2, 6, 7)
        window = dict(kernel=kernel, stride=stride, padding=pad, dilation=dilation)
        pool = [F.max_pool1d, F.max_pool2d][rank - 1]
        add_differentiable(
            "maxPool", f"torch.nn.functional.max_pool{rank}d", dict(x=normal(*shape)),
            lambda x: pool(x, kernel, stride, pad, dilation, ceil_mode=False), **window,
        )  # fmt: skip
        if any(d != 1 for d in dilation):
            continue
        pool = [F.avg_pool1d, F.avg_pool2d][rank - 1]
        for include in [True, False]:
            add_differentiable(
                "averagePool", f"torch.nn.functional.avg_pool{rank}d", dict(x=normal(*shape)),
                lambda x: pool(x, kernel, stride, pad, ceil_mode=False, count_include_pad=include),
                **window, countPadding=include,
            )  # fmt: skip


def interpolation() -> None:
    for size_in, size_out in [(5, 8), (8, 5), (6, 12), (7, 7), (9, 3), (4, 1)]:
        for mode, align in [("nearest", None), ("nearest-exact", None), ("linear", False), ("linear", True)]:
            add_differentiable(
                "interpolate", "torch.nn.functional.interpolate", dict(x=normal(1, 2, size_in)),
                lambda x: F.interpolate(x, size=size_out, mode=mode, align_corners=align),
                mode=mode, size=size_out, alignCorners=align,
            )  # fmt: skip
        for align in [False, True]:

            def cubic(x: torch.Tensor, align: bool = align) -> torch.Tensor:
                return F.interpolate(x[:, :, None, :], (1, size_out), mode="bicubic", align_corners=align)[:, :, 0]

            add_differentiable(
                "interpolate", "torch.nn.functional.interpolate, bicubic with one row", dict(x=normal(1, 2, size_in)),
                cubic, mode="cubic", size=size_out, alignCorners=align,
            )  # fmt: skip
    knots = np.array([0.0, 0.5, 1.0, 2.0, 2.5, 4.0, 5.0])
    values = normal(7)
    points = np.array([0.0, 0.1, 0.5, 0.75, 1.9, 2.0, 3.3, 4.99, 5.0])
    for name, boundary in [("notAKnot", "not-a-knot"), ("natural", "natural"), ("clamped", "clamped")]:
        y = scipy.interpolate.CubicSpline(knots, values, bc_type=boundary)(points)
        add("spline", "scipy.interpolate.CubicSpline", dict(knots=knots, values=values, points=points), dict(y=y),
            boundary=name)  # fmt: skip
    beyond = np.concatenate([[-1.0], points, [6.0]])
    y = np.interp(beyond, knots, values)
    add("linearInterpolation", "numpy.interp", dict(knots=knots, values=values, points=beyond), dict(y=y))


def windows() -> None:
    for length, size, step in [(12, 4, 4), (12, 4, 2), (13, 5, 3), (10, 3, 1), (11, 2, 5)]:
        add_differentiable(
            "unfold", "torch.Tensor.unfold", dict(x=normal(2, length)), lambda x: x.unfold(-1, size, step),
            size=size, step=step,
        )  # fmt: skip
    for frames, size, step in [(3, 4, 4), (5, 4, 2), (3, 5, 3), (8, 3, 1), (2, 2, 5)]:
        length = (frames - 1) * step + size

        def overlap_add(x: torch.Tensor) -> torch.Tensor:
            return F.fold(x.transpose(1, 2), (1, length), (1, size), stride=(1, step))[:, 0, 0]

        add_differentiable(
            "overlapAdd", "torch.nn.functional.fold", dict(x=normal(2, frames, size)), overlap_add, step=step
        )


def linear_algebra() -> None:
    """PyTorch's gradient of the Cholesky factor is that for symmetric changes of the matrix."""
    for shape in [(1, 1), (4, 4), (2, 3, 3)]:
        root = normal(*shape)
        matrix = root @ np.swapaxes(root, -1, -2) + 2 * np.eye(shape[-1])
        add_differentiable("cholesky", "torch.linalg.cholesky", dict(x=matrix), lambda x: torch.linalg.cholesky(x))
    for upper in [False, True]:
        for unit in [False, True]:
            for batch in [(), (2,)]:
                matrix = (np.triu if upper else np.tril)(normal(*batch, 4, 4)) + 2 * np.eye(4)
                add_differentiable(
                    "solveTriangular", "torch.linalg.solve_triangular", dict(matrix=matrix, b=normal(*batch, 4, 3)),
                    lambda matrix, b: torch.linalg.solve_triangular(matrix, b, upper=upper, unitriangular=unit),
                    upper=upper, unitDiagonal=unit,
                )  # fmt: skip
    for lower, upper, size, columns in [(1, 1, 6, 1), (2, 1, 7, 2), (0, 2, 5, 1), (1, 0, 5, 1), (3, 3, 8, 2)]:
        bands = normal(lower + upper + 1, size)
        bands[upper] += 4
        for row in range(lower + upper + 1):  # scipy ignores the corners
            offset = upper - row
            bands[row, : max(offset, 0)] = 0
            if offset < 0:
                bands[row, offset:] = 0
        b = normal(size, columns)

        def dense_solve(bands: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
            matrix = torch.zeros(size, size, dtype=torch.float64)
            for row in range(lower + upper + 1):
                offset = upper - row
                diagonal = bands[row, max(offset, 0) : size + min(offset, 0)]
                matrix = matrix + torch.diag(diagonal, offset)
            return torch.linalg.solve(matrix, b)

        add_differentiable(
            "solveBanded", "scipy.linalg.solve_banded; gradients by torch.linalg.solve of the dense matrix",
            dict(bands=bands, b=b), dense_solve, lower=lower, upper=upper,
        )  # fmt: skip
        exact = scipy.linalg.solve_banded((lower, upper), bands, b)
        dense = np.array(cases[-1]["outputs"]["y"]["data"]).reshape(exact.shape)
        assert np.allclose(exact, dense, rtol=1e-12, atol=1e-14)
        cases[-1]["outputs"]["y"] = array(exact)


def complex_numbers() -> None:
    edges = [0.0, -0.0, 1.0, -1.0, 3.0, -4.0]
    re, im = (grid.ravel() for grid in np.meshgrid(edges, edges, indexing="ij"))
    z = np.array([complex(a, b) for a, b in zip(re, im)])
    add("complexAngle", "numpy.angle", dict(re=re, im=im), dict(y=np.angle(z)))
    add("complexAbs", "numpy.abs", dict(re=re, im=im), dict(y=np.abs(z)))
    huge = np.array([1e200, -3e300, 4e-200, 0.0, 1e-310])
    add("complexAbs", "numpy.abs", dict(re=huge, im=huge[::-1]), dict(y=np.abs(huge + 1j * huge[::-1])))
    e = np.exp(z)
    add("complexExp", "numpy.exp", dict(re=re, im=im), dict(re=e.real, im=e.imag))
    a, b, c, d = normal(4, 10)
    for name, value in [
        ("complexMultiply", (a + 1j * b) * (c + 1j * d)), ("complexDivide", (a + 1j * b) / (c + 1j * d)),
    ]:  # fmt: skip
        add(name, "numpy", dict(re0=a, im0=b, re1=c, im1=d), dict(re=value.real, im=value.imag))
    part = dict(re=normal(8), im=normal(8))
    add_differentiable("complexAbs", "torch.abs", part, lambda re, im: torch.complex(re, im).abs())
    add_differentiable("complexAngle", "torch.angle", part, lambda re, im: torch.complex(re, im).angle())


def normalisations() -> None:
    extreme = np.array([[0.0, 1000.0, -1000.0, 999.0], [-np.inf, 0.0, 1.0, 2.0], [5.0, 5.0, 5.0, 5.0], [-2e3, -2e3, -2001, 0]])
    add("softmax", "scipy.special.softmax", dict(x=extreme), dict(y=scipy.special.softmax(extreme, axis=-1)), axis=-1)
    add("logsumexp", "scipy.special.logsumexp", dict(x=extreme), dict(y=scipy.special.logsumexp(extreme, axis=-1)), axis=-1)
    nothing = np.full((1, 3), -np.inf)
    add("logsumexp", "scipy.special.logsumexp", dict(x=nothing), dict(y=scipy.special.logsumexp(nothing, axis=-1)), axis=-1)
    for axis in [-1, 0]:
        x = dict(x=normal(3, 5))
        add_differentiable("softmax", "torch.softmax", x, lambda x: torch.softmax(x, axis), axis=axis)
        add_differentiable("logSoftmax", "torch.log_softmax", x, lambda x: torch.log_softmax(x, axis), axis=axis)
        add_differentiable("logsumexp", "torch.logsumexp", x, lambda x: torch.logsumexp(x, axis), axis=axis)


def main() -> None:
    for part in [elementwise, order_statistics, scans, padding, einsum, pooling, interpolation, windows,
                 linear_algebra, complex_numbers, normalisations]:  # fmt: skip
        part()
    versions = dict(numpy=np.__version__, scipy=scipy.__version__, torch=torch.__version__.split("+")[0])
    head = json.dumps(dict(madeBy="tools/reference/tensor_ops.py", versions=versions))
    lines = [json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases]
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(head[:-1] + ', "cases": [\n' + ",\n".join(lines) + "\n]}\n")
    print(f"{len(lines)} cases, {OUTPUT.stat().st_size / 1e6:.2f} MB")


main()
