"""The cases of the bench `training` by PyTorch on two threads (environment `torch`: tools/reference/environments/torch.txt).

aframe's network: the architecture of torchvision's ResNet in one dimension, layers [3, 4, 6, 3], GroupNorm with 16 groups,
two channels in, one number out, on batches of 32 windows of 3072 samples. The ranker: `coincidence.py`, on batches of 256
candidates. Eager PyTorch with its defaults.
"""

from collections.abc import Callable

import torch
import torch.nn as nn

from coincidence import SAMPLES, CoincidenceNetwork
from rival import serve
from steps import detection_step, inference

THREADS = 2
GROUPS = 16
BATCH = 32
CANDIDATES = 256
TEMPLATES = 8
BANK = 140

torch.manual_seed(0)
torch.set_num_threads(THREADS)


class Block(nn.Module):
    """conv(k3), GN, ReLU, conv(k3), GN, plus the skip (1x1 conv and GN where the shape changes), ReLU."""

    def __init__(self, width_in: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(width_in, width, 3, stride=stride, padding=1, bias=False)
        self.norm1 = nn.GroupNorm(GROUPS, width)
        self.conv2 = nn.Conv1d(width, width, 3, padding=1, bias=False)
        self.norm2 = nn.GroupNorm(GROUPS, width)
        self.relu = nn.ReLU(inplace=True)
        self.skip: nn.Module | None = None
        if stride != 1 or width_in != width:
            self.skip = nn.Sequential(
                nn.Conv1d(width_in, width, 1, stride=stride, bias=False), nn.GroupNorm(GROUPS, width)
            )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.norm2(self.conv2(self.relu(self.norm1(self.conv1(x)))))
        return self.relu(y + (x if self.skip is None else self.skip(x)))


def network() -> nn.Module:
    layers: list[nn.Module] = [
        nn.Conv1d(2, 64, 7, stride=2, padding=3, bias=False),
        nn.GroupNorm(GROUPS, 64),
        nn.ReLU(inplace=True),
        nn.MaxPool1d(3, stride=2, padding=1),
    ]
    width_in = 64
    for stage, (width, blocks) in enumerate(zip([64, 128, 256, 512], [3, 4, 6, 3])):
        for block in range(blocks):
            layers.append(Block(width_in, width, stride=2 if stage > 0 and block == 0 else 1))
            width_in = width
    net = nn.Sequential(*layers, nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(width_in, 1))
    count = sum(parameter.numel() for parameter in net.parameters())
    assert count == 7_219_201, count
    return net


def windows() -> torch.Tensor:
    return torch.randn(BATCH, 2, 3072)


def resnet_step() -> Callable[[], object]:
    """Forward, binary cross-entropy with logits, backward, AdamW."""
    net = network()
    labels = (torch.rand(BATCH, 1) < 0.5).float()
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.01)
    return detection_step(net, [windows()], labels, optimizer)


def ranker() -> nn.Module:
    return CoincidenceNetwork(BANK)


def candidates() -> list[torch.Tensor]:
    """SNR series of the best templates, and which templates those are."""
    series = torch.randn(CANDIDATES, TEMPLATES, 2, 2, SAMPLES)
    return [series, torch.randint(0, BANK, (CANDIDATES, TEMPLATES))]


def ranker_step() -> Callable[[], object]:
    """Forward, binary cross-entropy with logits, backward, AdamW."""
    net = ranker()
    labels = (torch.rand(CANDIDATES) < 0.5).float()
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.01)
    return detection_step(net, candidates(), labels, optimizer)


CASES: dict[str, Callable[[], Callable[[], object]]] = {
    "aframe ResNet step": resnet_step,
    "aframe ResNet inference": lambda: inference(network().eval(), [windows()]),
    "ranker step": ranker_step,
    "ranker inference": lambda: inference(ranker().eval(), candidates()),
}

if __name__ == "__main__":
    serve(CASES, dict(torch=torch.__version__, torchThreads=str(THREADS)))
