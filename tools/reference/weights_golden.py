"""Files that PyTorch users have: src/train/fixtures/golden.safetensors (one tensor of every type, by Python's
safetensors), and a small residual network's weights as torch-resnet.safetensors and torch-resnet.onnx.

Run in the environment `torch` (environments/torch.txt; PyTorch 2.10.0, safetensors 0.6.2):

    python tools/reference/weights_golden.py

The network is that of nn_golden.py's case "resNet1d: basic, group", with its weights; with batch normalisation that of
"resNet1d: basic, batch", as torch-resnet-batch.safetensors.
"""

import pathlib

import torch
from safetensors.torch import save_file
from torch import nn

from nn_golden import ResNet, group, tensor_plan, values

FIXTURES = pathlib.Path(__file__).parents[2] / "src/train/fixtures"
OUTPUT = FIXTURES / "golden.safetensors"

halves = [0.0, -0.0, 1.0, -2.5, 65504.0, 6e-8, 6.1e-5, float("inf"), float("-inf"), 1 / 3]
tensors = {
    "layer1.0.conv1.weight": torch.arange(12, dtype=torch.float32).reshape(2, 2, 3) / 3,
    "double": torch.tensor([1 / 3, -1e-300], dtype=torch.float64),
    "half": torch.tensor(halves, dtype=torch.float16),
    "brain": torch.tensor([1.0, -3.140625, 1e38, 1e-38], dtype=torch.bfloat16),
    "long": torch.tensor([[2**62, -1]], dtype=torch.int64),
    "int": torch.tensor([2**31 - 1, -5], dtype=torch.int32),
    "short": torch.tensor([-32768, 7], dtype=torch.int16),
    "byte": torch.tensor([0, 255], dtype=torch.uint8),
    "flags": torch.tensor([True, False, True]),
    "bn1.num_batches_tracked": torch.tensor(3),
    "nothing": torch.zeros(0, 4),
}
save_file(tensors, OUTPUT, metadata={"format": "pt", "note": "größer"})
print(OUTPUT, OUTPUT.stat().st_size)


def network(norm, **options):
    net = ResNet(2, 2, norm=norm, **options).double()
    state = {k: v for k, v in net.state_dict().items() if not k.endswith("num_batches_tracked")}
    plans = [tensor_plan(name, list(t.shape), 100 + i) for i, (name, t) in enumerate(state.items())]
    net.load_state_dict({p["name"]: values(p["seed"], p["shape"], p["gain"], p["offset"]) for p in plans}, strict=False)
    return net.float().eval()


resnet = network(group(2), blocks=[1, 2, 1], width=4)
save_file(resnet.state_dict(), FIXTURES / "torch-resnet.safetensors")
save_file(network(nn.BatchNorm1d, blocks=[1, 1], width=4, taps=5).state_dict(), FIXTURES / "torch-resnet-batch.safetensors")
torch.onnx.export(
    resnet,
    (torch.zeros(3, 2, 70),),
    FIXTURES / "torch-resnet.onnx",
    dynamo=False,
    do_constant_folding=False,
    training=torch.onnx.TrainingMode.PRESERVE,
    input_names=["strain"],
    output_names=["y"],
    dynamic_axes={"strain": {0: "batch"}, "y": {0: "batch"}},
)
