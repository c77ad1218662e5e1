"""Functions under `torch.func`, `torch.autograd.functional` and forward mode."""

from __future__ import annotations

import random

from tests.oracle.generation.courses.texts import literal, some, vocabulary


def transforming(dice: random.Random) -> list[str]:
    """A function, and what transforms make of it."""
    kind = "vector" if dice.random() < 0.4 else "scalar"
    body = dice.choice(vocabulary(f"{kind}_functions"))
    lines = [f"def f(x, w): return {body}", f"x = {literal(dice, (dice.randint(2, 3), 3))}"]
    lines.append(f"w = {literal(dice, (2, 3))}")
    if dice.random() < 0.1:
        lines.append("w = w.double()")
    return lines + some(dice, f"transforms_of_{kind}s", (2, 3, 4))
