"""What ops on matrices ask of their operands before they compute, and the words in which they refuse."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..dtypes import INEXACT, Array
from ._words import label


class LinAlgError(RuntimeError):
    """A matrix that cannot be inverted or factored; ``torch.linalg.LinAlgError``."""

    __module__ = "torch._C"


LinAlgError.__name__ = LinAlgError.__qualname__ = "_LinAlgError"


def check_floating(name: str, a: Array) -> None:
    if a.dtype.kind not in INEXACT:
        raise RuntimeError(f"{name}: Expected a floating point or complex tensor as input. Got {label(a.dtype)}")


def check_matrix(name: str, a: Array, which: str = "A") -> None:
    if a.ndim < 2:
        raise RuntimeError(f"{name}: The input tensor {which} must have at least 2 dimensions.")


def check_square(name: str, a: Array) -> None:
    check_matrix(name, a)
    if a.shape[-1] != a.shape[-2]:
        raise RuntimeError(
            f"{name}: A must be batches of square matrices, but they are {a.shape[-2]} by {a.shape[-1]} matrices"
        )


def check_same_dtype(name: str, a: Array, b: Array, which: tuple[str, str] = ("A", "B")) -> None:
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"{name}: Expected {which[0]} and {which[1]} to have the same dtype, but found {which[0]} of type "
            f"{label(a.dtype)} and {which[1]} of type {label(b.dtype)} instead"
        )


def check_equation(name: str, a: Array, b: Array, left: bool) -> None:
    """Raises RuntimeError unless a right side has as many rows, or columns, as the matrix."""
    if b.shape[-2 if left else -1] != a.shape[-1]:
        sizes = f"{a.shape[-2]}x{a.shape[-1]} and {b.shape[-2]}x{b.shape[-1]}"
        equation = "AX = B" if left else "XA = B"
        raise RuntimeError(f"{name}: Incompatible shapes of A and B for the equation {equation} ({sizes})")


def refuse_where(info: Array, words: Callable[[str, int], str]) -> None:
    """Raises LinAlgError for the first of a batch that ``info`` says something of: ``words`` has it from which of the
    batch, and what."""
    if info.any():
        number = int(np.flatnonzero(info)[0])
        raise LinAlgError(words(f"(Batch element {number}): " if info.ndim else "", int(info.flat[number])))


def singular(name: str) -> Callable[[str, int], str]:
    """Of a matrix that has no inverse."""
    return lambda which, place: (
        f"{name}: {which}The diagonal element {place} is zero, the inversion could not be completed because the input "
        "matrix is singular."
    )


def unsolved(name: str) -> Callable[[str, int], str]:
    """Of an equation that has no solution."""
    return lambda which, place: f"torch.{name}: {which}The solver failed because the input matrix is singular."


def not_positive(name: str) -> Callable[[str, int], str]:
    """Of a matrix that has no Cholesky factor."""
    return lambda which, order: (
        f"{name}: {which}The factorization could not be completed because the input is not positive-definite (the "
        f"leading minor of order {order} is not positive-definite)."
    )
