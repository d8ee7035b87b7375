"""The case of the bench `dense` by PyTorch on two threads (environment `torch`: tools/reference/environments/torch.txt).

The coherent network of 634,433 parameters, eager PyTorch with its defaults, over 16 s of two detectors at 2048 Hz: windows of
1 s, 16 a second, in batches of 128 that are copied from the series.
"""

from collections.abc import Callable

import torch
import torch.nn as nn

from rival import serve

THREADS = 2
SAMPLE_RATE = 2048
SECONDS = 16
STRIDE = 128
BATCH = 128
# outputs, taps, pool
CONVOLUTIONS = [
    (16, 24, 1), (16, 24, 1), (16, 16, 1), (16, 16, 4),
    (32, 8, 1), (32, 8, 1), (32, 4, 1), (32, 4, 4),
    (96, 8, 1), (96, 8, 1), (96, 6, 1), (96, 6, 3),
]  # fmt: skip
DENSE = [128, 64, 1]

torch.manual_seed(0)
torch.set_num_threads(THREADS)


def network() -> nn.Module:
    layers: list[nn.Module] = []
    width, places = 2, SAMPLE_RATE
    for outputs, taps, pool in CONVOLUTIONS:
        layers.append(nn.Conv1d(width, outputs, taps))
        if pool > 1:
            layers.append(nn.MaxPool1d(pool))
        layers.append(nn.ELU(inplace=True))
        width, places = outputs, (places - taps + 1) // pool
    layers.append(nn.Flatten())
    features = width * places
    for i, outputs in enumerate(DENSE):
        layers.append(nn.Linear(features, outputs))
        if i < len(DENSE) - 1:
            layers.append(nn.ELU(inplace=True))
        features = outputs
    net = nn.Sequential(*layers)
    count = sum(parameter.numel() for parameter in net.parameters())
    assert count == 634_433, count
    return net.eval()


def window_by_window() -> Callable[[], object]:
    net = network()
    strain = torch.randn(2, SECONDS * SAMPLE_RATE)

    def run() -> torch.Tensor:
        windows = strain.unfold(1, SAMPLE_RATE, STRIDE).transpose(0, 1)
        with torch.inference_mode():
            return torch.cat([net(batch.contiguous()) for batch in windows.split(BATCH)])

    return run


CASES: dict[str, Callable[[], Callable[[], object]]] = {"window by window, 16 Hz": window_by_window}

if __name__ == "__main__":
    serve(CASES, dict(torch=torch.__version__, torchThreads=str(THREADS)))
