"""What the rivals' cases of whole training steps share."""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import nn


def detection_step(
    net: nn.Module, inputs: Sequence[torch.Tensor], labels: torch.Tensor, optimizer: torch.optim.Optimizer
) -> Callable[[], float]:
    """Forward, binary cross-entropy with logits, backward, the optimizer's step."""

    def run() -> float:
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(net(*inputs), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return run


def inference(net: nn.Module, inputs: Sequence[torch.Tensor]) -> Callable[[], torch.Tensor]:
    """The net's output, without what a gradient would need."""

    def run() -> torch.Tensor:
        with torch.inference_mode():
            return net(*inputs)

    return run
