"""Schedules and fifty steps of training by PyTorch: src/train/fixtures/train-golden.json.

Run in the environment `torch` (environments/torch.txt; PyTorch 2.10.0):

    python tools/reference/train_golden.py

The steps are of AdamW under OneCycleLR (cosine, momentum cycled), with gradients clipped to a norm, on a small residual
network of nn_golden.py with its weights, in float64. Batch i is the generator's array of seed 2000 + i, of shape
[8, 2, 64]; targets alternate 1, 0, and to windows with target 1 a sine of 0.2 radians a sample is added.
"""

import json
import pathlib

import torch
from torch import nn

from nn_golden import ResNet, encode, group, tensor_plan, values

OUTPUT = pathlib.Path(__file__).parents[2] / "src/train/fixtures/train-golden.json"

CYCLES = [
    dict(steps=50, learningRate=0.01),
    dict(steps=37, learningRate=0.002, warmUp=0.115, startDivisor=10.0, endDivisor=100.0),
    dict(steps=20, learningRate=0.1, momentum=[0.8, 0.9], warmUp=0.5),
]


def schedule(optimizer, *, steps, learningRate, warmUp=0.3, startDivisor=25.0, endDivisor=1e4, momentum=(0.85, 0.95)):
    return torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=learningRate, total_steps=steps, pct_start=warmUp, div_factor=startDivisor,
        final_div_factor=endDivisor, base_momentum=momentum[0], max_momentum=momentum[1],
    )  # fmt: skip


def cycle_case(options):
    optimizer = torch.optim.AdamW([nn.Parameter(torch.zeros(1))])
    scheduler = schedule(optimizer, **options)
    rates, momenta = [], []
    for step in range(options["steps"]):
        group = optimizer.param_groups[0]
        rates.append(group["lr"])
        momenta.append(group["betas"][0])
        optimizer.step()
        if step + 1 < options["steps"]:
            scheduler.step()
    return dict(options=options, learningRates=rates, momenta=momenta)


def training_case(max_norm=1.0, steps=50, weight_decay=0.1, undecayed_vectors=False):
    net = ResNet(2, 1, blocks=[1, 1], width=4, norm=group(2)).double()
    plans = [tensor_plan(name, list(t.shape), 100 + i) for i, (name, t) in enumerate(net.state_dict().items())]
    net.load_state_dict({p["name"]: values(p["seed"], p["shape"], p["gain"], p["offset"]) for p in plans})
    matrices = [p for p in net.parameters() if p.ndim > 1]
    vectors = [p for p in net.parameters() if p.ndim == 1]
    groups = [dict(params=matrices, weight_decay=weight_decay),
              dict(params=vectors, weight_decay=0.0 if undecayed_vectors else weight_decay)]  # fmt: skip
    optimizer = torch.optim.AdamW(groups, lr=0.01)
    cycle = dict(steps=steps, learningRate=0.02)
    scheduler = schedule(optimizer, **cycle)
    targets = (torch.arange(8) % 2 == 0).double()
    signal = torch.sin(0.2 * torch.arange(64).double())
    losses, norms = [], []
    for step in range(steps):
        x = values(2000 + step, [8, 2, 64]) + targets[:, None, None] * signal
        optimizer.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(net(x)[:, 0], targets)
        loss.backward()
        norms.append(nn.utils.clip_grad_norm_(net.parameters(), max_norm).item())
        optimizer.step()
        if step + 1 < steps:
            scheduler.step()
        losses.append(loss.item())
    return dict(
        cycle=cycle, maxNorm=max_norm, weightDecay=weight_decay, undecayedVectors=undecayed_vectors, tensors=plans,
        losses=losses, norms=norms, head=encode(net.fc.weight),
    )  # fmt: skip


cases = dict(
    cycles=[cycle_case(options) for options in CYCLES],
    trainings=[training_case(), training_case(undecayed_vectors=True, max_norm=1e9)],
)
OUTPUT.write_text(json.dumps(cases) + "\n")
print(OUTPUT, OUTPUT.stat().st_size, cases["trainings"][0]["losses"][::7], cases["trainings"][0]["norms"][::7])
