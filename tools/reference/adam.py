"""Golden values of src/train/adam.test.ts: parameters after each step of PyTorch's Adam and AdamW (torch 2.10.0).

Run with the environment `torch`: python tools/reference/adam.py src/train/fixtures/adam.json
"""

import json
import sys

import torch

CASES = [
    ("Adam", {"learningRate": 0.05}),
    ("Adam", {"learningRate": 0.01, "meanDecay": 0.8, "squareDecay": 0.95, "epsilon": 1e-3}),
    ("AdamW", {"learningRate": 0.05, "weightDecay": 0.1}),
]


def run(optimizer: str, options: dict[str, float]) -> list[list[float]]:
    a = torch.tensor([[1, -2], [0.5, 3]], dtype=torch.float64, requires_grad=True)
    b = torch.tensor([0.1, -0.7, 2], dtype=torch.float64, requires_grad=True)
    rule = getattr(torch.optim, optimizer)(
        [a, b],
        lr=options["learningRate"],
        betas=(options.get("meanDecay", 0.9), options.get("squareDecay", 0.999)),
        eps=options.get("epsilon", 1e-8),
        weight_decay=options.get("weightDecay", 0.0),
    )
    trajectory = []
    for _ in range(20):
        rule.zero_grad()
        loss = 0.25 * (a**4).sum() + torch.cos(3 * b).sum() + a.sum() ** 2
        loss.backward()
        rule.step()
        trajectory.append([*a.detach().flatten().tolist(), *b.detach().tolist()])
    return trajectory


with open(sys.argv[1], "w") as file:
    cases = [{"optimizer": name, "options": options, "trajectory": run(name, options)} for name, options in CASES]
    json.dump(cases, file)
    file.write("\n")
