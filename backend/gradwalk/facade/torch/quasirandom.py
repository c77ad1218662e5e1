"""``torch.quasirandom``: Sobol's sequences, whose points fill a cube evenly, scrambled if one likes.

Each dimension but the first has a primitive polynomial and the first odd integers of the recurrence that it stands for.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradwalk.engine import FUNCTIONS, Tensor, dtypes
from gradwalk.engine.random import Generator

from ._missing import missing
from ._sobol_numbers import NUMBERS

__all__ = ["SobolEngine"]

_BITS = 30
_NUMBERS = [
    [int(number) for number in line.split()]
    for line in NUMBERS.splitlines()
]


def _direction_numbers(dimension: int) -> Any:
    """int64[dimension, 30]: of each dimension the numbers that points are put together from by exclusive or."""
    rows = [[1] * _BITS]
    for polynomial, *first in _NUMBERS[: dimension - 1]:
        row, degree = first[:], len(first)
        for place in range(degree, _BITS):
            new = row[place - degree]
            for k in range(degree):
                if polynomial >> (degree - 1 - k) & 1:
                    new ^= row[place - k - 1] << (k + 1)
            row.append(new)
        rows.append(row)
    return np.array(rows, np.int64) << np.arange(_BITS - 1, -1, -1)


def _scrambled(state: Any, lower: Any) -> Any:
    """Direction numbers after Owen's scrambling with lower triangular matrices int64[dimension, 30, 30] of bits."""
    lower = lower | np.eye(_BITS, dtype=np.int64)
    masks = (lower << np.arange(_BITS - 1, -1, -1)).sum(-1)
    both = state[:, :, None] & masks[:, None, :]
    parity = np.zeros_like(both)
    for bit in range(_BITS):
        parity ^= both >> bit & 1
    return (parity << np.arange(_BITS - 1, -1, -1)).sum(-1)


class SobolEngine:
    """Draws points of a Sobol sequence in ``dimension`` dimensions, one after the other.

    ``scramble`` moves them by bits drawn at random, by those of ``seed`` if it is given.
    """

    __module__ = "torch.quasirandom"
    MAXBIT = _BITS
    MAXDIM = 21201

    def __init__(self, dimension: int, scramble: bool = False, seed: int | None = None) -> None:
        if dimension > self.MAXDIM or dimension < 1:
            raise ValueError(f"Supported range of dimensionality for SobolEngine is [1, {self.MAXDIM}]")
        if dimension > len(_NUMBERS) + 1:
            raise NotImplementedError(
                f"Gradwalk's SobolEngine has {len(_NUMBERS) + 1} dimensions, not {dimension}: draw with torch.rand."
            )
        self.seed, self.scramble, self.dimension = seed, scramble, dimension
        state = _direction_numbers(dimension)
        shift = np.zeros(dimension, np.int64)
        if scramble:
            generator = None if seed is None else Generator().manual_seed(seed)
            drawn = FUNCTIONS["randint"](2, (dimension, _BITS), generator=generator).numpy()
            shift = (drawn << np.arange(_BITS)).sum(-1)
            lower = FUNCTIONS["randint"](2, (dimension, _BITS, _BITS), generator=generator).tril().numpy()
            state = _scrambled(state, lower)
        self.sobolstate: Tensor = FUNCTIONS["from_numpy"](state)
        self.shift: Tensor = FUNCTIONS["from_numpy"](shift)
        self.quasi: Tensor = FUNCTIONS["from_numpy"](shift.copy())
        self._first_point: Tensor = FUNCTIONS["from_numpy"](shift.astype(dtypes.default_floating().numpy)) / 2**_BITS
        self._first_point = self._first_point.reshape(1, -1)
        self.num_generated = 0

    def draw(self, n: int = 1, out: Tensor | None = None, dtype: Any = None) -> Tensor:
        """float[n, dimension]: the next ``n`` points."""
        dtype = dtypes.default_floating() if dtype is None else dtype
        first = self.num_generated == 0
        points = self._advance(n - 1 if first else n)
        result: Tensor = FUNCTIONS["from_numpy"](points).to(dtype) * (1.0 / 2**_BITS)
        if first:
            head = self._first_point.to(dtype)
            result = head if n == 1 else FUNCTIONS["cat"]((head, result), dim=-2)
        if out is not None:
            copied: Tensor = out.resize_as_(result).copy_(result)
            return copied
        return result

    def _advance(self, count: int) -> Any:
        """int64[count, dimension]: the next points, which ``quasi`` follows; the origin is not among them."""
        passed = max(self.num_generated - 1, 0)
        self.num_generated += count + (1 if self.num_generated == 0 else 0)
        state, current = self.sobolstate.numpy(), self.quasi.numpy().copy()
        points = np.empty((max(count, 0), self.dimension), np.int64)
        for place in range(count):
            number = passed + place
            current ^= state[:, (~number & (number + 1)).bit_length() - 1]
            points[place] = current
        self.quasi.copy_(FUNCTIONS["from_numpy"](current))
        return points

    def draw_base2(self, m: int, out: Tensor | None = None, dtype: Any = None) -> Tensor:
        """The next ``2 ** m`` points. Raises ValueError where their number would be no power of two."""
        n = 2**m
        total = self.num_generated + n
        if total & (total - 1) != 0:
            raise ValueError(
                "The balance properties of Sobol' points require n to be a power of 2. "
                f"{self.num_generated} points have been previously generated, then: "
                f"n={self.num_generated}+2**{m}={total}. If you still want to do this, please use "
                "'SobolEngine.draw()' instead."
            )
        return self.draw(n=n, out=out, dtype=dtype)

    def reset(self) -> SobolEngine:
        """Begin again."""
        self.quasi.copy_(self.shift)
        self.num_generated = 0
        return self

    def fast_forward(self, n: int) -> SobolEngine:
        """Leave out ``n`` points."""
        self._advance(n - 1 if self.num_generated == 0 else n)
        return self

    def __repr__(self) -> str:
        parts = [f"dimension={self.dimension}"]
        parts += ["scramble=True"] if self.scramble else []
        parts += [f"seed={self.seed}"] if self.seed is not None else []
        return f"{type(self).__name__}({', '.join(parts)})"


def __getattr__(name: str) -> Any:
    raise missing("torch.quasirandom", name)
