"""The network of src/search/ranking/coincidence-network.ts in PyTorch: candidates ranked by a marginalised likelihood ratio.

Series come last in its tensors, as in ours: with them first (`einsum("rtlf,fcl->rtlc")`) PyTorch takes twice as long.
"""

import math

import torch
from torch import nn

SAMPLES = 32
REACH = 10
CENTRE = 0.42


def interpolation(points: list[float]) -> tuple[torch.Tensor, torch.Tensor]:
    """Matrices from the real and imaginary parts of a series to the real and to the imaginary parts at points of it."""
    distance = torch.tensor(points, dtype=torch.float64)[:, None] - torch.arange(SAMPLES, dtype=torch.float64)
    taps = torch.sinc(distance) * torch.cos(math.pi / 2 * distance / REACH) ** 2 * (distance.abs() < REACH)
    taps = taps / taps.sum(1, keepdim=True)
    phase = 2 * math.pi * CENTRE * distance
    re, im = taps * phase.cos(), taps * phase.sin()
    return torch.cat([re, -im], 1).float(), torch.cat([im, re], 1).float()


def grid(end: float, step: float) -> list[float]:
    """Points from -end to end about the middle of a series."""
    return [SAMPLES / 2 - end + i * step for i in range(2 * round(end / step) + 1)]


class CoincidenceNetwork(nn.Module):
    def __init__(self, bank_size: int, templates=8, components=6, step=0.5, times=3, maximum_lag=5.5) -> None:
        super().__init__()
        self.templates = templates
        self.times = 2 * times + 1
        self.lags = 2 * round(maximum_lag / step) + 1
        half = times * step
        for name, points in (("first", grid(half, step)), ("second", grid(half + maximum_lag, step))):
            for part, matrix in zip(("re", "im"), interpolation(points)):
                self.register_buffer(f"{name}_points_{part}", matrix)
        spread = torch.linspace(0.85, 0.97, components)[:, None].repeat(1, self.lags)
        self.first = nn.Parameter(spread.clone())
        self.second = nn.Parameter(spread.clone())
        self.in_phase = nn.Parameter(0.1 * torch.randn(components, self.lags))
        self.in_quadrature = nn.Parameter(0.1 * torch.randn(components, self.lags))
        self.bias = nn.Parameter(0.1 * torch.randn(components, self.lags))
        self.template = nn.Parameter(torch.zeros(bank_size))
        self.offset = nn.Parameter(torch.tensor(-24.0))

    def at_lags(self, points: torch.Tensor) -> torch.Tensor:
        """[points, rows] -> [times, lags, rows]"""
        return points.unfold(0, self.lags, 1).transpose(1, 2)

    def forward(self, series: torch.Tensor, templates: torch.Tensor) -> torch.Tensor:
        batch = series.shape[0]
        best = series[:, : self.templates]
        a, b = (best[:, :, detector].reshape(batch * self.templates, 2 * SAMPLES).t() for detector in (0, 1))
        ar, ai = (self.first_points_re @ a)[:, None], (self.first_points_im @ a)[:, None]
        pr, pi = self.second_points_re @ b, self.second_points_im @ b
        br, bi, power = self.at_lags(pr), self.at_lags(pi), self.at_lags(0.5 * (pr * pr + pi * pi))
        own = (0.5 * (ar * ar + ai * ai)).expand(power.shape)
        features = torch.stack([own, power, ar * br + ai * bi, ai * br - ar * bi], 2)
        weights = torch.stack([self.first, self.second, self.in_phase, self.in_quadrature], 2).transpose(0, 1)
        exponents = torch.matmul(weights, features) + self.bias.t()[:, :, None]
        per_template = torch.logsumexp(exponents.flatten(0, 2), 0).reshape(batch, self.templates)
        return torch.logsumexp(per_template + self.template[templates[:, : self.templates]], 1) + self.offset
