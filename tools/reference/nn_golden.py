"""Layers and networks by PyTorch in float64, with gradients: src/nn/fixtures/nn-golden.json.

Run in the environment `torch` (environments/torch.txt; PyTorch 2.10.0):

    python tools/reference/nn_golden.py

Inputs and weights aren't stored. Element i of the array of seed s is the (i + 1)-th value of the linear congruential
generator of conv_gradients.py, times `gain` plus `offset`, rounded to float32. A case names its tensors (PyTorch's
state-dictionary names, and `x`, or `x.re` and `x.im`) with shape, seed, gain and offset. Its loss is sum(y * cotangent),
the cotangent from seed 9999; outputs and gradients are base64 of little-endian float32, rounded from float64.

The networks are written here from their descriptions (He et al. 2016 in one dimension, aframe's variants), with
torchvision's module names.
"""

import base64
import json
import pathlib

import numpy
import torch
from torch import nn

OUTPUT = pathlib.Path(__file__).parents[2] / "src/nn/fixtures/nn-golden.json"


def values(seed: int, shape: list[int], gain: float = 1.0, offset: float = 0.0) -> torch.Tensor:
    state = (seed * 2654435761 + 12345) % 2**32
    out = numpy.empty(int(numpy.prod(shape)))
    for i in range(out.size):
        state = (state * 1664525 + 1013904223) % 2**32
        out[i] = state / 2**31 - 1
    return torch.from_numpy((out * gain + offset).astype(numpy.float32).astype(numpy.float64).reshape(shape))


def encode(tensor: torch.Tensor) -> str:
    return base64.b64encode(tensor.detach().contiguous().numpy().astype("<f4").tobytes()).decode()


def tensor_plan(name: str, shape: list[int], seed: int) -> dict:
    """Gains that keep signals near 1."""
    if name.endswith("running_var"):
        return dict(name=name, shape=shape, seed=seed, gain=0.5, offset=1.0)
    if name.endswith("running_mean") or len(shape) == 1 and name.endswith("bias"):
        return dict(name=name, shape=shape, seed=seed, gain=0.3, offset=0.0)
    if len(shape) == 1:
        return dict(name=name, shape=shape, seed=seed, gain=0.4, offset=1.0)
    return dict(name=name, shape=shape, seed=seed, gain=float((6 / numpy.prod(shape[1:])) ** 0.5), offset=0.0)


def module_case(title: str, module: nn.Module, x: list[int], training: bool = True, **extra) -> dict:
    """A module's output, gradients of its input and parameters, and its buffers afterwards."""
    module = module.double().train(training)
    state = {k: v for k, v in module.state_dict().items() if not k.endswith("num_batches_tracked")}
    plans = [tensor_plan(name, list(t.shape), 100 + i) for i, (name, t) in enumerate(state.items())]
    loaded = {p["name"]: values(p["seed"], p["shape"], p["gain"], p["offset"]) for p in plans}
    module.load_state_dict(loaded, strict=False)
    plan = dict(name="x", shape=x, seed=7, gain=1.5, offset=0.1)
    given = values(7, x, 1.5, 0.1).requires_grad_()
    y = module(given)
    (y * values(9999, list(y.shape))).sum().backward()
    gradients = {"x": encode(given.grad)} | {n: encode(p.grad) for n, p in module.named_parameters()}
    buffers = {n: encode(b) for n, b in module.named_buffers() if not n.endswith("num_batches_tracked")}
    return dict(
        title=title, training=training, tensors=[plan, *plans], shape=list(y.shape), output=encode(y),
        gradients=gradients, buffers=buffers, **extra,
    )  # fmt: skip


class Block(nn.Module):
    def __init__(self, convolutions: list[nn.Conv1d], norm, shortcut: nn.Conv1d | None):
        super().__init__()
        self.count = len(convolutions)
        for i, conv in enumerate(convolutions):
            setattr(self, f"conv{i + 1}", conv)
            setattr(self, f"bn{i + 1}", norm(conv.out_channels))
        self.downsample = nn.Sequential(shortcut, norm(shortcut.out_channels)) if shortcut else None

    def forward(self, x):
        h = x
        for i in range(self.count):
            h = getattr(self, f"bn{i + 1}")(getattr(self, f"conv{i + 1}")(h))
            if i < self.count - 1:
                h = torch.relu(h)
        return torch.relu(h + (self.downsample(x) if self.downsample else x))


