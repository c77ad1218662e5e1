"""Tensors of several dtypes together, casts and `autocast`."""

from __future__ import annotations

import random

from tests.oracle.generation.courses.texts import literal, tried, vocabulary

FLOATS = ("float32", "float64", "float32", "float16", "bfloat16")
OTHERS = ("int64", "int32", "uint8", "bool", "int8", "int16")


def mixing(dice: random.Random) -> list[str]:
    """Leaves of several dtypes, what is computed of them, and a pass backward."""
    lines = []
    for name in "ab":
        kind = f"dtype=torch.{dice.choice(FLOATS)}"
        lines.append(f"{name} = {literal(dice, (2, 3), kind, 'requires_grad=True')}")
    lines.append(f"c = torch.tensor([[1, 0, 2], [3, 1, 1]]).to(torch.{dice.choice(OTHERS)})")
    names: list[str] = []
    count = dice.randint(2, 6)
    for step in range(count):
        a, b = dice.choices(["a", "b", *names[-2:]], k=2)
        text = dice.choice(vocabulary("steps_of_dtypes")).format(a=a, b=b, c="c")
        lines.append(tried(f"t{step} = {text}; print(t{step})"))
        if dice.random() < 0.5:
            names.append(f"t{step}")
        if names and dice.random() < 0.2:
            lines.append(tried(dice.choice(vocabulary("writes_of_dtypes")).format(t=names[-1], a=a, b=b, c="c")))
    ends = dice.sample(range(count), min(2, count))
    lines += [tried(f"t{step}.float().sum().backward(); print(a.grad, b.grad)") for step in ends]
    if dice.random() < 0.2:
        turned = "torch.set_autocast_enabled('cpu', {})"
        return [turned.format(True), *lines, turned.format(False)]
    return lines
