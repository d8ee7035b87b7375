"""Fourier transforms with lengths, axes and norms by numpy.fft: src/tensor/fixtures/fourier.json.

Run in the environment `torch` (environments/torch.txt; NumPy 2.3.5):

    python tools/reference/fourier.py
"""

import json
import pathlib

import numpy as np

OUTPUT = pathlib.Path(__file__).parents[2] / "src/tensor/fixtures/fourier.json"

generator = np.random.default_rng(20170817)


def array(values: np.ndarray) -> dict:
    return dict(shape=list(values.shape), data=values.ravel().tolist())


def parts(values: np.ndarray) -> dict:
    return dict(re=array(values.real), im=array(values.imag)) if np.iscomplexobj(values) else dict(re=array(values))


def normal(*shape: int) -> np.ndarray:
    return np.round(generator.standard_normal(shape), 4)


def transforms() -> list[dict]:
    cases = []
    ways = [(None, -1, "backward"), (None, 0, "ortho"), (5, 1, "forward"), (12, -1, "ortho"), (7, -2, "backward")]
    for name in ["rfft", "irfft", "fft", "ifft"]:
        for n, axis, norm in ways:
            x = normal(3, 6, 8)
            if name != "rfft":
                x = x + 1j * normal(3, 6, 8)
            y = getattr(np.fft, name)(x, n=n, axis=axis, norm=norm)
            cases.append(dict(name=name, n=n, axis=axis, norm=norm, input=parts(x), output=parts(y)))
    return cases


def main() -> None:
    frequencies = [
        dict(n=n, spacing=d, two=np.fft.fftfreq(n, d).tolist(), one=np.fft.rfftfreq(n, d).tolist())
        for n, d in [(1, 1.0), (8, 1 / 4096), (9, 0.5)]
    ]
    shifts = [
        dict(shape=shape, axes=axes, shifted=np.fft.fftshift(x, axes).ravel().tolist(),
             back=np.fft.ifftshift(x, axes).ravel().tolist())
        for shape, axes in [([5], None), ([4, 3], None), ([4, 3], [1])]
        for x in [np.arange(np.prod(shape)).reshape(shape)]
    ]  # fmt: skip
    made = dict(madeBy="tools/reference/fourier.py", versions=dict(numpy=np.__version__))
    OUTPUT.write_text(json.dumps(dict(**made, transforms=transforms(), frequencies=frequencies, shifts=shifts)) + "\n")


main()
