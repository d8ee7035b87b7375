"""A file of every type by Python's safetensors: src/train/fixtures/golden.safetensors.

Run in the environment `torch` (environments/torch.txt; PyTorch 2.10.0, safetensors 0.6.2):

    python tools/reference/safetensors_golden.py
"""

import pathlib

import torch
from safetensors.torch import save_file

OUTPUT = pathlib.Path(__file__).parents[2] / "src/train/fixtures/golden.safetensors"

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
