"""Mistakes of students in loops, layers, losses and data: which words they fail with counts."""

from __future__ import annotations

import random

from tests.oracle.generation.courses.texts import literal, tried, vocabulary

SETTING = """\
net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
opt = optim.SGD(net.parameters(), lr=0.1)
target = torch.tensor([0, 1])
w = torch.ones(3, requires_grad=True)
data = torch.utils.data.TensorDataset(torch.arange(6.).view(3, 2), torch.tensor([0, 1, 0]))"""


def mistaken(dice: random.Random) -> list[str]:
    """Some of them, one after another."""
    texts = dice.sample(vocabulary("mistakes"), dice.randint(6, 10))
    lines = ["import torch.utils.checkpoint", SETTING, f"x = {literal(dice, (2, 3))}"]
    return lines + [tried(f"print({text})" if _is_expression(text) else text) for text in texts]


def _is_expression(text: str) -> bool:
    try:
        compile(text, "", "eval")
    except SyntaxError:
        return False
    return not text.startswith("print(")