def conv(inputs, outputs, taps, stride=1, dilation=1, groups=1):
    return nn.Conv1d(
        inputs, outputs, taps, stride, padding=dilation * (taps // 2), dilation=dilation, groups=groups, bias=False
    )


class ResNet(nn.Module):
    def __init__(self, channels, outputs, blocks, norm, width=64, taps=3, block="basic", groups=1, width_per_group=64,
                 reductions=None):  # fmt: skip
        super().__init__()
        self.conv1 = nn.Conv1d(channels, width, 7, 2, 3, bias=False)
        self.bn1 = norm(width)
        self.stages = len(blocks)
        inputs, dilation = width, 1
        for stage, count in enumerate(blocks):
            planes = width * 2**stage
            outer = planes if block == "basic" else 4 * planes
            inner = int(planes * width_per_group / 64) * groups
            former, stride = dilation, 1 if stage == 0 else 2
            if stage > 0 and reductions and reductions[stage - 1] == "dilation":
                dilation, stride = 2 * dilation, 1
            made = []
            for i in range(count):
                s, d = (stride, former) if i == 0 else (1, dilation)
                shortcut = conv(inputs, outer, 1, s) if s != 1 or inputs != outer else None
                if block == "basic":
                    parts = [conv(inputs, outer, taps, s, d, groups), conv(outer, outer, taps, 1, d, groups)]
                else:
                    parts = [conv(inputs, inner, taps), conv(inner, inner, taps, s, d, groups), conv(inner, outer, 1)]
                made.append(Block(parts, norm, shortcut))
                inputs = outer
            setattr(self, f"layer{stage + 1}", nn.Sequential(*made))
        self.fc = nn.Linear(inputs, outputs)

    def forward(self, x):
        h = nn.functional.max_pool1d(torch.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        for stage in range(self.stages):
            h = getattr(self, f"layer{stage + 1}")(h)
        return self.fc(h.mean(-1))


class Cnn(nn.Module):
    def __init__(self, channels, plan, flat, dense):
        super().__init__()
        widths = [channels, *(p["outputs"] for p in plan)]
        self.pools = [p.get("pool") for p in plan]
        self.convolutions = nn.ModuleList(nn.Conv1d(widths[i], p["outputs"], p["taps"]) for i, p in enumerate(plan))
        sizes = [flat, *dense, 1]
        self.dense = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))

    def forward(self, x):
        for layer, pool in zip(self.convolutions, self.pools):
            x = nn.functional.elu(layer(x))
            x = nn.functional.max_pool1d(x, pool) if pool else x
        x = x.flatten(1)
        for layer in self.dense[:-1]:
            x = nn.functional.elu(layer(x))
        return self.dense[-1](x)


def group(groups):
    return lambda channels: nn.GroupNorm(min(groups, channels), channels)


def resnet_cases():
    networks = [
        ("basic, group", dict(blocks=[1, 2, 1], width=4, taps=3), dict(kind="group", groups=2)),
        ("basic, batch", dict(blocks=[1, 1], width=4, taps=5), dict(kind="batch")),
        ("basic, dilated, grouped", dict(blocks=[1, 2], width=4, groups=2, reductions=["dilation"]),
         dict(kind="group", groups=4)),
        ("one stage", dict(blocks=[2], width=6, taps=3), dict(kind="group", groups=16)),
        ("bottleneck, dilated", dict(blocks=[1, 1, 2], width=2, taps=3, block="bottleneck",
                                     reductions=["dilation", "stride"]), dict(kind="group", groups=2)),
        ("bottleneck, grouped", dict(blocks=[1, 1], width=4, block="bottleneck", groups=2, width_per_group=32),
         dict(kind="batch")),
    ]  # fmt: skip
    for title, options, norm in networks:
        make = nn.BatchNorm1d if norm["kind"] == "batch" else group(norm["groups"])
        named = {"width_per_group": "widthPerGroup"}
        extra = dict(network={named.get(k, k): v for k, v in options.items()} | dict(channels=2, outputs=2, norm=norm))
        for training in [True, False] if norm["kind"] == "batch" else [True]:
            net = ResNet(2, 2, norm=make, **options)
            yield module_case(f"resNet1d: {title}{'' if training else ', inference'}", net, [3, 2, 70], training, **extra)


