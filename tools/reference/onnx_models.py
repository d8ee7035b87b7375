"""Small networks as PyTorch exports them, with what they compute: src/tensor/onnx/fixtures/NAME.onnx and NAME.json.

Run in the environment `onnx` (environments/onnx.txt; PyTorch 2.10.0, ONNX 1.23.2, onnxscript 0.7.2):

    python tools/reference/onnx_models.py

NAME.json holds `inputs` and `outputs` (by name) in float32 by PyTorch, for a batch other than the one exported, and
`gradients`: d mean(output^2) / d parameter for parameters that the file keeps. An array is { shape, dtype, data }
with data as base64 of little-endian elements.
"""

import base64
import io
import json
import pathlib
import warnings

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from torch import nn

FIXTURES = pathlib.Path(__file__).parents[2] / "src/tensor/onnx/fixtures"


def normalization(kind: str, channels: int) -> nn.Module:
    return nn.BatchNorm1d(channels) if kind == "batch" else nn.GroupNorm(4, channels)


class Block(nn.Module):
    """Two convolutions with a way around them."""

    def __init__(self, kind: str, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv1d(inputs, outputs, 3, stride=stride, padding=1, bias=False)
        self.norm1 = normalization(kind, outputs)
        self.conv2 = nn.Conv1d(outputs, outputs, 3, padding=1, bias=False)
        self.norm2 = normalization(kind, outputs)
        self.around = nn.Sequential() if stride == 1 else nn.Conv1d(inputs, outputs, 1, stride=stride, bias=False)

    def forward(self, x):
        y = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(y)) + self.around(x))


class ResNet1d(nn.Module):
    def __init__(self, kind: str):
        super().__init__()
        self.stem = nn.Conv1d(2, 8, 7, stride=2, padding=3, bias=False)
        self.norm = normalization(kind, 8)
        self.blocks = nn.Sequential(Block(kind, 8, 8, 1), Block(kind, 8, 12, 2))
        self.head = nn.Linear(12, 1)

    def forward(self, strain):
        x = F.max_pool1d(F.relu(self.norm(self.stem(strain))), 3, stride=2, padding=1)
        x = F.adaptive_avg_pool1d(self.blocks(x), 1)
        return self.head(torch.flatten(x, 1))


class Cnn2d(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 3, padding=1),
            nn.BatchNorm2d(6),
            nn.LeakyReLU(0.1),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 12, (3, 5), stride=(1, 2), padding=(1, 2), groups=2, bias=False),
            nn.InstanceNorm2d(12, affine=True),
            nn.ELU(),
            nn.AvgPool2d(3, stride=2, padding=1, ceil_mode=False, count_include_pad=True),
            nn.Dropout(0.2),
        )
        self.classes = nn.Linear(12 * 3 * 2, 5)

    def forward(self, image):
        x = self.features(image)
        return F.log_softmax(self.classes(x.view(x.size(0), -1)), dim=1)


class Autoencoder(nn.Module):
    """Encoder and decoder with a skip, and layers of other kinds in between."""

    def __init__(self):
        super().__init__()
        self.down1 = nn.Conv1d(3, 8, 7, stride=2, padding=3)
        self.down2 = nn.Conv1d(8, 16, 5, stride=2, padding=2, groups=4)
        self.layer = nn.LayerNorm(12)
        self.mix = nn.Linear(12, 12)
        self.up1 = nn.ConvTranspose1d(16, 8, 4, stride=2, padding=1)
        self.up2 = nn.ConvTranspose1d(16, 3, 3, stride=2, padding=1, output_padding=1, groups=1)
        self.scale = nn.Parameter(torch.tensor([0.5, 1.0, 1.5]))

    def forward(self, witness):
        first = F.gelu(self.down1(witness))
        low = F.silu(self.down2(first))
        low = low + F.softplus(self.mix(self.layer(low)))
        up = torch.tanh(self.up1(low))
        joined = torch.cat([up, first], dim=1)
        out = self.up2(joined) * self.scale.unsqueeze(-1)
        a, b, c = torch.split(out, 1, dim=1)
        return torch.cat([a.clamp(-0.5, 0.5), torch.sigmoid(b), c.abs().add(0.5).log()], dim=1)


