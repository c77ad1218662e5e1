"""An optimizer's options: PyTorch's words about those that make no sense."""

from __future__ import annotations

from collections.abc import Iterable
from operator import le
from typing import Any

from gradwalk.engine.tensor import Tensor

Params = Iterable[Any]
"""What an optimizer takes first: tensors, groups of them, or either with names."""


def check(condition: bool, words: str) -> None:
    """Raises ValueError unless a condition holds."""
    if not condition:
        raise ValueError(words)


def check_not_negative(value: Any, words: str) -> None:
    """Raises ValueError below 0, TypeError (which names both sides in PyTorch's order) for what is no number."""
    check(le(0.0, value), words)


def check_rate(lr: Any) -> None:
    """Raises ValueError for a rate that is a tensor of more than one number."""
    check(not isinstance(lr, Tensor) or lr.numel() == 1, "Tensor lr must be 1-element")


def check_options(lr: Any = 0.0, eps: Any = 0.0, weight_decay: Any = 0.0, betas: Any = (0.0, 0.0)) -> None:
    """PyTorch's words about options that make no sense."""
    check_rate(lr)
    check_not_negative(lr, f"Invalid learning rate: {lr}")
    check_not_negative(eps, f"Invalid epsilon value: {eps}")
    for index in (0, 1):
        check(0.0 <= betas[index] < 1.0, f"Invalid beta parameter at index {index}: {betas[index]}")
    check_not_negative(weight_decay, f"Invalid weight_decay value: {weight_decay}")
