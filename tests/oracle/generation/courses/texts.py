"""What the kinds of course programs write alike: their vocabulary, tensors as literals, and statements whose errors are
printed."""

from __future__ import annotations

import random
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np

from tests.oracle.generation.known import TRY, Shape

NUMBERS = (-1.5, -0.75, -0.5, 0.25, 0.5, 1.0, 1.25)


@cache
def vocabulary(name: str) -> tuple[str, ...]:
    r"""The texts of one file, a line each, in which ``\n`` is another line; an empty one is a choice too."""
    text = (Path(__file__).parent / "vocabulary" / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line.replace("\\n", "\n") for line in text.splitlines())


def tried(text: str) -> str:
    """The statements, of which the first that fails prints its error."""
    return TRY.format(text.replace("\n", "\n    "))


def literal(dice: random.Random, shape: Shape, *arguments: str) -> str:
    """The text of a tensor of random numbers."""
    values = np.array([dice.choice(NUMBERS) for _ in range(int(np.prod(shape)))]).reshape(shape).tolist()
    return f"torch.tensor({', '.join([repr(values), *arguments])})"


def leaf(dice: random.Random, name: str, shape: Shape) -> str:
    """A leaf that asks for its gradient."""
    return f"{name} = {literal(dice, shape, 'requires_grad=True')}"


def some(dice: random.Random, name: str, counts: Iterable[int]) -> list[str]:
    """Some statements of the vocabulary, each tried by itself; how many, one of ``counts``."""
    return [tried(text) for text in dice.sample(vocabulary(name), dice.choice(list(counts)))]