class Shapes(nn.Module):
    """Shape arithmetic, slices, padding, reductions and comparisons on lengths known at run time only."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(4, 6) * 0.3)

    def forward(self, x):
        batch, channels, length = x.shape
        rows = x.reshape(batch * channels, length // 4, 4).transpose(1, 2)
        rows = rows.reshape(batch, -1, 4) @ self.weight
        cut = x[:, 1:, ::2]
        padded = F.pad(cut, (1, 2), value=0.25)
        around = F.pad(x, (2, 3), mode="reflect")
        norm = torch.linalg.vector_norm(x, dim=-1, keepdim=True)
        spread = x.var(dim=-1, unbiased=False).sqrt()
        chosen = torch.where(x > 0, x, torch.exp(x) - 1).amax(dim=1)
        return rows, padded, around, x / norm, spread, chosen, x.expand(batch, channels, length).cumsum(-1)


def encode(array: np.ndarray) -> dict:
    array = np.ascontiguousarray(array)
    return dict(shape=list(array.shape), dtype=str(array.dtype), data=base64.b64encode(array.tobytes()).decode())


def settle(model: nn.Module, example: torch.Tensor) -> nn.Module:
    """Gives normalisations statistics and scales that are not 0 and 1."""
    torch.manual_seed(7)
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d, nn.GroupNorm, nn.InstanceNorm2d, nn.LayerNorm)):
                module.weight.uniform_(0.5, 1.5)
                module.bias.uniform_(-0.3, 0.3)
    model.train()
    for _ in range(5):
        model(example + 0.1 * torch.randn_like(example))
    return model.eval()


def export(model: nn.Module, example: torch.Tensor, name: str, outputs: list[str], how: dict) -> bytes:
    if how.get("dynamo"):
        settings = dict(how, dynamic_shapes=({0: torch.export.Dim("batch")},), verbose=False)
        settings.update(external_data=False, optimize=True)
    else:
        settings = dict(how, dynamic_axes={key: {0: "batch"} for key in [name, *outputs]})
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model, (example,), buffer, input_names=[name], output_names=outputs, **settings)
    # the exporters note which line of which file made a node
    exported = onnx.load_from_string(buffer.getvalue())
    for part in [exported.graph, *exported.graph.node, *exported.graph.value_info, *exported.graph.input, *exported.graph.output]:
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    exported.ClearField("metadata_props")
    return exported.SerializeToString()


def write(fixture: str, model: nn.Module, shape: tuple, name: str, outputs: list[str], how: dict) -> None:
    torch.manual_seed(20150914)
    example = torch.randn(2, *shape)
    settle(model, example)
    content = export(model, example, name, outputs, how)
    (FIXTURES / f"{fixture}.onnx").write_bytes(content)

    given = torch.randn(3, *shape)
    model.zero_grad()
    results = model(given)
    results = results if isinstance(results, tuple) else (results,)
    sum(result.square().mean() for result in results).backward()
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in onnx.load_from_string(content).graph.initializer}
    gradients = {
        key: value.grad
        for key, value in model.named_parameters()
        # fused with a normalisation, a weight keeps its name but not its value
        if key in stored and np.array_equal(stored[key], value.detach().numpy()) and value.grad is not None
    }
    record = dict(
        inputs={name: encode(given.numpy())},
        outputs={key: encode(value.detach().numpy()) for key, value in zip(outputs, results)},
        gradients={key: encode(value.numpy()) for key, value in gradients.items()},
    )
    (FIXTURES / f"{fixture}.json").write_text(json.dumps(record, indent=1) + "\n")
    print(f"{fixture}: {len(content)} bytes, {len(gradients)} gradients")


# PRESERVE keeps batch normalisations apart from the convolutions before them
LEGACY = dict(dynamo=False, training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)
FUSED = dict(dynamo=False)
DYNAMO = dict(dynamo=True)

if __name__ == "__main__":
    FIXTURES.mkdir(exist_ok=True)
    torch.manual_seed(1)
    resnet = ((2, 64), "strain", ["logit"])
    image = ((1, 12, 16), "image", ["scores"])
    witness = ((3, 48), "witness", ["noise"])
    shapes = ((3, 16), "x", ["rows", "padded", "around", "unit", "spread", "chosen", "sums"])
    write("resnet-batch-legacy-13", ResNet1d("batch"), *resnet, dict(LEGACY, opset_version=13))
    write("resnet-batch-fused-17", ResNet1d("batch"), *resnet, dict(FUSED, opset_version=17))
    write("resnet-batch-dynamo-18", ResNet1d("batch"), *resnet, dict(DYNAMO, opset_version=18))
    write("resnet-group-legacy-17", ResNet1d("group"), *resnet, dict(LEGACY, opset_version=17))
    write("resnet-group-dynamo-20", ResNet1d("group"), *resnet, dict(DYNAMO, opset_version=20))
    write("cnn-2d-legacy-14", Cnn2d(), *image, dict(LEGACY, opset_version=14))
    write("cnn-2d-dynamo-19", Cnn2d(), *image, dict(DYNAMO, opset_version=19))
    write("autoencoder-legacy-17", Autoencoder(), *witness, dict(LEGACY, opset_version=17))
    write("autoencoder-dynamo-20", Autoencoder(), *witness, dict(DYNAMO, opset_version=20))
    write("shapes-legacy-17", Shapes(), *shapes, dict(LEGACY, opset_version=17))
    write("shapes-dynamo-18", Shapes(), *shapes, dict(DYNAMO, opset_version=18))