def layer_cases():
    yield module_case("linear", nn.Linear(5, 3), [4, 5])
    yield module_case("convolution1d", nn.Conv1d(4, 6, 5, stride=2, padding=2, dilation=2, groups=2), [3, 4, 21])
    yield module_case("groupNorm", nn.GroupNorm(3, 6), [2, 6, 9])
    yield module_case("batchNorm", nn.BatchNorm1d(4), [3, 4, 7])
    yield module_case("batchNorm, inference", nn.BatchNorm1d(4), [3, 4, 7], training=False)
    yield module_case("maxPool1d", nn.MaxPool1d(3, 2, 1), [2, 3, 11])
    yield module_case("avgPool1d", nn.AvgPool1d(3, 2), [2, 3, 11])
    for name, module in dict(elu=nn.ELU(), leakyRelu=nn.LeakyReLU(), silu=nn.SiLU(), gelu=nn.GELU(), relu=nn.ReLU(),
                             tanh=nn.Tanh()).items():  # fmt: skip
        yield module_case(f"activation {name}", module, [3, 17])


def cnn_case():
    plan = [dict(outputs=4, taps=8), dict(outputs=4, taps=5, pool=4), dict(outputs=6, taps=3, pool=2)]
    places = 96
    for p in plan:
        places = (places - p["taps"] + 1) // p.get("pool", 1)
    network = dict(channels=2, samples=96, convolutions=plan, dense=[8, 5])
    return module_case("coherentCnn", Cnn(2, plan, 6 * places, [8, 5]), [3, 2, 96], network=network)


def fir_cases():
    for title, bank, stride in [("shared", [3, 9], 1), ("own", [2, 3, 9], 4)]:
        shapes = {"x": [2, 2, 40], "bank": bank}
        parts = [
            dict(name=f"{name}.{part}", shape=shape, seed=300 + 2 * i + j, gain=1.0, offset=0.0)
            for i, (name, shape) in enumerate(shapes.items())
            for j, part in enumerate(["re", "im"])
        ]
        given = {p["name"]: values(p["seed"], p["shape"]).requires_grad_() for p in parts}
        x = torch.complex(given["x.re"], given["x.im"])
        h = torch.complex(given["bank.re"], given["bank.im"])
        frames = x.unfold(-1, 9, stride)
        y = torch.einsum("bdpk,fk->bdfp" if len(bank) == 2 else "bdpk,dfk->bdfp", frames, h.conj())
        cotangent = values(9999, [2, *y.shape])
        (y.real * cotangent[0] + y.imag * cotangent[1]).sum().backward()
        yield dict(
            title=f"firBank: {title}", stride=stride, tensors=parts, shape=list(y.shape),
            output=encode(torch.stack([y.real, y.imag])), gradients={n: encode(t.grad) for n, t in given.items()},
        )  # fmt: skip


def counts():
    """Parameters of aframe's networks (2 channels, 1 output, GroupNorm with 16 groups)."""
    def count(**options):
        return sum(p.numel() for p in ResNet(2, 1, norm=group(16), **options).parameters())

    return [
        dict(options=options, parameters=count(**options))
        for options in [dict(blocks=[3, 4, 6, 3]), dict(blocks=[2, 2, 2, 2]), dict(blocks=[3, 4, 6, 3], block="bottleneck")]
    ]


if __name__ == "__main__":
    cases = [*layer_cases(), *resnet_cases(), cnn_case(), *fir_cases()]
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(dict(cases=cases, counts=counts())) + "\n")
    print(OUTPUT, OUTPUT.stat().st_size, counts())
