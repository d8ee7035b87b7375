"""What the rivals' cases of whole training steps share."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import nn


def detection_step(
    net: nn.Module, x: torch.Tensor, labels: torch.Tensor, optimizer: torch.optim.Optimizer
) -> Callable[[], float]:
    """Forward, binary cross-entropy with logits, backward, the optimizer's step."""

    def run() -> float:
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(net(x), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return run
