"""What is known of a random program's variables without running it: shape, dtype, and whether rounding touched them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

Shape = tuple[int, ...]

TRY = "try:\n    {0}\nexcept Exception as error:\n    print(type(error).__name__, error)"
"""What a statement raises is printed, and the program goes on."""

ROUGH = 99
"""Roundings of what went through a function that two engines compute each in its own way."""

KINDS = {"bool": 0, "uint8": 1, "int32": 1, "int64": 1, "float32": 2, "float64": 2}
"""Dtypes from narrow to wide, and their category."""


@dataclass(frozen=True)
class Known:
    """What is known of a variable without running the program."""

    shape: Shape
    dtype: str = "float32"
    roundings: int = 0
    """How many products its numbers went through; of more than two nothing is exact."""

    @property
    def is_exact(self) -> bool:
        return self.roundings < 3

    @property
    def is_floating(self) -> bool:
        return self.dtype.startswith("float")

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))


Variables = dict[str, Known]
Made = tuple[str, Known]
Family = Callable[[random.Random, str, Variables], Made | None]


def fit(a: Shape, b: Shape) -> bool:
    """Whether two shapes broadcast."""
    return all(n in (1, m) or m == 1 for n, m in zip(reversed(a), reversed(b), strict=False))


def together(a: Known, b: Known) -> str:
    """The dtype of a result: a tensor without dimensions does not widen one with them inside its category."""
    if bool(a.shape) != bool(b.shape):
        large, small = (a, b) if a.shape else (b, a)
        return small.dtype if KINDS[small.dtype] > KINDS[large.dtype] else large.dtype
    return max(a.dtype, b.dtype, key=list(KINDS).index)


def numbers(shape: Iterable[int]) -> str:
    """The numbers as arguments."""
    return ", ".join(map(str, shape))


def replaced(shape: Shape, dim: int, *sizes: int) -> Shape:
    """The shape with one dimension replaced by others, or by none."""
    return (*shape[:dim], *sizes, *shape[dim + 1 :])


def alike(variables: Variables, known: Known) -> list[str]:
    """Variables of that shape and dtype."""
    return [name for name, one in variables.items() if (one.shape, one.dtype) == (known.shape, known.dtype)]


def of_shape(variables: Variables, *shapes: Shape, dtype: str | None = None) -> list[str]:
    """Floating variables of one of these shapes."""
    return [
        name
        for name, one in variables.items()
        if one.shape in shapes and (one.is_floating if dtype is None else one.dtype == dtype)
    ]


def integers(dice: random.Random, shape: Shape, bound: int, least: int = 0) -> str:
    """The text of a tensor of indices below the bound."""
    count = int(np.prod(shape))
    if not count:
        return f"torch.zeros({shape}, dtype=torch.int64)"
    return f"torch.tensor({np.array([dice.randrange(least, bound) for _ in range(count)]).reshape(shape).tolist()})"


def truths(dice: random.Random, shape: Shape) -> tuple[str, int]:
    """The text of a mask, and how many of its elements are true."""
    count = int(np.prod(shape))
    drawn = np.array([dice.random() < 0.5 for _ in range(count)], dtype=bool)
    if not count:
        return f"torch.ones({shape}, dtype=torch.bool)", 0
    return f"torch.tensor({drawn.reshape(shape).tolist()})", int(drawn.sum())
