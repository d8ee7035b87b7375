"""The cases of the bench `engine` by PyTorch on two threads (environment `torch`: tools/reference/environments/torch.txt).

Each is what a user writes: eager PyTorch with its defaults. `torch.optim.Adam()` picks its plain loop over parameters on
CPU; its `foreach` and `fused` forms are cases of their own, for comparison.
"""

from collections.abc import Callable

import torch
import torch.nn as nn
import torch.nn.functional as F

from rival import serve
from steps import detection_step

THREADS = 2

torch.manual_seed(0)
torch.set_num_threads(THREADS)


def conv_stack() -> nn.Sequential:
    """conv1d(2->64, k7, stride 2) + ReLU, then 4 x [conv1d(64->64, k3) + ReLU], same padding."""
    layers: list[nn.Module] = [nn.Conv1d(2, 64, 7, stride=2, padding=3), nn.ReLU()]
    for _ in range(4):
        layers += [nn.Conv1d(64, 64, 3, padding=1), nn.ReLU()]
    return nn.Sequential(*layers)


def conv_stack_batch() -> torch.Tensor:
    return torch.randn(32, 2, 2048)


def conv_stack_forward() -> Callable[[], object]:
    net, x = conv_stack(), conv_stack_batch()

    def run() -> torch.Tensor:
        with torch.no_grad():
            return net(x).square().mean()

    return run


def conv_stack_backward() -> Callable[[], object]:
    net, x = conv_stack(), conv_stack_batch()

    def run() -> None:
        net.zero_grad()
        net(x).square().mean().backward()

    return run


def conv_stack_adam(**options) -> Callable[[], object]:
    net, x = conv_stack(), conv_stack_batch()
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, **options)

    def run() -> float:
        optimizer.zero_grad()
        loss = net(x).square().mean()
        loss.backward()
        optimizer.step()
        return loss.item()

    return run


def norm_relu(norm: nn.Module) -> Callable[[], object]:
    """Forward and backward (input, scale and shift) of norm + ReLU on [32, 64, 1024], in training mode."""
    x = torch.randn(32, 64, 1024, requires_grad=True)
    cotangent = torch.randn(32, 64, 1024)

    def run() -> None:
        x.grad = None
        norm.zero_grad()
        F.relu(norm(x)).backward(cotangent)

    return run


def rfft(dtype: torch.dtype) -> Callable[[], object]:
    x = torch.randn(64, 2, 8192, dtype=dtype)
    return lambda: torch.fft.rfft(x)


def matmul() -> Callable[[], object]:
    a, b = torch.randn(1024, 1024), torch.randn(1024, 1024)
    return lambda: a @ b


def elementwise_chain() -> Callable[[], object]:
    x = torch.randn(4_000_000)
    return lambda: torch.tanh(x * 1.5 + 0.5) * torch.exp(-x * x)


def along_last_axis(shape: tuple[int, ...], function: Callable[[torch.Tensor], object]) -> Callable[[], object]:
    x = torch.randn(*shape)
    return lambda: function(x)


def tiny_graph() -> Callable[[], object]:
    x = torch.randn(8)
    return lambda: x * 2 + 1


class Block(nn.Module):
    """conv(k3), GN, ReLU, conv(k3), GN, plus the skip (1x1 conv and GN where the shape changes), ReLU."""

    def __init__(self, width_in: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(width_in, width, 3, stride=stride, padding=1, bias=False)
        self.norm1 = nn.GroupNorm(8, width)
        self.conv2 = nn.Conv1d(width, width, 3, padding=1, bias=False)
        self.norm2 = nn.GroupNorm(8, width)
        self.skip: nn.Module = nn.Identity()
        if stride != 1 or width_in != width:
            self.skip = nn.Sequential(nn.Conv1d(width_in, width, 1, stride=stride, bias=False), nn.GroupNorm(8, width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(y)) + self.skip(x))


class ResNet(nn.Module):
    """A 1-D ResNet of 242,369 parameters.

    Stem: conv(2->16, k7, stride 2, padding 3), GN, ReLU, max-pool(3, stride 2, padding 1). Four stages of widths 16, 32,
    64, 128, two blocks each; stages 2 to 4 begin with stride 2. Mean over time, linear to one number. Each GN has 8
    groups, convolutions have no bias, the linear layer has one. An input of 2048 samples has 512 after the stem and 64
    after the last stage.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv1d(2, 16, 7, stride=2, padding=3, bias=False),
            nn.GroupNorm(8, 16),
            nn.ReLU(),
            nn.MaxPool1d(3, stride=2, padding=1),
        )
        blocks: list[nn.Module] = []
        width_in = 16
        for stage, width in enumerate([16, 32, 64, 128]):
            for block in range(2):
                blocks.append(Block(width_in, width, stride=2 if stage > 0 and block == 0 else 1))
                width_in = width
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(width_in, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.blocks(self.stem(x)).mean(-1))


def resnet_step() -> Callable[[], object]:
    """One training step: forward, binary cross-entropy with logits, backward, Adam, on [64, 2, 2048]."""
    net = ResNet()
    parameters = sum(parameter.numel() for parameter in net.parameters())
    assert parameters == 242_369, parameters
    x = torch.randn(64, 2, 2048)
    labels = (torch.rand(64, 1) < 0.5).float()
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    return detection_step(net, [x], labels, optimizer)


CASES: dict[str, Callable[[], Callable[[], object]]] = {
    "conv stack forward": conv_stack_forward,
    "conv stack forward+backward": conv_stack_backward,
    "conv stack forward+backward+Adam": conv_stack_adam,
    "conv stack forward+backward+Adam (foreach)": lambda: conv_stack_adam(foreach=True),
    "conv stack forward+backward+Adam (fused)": lambda: conv_stack_adam(fused=True),
    "BatchNorm+ReLU forward+backward": lambda: norm_relu(nn.BatchNorm1d(64)),
    "GroupNorm+ReLU forward+backward": lambda: norm_relu(nn.GroupNorm(8, 64)),
    "rfft float32": lambda: rfft(torch.float32),
    "rfft float64": lambda: rfft(torch.float64),
    "matmul 1024": matmul,
    "elementwise chain": elementwise_chain,
    "sum": lambda: along_last_axis((64, 16384), lambda x: x.sum(-1)),
    # torch.median takes the lower of two middle values and finds it by selection, not by sorting.
    "median": lambda: along_last_axis((64, 16384), lambda x: x.median(-1).values),
    "cumulative sum": lambda: along_last_axis((64, 8192), lambda x: x.cumsum(-1)),
    "tiny graph": tiny_graph,
    "ResNet step": resnet_step,
}

if __name__ == "__main__":
    serve(CASES, dict(torch=torch.__version__, torchThreads=str(THREADS)))
