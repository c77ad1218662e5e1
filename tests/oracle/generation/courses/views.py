"""Views of a tensor and writes through them, by index and otherwise, before a pass backward."""

from __future__ import annotations

import random

from tests.oracle.generation.courses.texts import leaf, literal, tried, vocabulary

SHAPES = ((2, 3), (3, 3), (2, 2, 3), (2, 3))
BASES = (
    "a * 2", "a.clone()", "a.sin()", "a + b", "torch.zeros_like(a)", "a.detach().clone()", "a.exp()", "a.T.clone()",
    "a", "a.view(a.shape)",
)  # fmt: skip


def viewing(dice: random.Random) -> list[str]:
    """A base, its views, writes and a pass backward."""
    shape = dice.choice(SHAPES)
    lines = ["import numpy as np", leaf(dice, "a", shape), leaf(dice, "b", shape if dice.random() < 0.5 else (3,))]
    lines.append(f"base = {dice.choice((*BASES, literal(dice, shape)))}")
    names = ["base"]
    for step in range(dice.randint(3, 8)):
        kind = dice.random()
        if kind < 0.4:
            lines.append(tried(f"v{step} = {_filled(dice, 'views', names)}"))
            names.append(f"v{step}")
        elif kind < 0.8:
            quiet = "with torch.no_grad(): " if dice.random() < 0.12 else ""
            lines.append(tried(f"{quiet}{_filled(dice, 'writes', names)}"))
        else:
            lines.append(tried(_filled(dice, "looks", names)))
    return lines + [tried(_filled(dice, "ends", names)) for _ in range(dice.choice((1, 1, 2)))]


def _filled(dice: random.Random, name: str, names: list[str]) -> str:
    """A text of the vocabulary, for tensors that there are, a key and a value."""
    v, w = dice.choices(names, range(1, len(names) + 1), k=2)
    w = v if dice.random() < 0.4 else w
    key = dice.choice(vocabulary("keys")).format(v=v)
    value = dice.choice(vocabulary("values")).format(v=v, w=w, b="b")
    return dice.choice(vocabulary(name)).format(v=v, w=w, b="b", k=key, x=value)
