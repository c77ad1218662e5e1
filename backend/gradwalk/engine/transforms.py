"""The function transforms that are under way (``torch.func``), outermost first.

A transform's level is its place among them, from 1. What they are is the facade's affair.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

STACK: list[Any] = []


def level_of(transform: Any) -> int:
    """The number that PyTorch prints; 0 of one that is over."""
    return next((number for number, x in enumerate(STACK, 1) if x is transform), 0)


def goes_many_ways() -> bool:
    """Whether a transform follows a function in all directions at once, as ``jacfwd`` does by ``vmap``."""
    return any(vars(x).get("goes_many_ways") for x in STACK)


def innermost() -> Any:
    """The innermost transform that differentiates; None if none does."""
    return next((x for x in reversed(STACK) if hasattr(type(x), "asks_for")), None)


class Pulling:
    """Whether a transform pulls cotangents back now: only what leads to its own leaves is asked for then."""

    on = False
    tangents = False
    """Whether it does so to find tangents, which go where no gradient does."""


@contextmanager
def finding_tangents() -> Iterator[None]:
    """While cotangents are pulled back of which the tangents will be made."""
    before, Pulling.tangents = Pulling.tangents, True
    try:
        yield
    finally:
        Pulling.tangents = before


def begin_writing(op: str, target: Any) -> None:
    """Let the transforms that are under way know what is about to be written in place. Raises RuntimeError for what a
    function that is differentiated has from outside."""
    for level in STACK:
        if hasattr(type(level), "let_write"):
            level.let_write(target)
    level = STACK[-1]
    if hasattr(type(level), "captures") and level.captures(target):
        name = op.partition(".")[0]
        raise RuntimeError(_CAPTURED.format(f"aten::{name}_{_OVERLOADS.get(name, '')}"))


_OVERLOADS = dict.fromkeys(("add", "sub", "mul", "div"), ".Tensor") | {"fill": ".Scalar"}
_CAPTURED = (
    "During a grad (vjp, jvp, grad, etc) transform, the function provided attempted to call in-place operation ({}) "
    "that would mutate a captured Tensor. This is not supported; please rewrite the function being transformed to "
    "explicitly accept the mutated Tensor(s) as inputs."
)


def refuse_backward() -> None:
    """Raises RuntimeError within a transform, as PyTorch does for ``backward()``."""
    if STACK:
        raise RuntimeError(BACKWARD)


def refuse_requires_grad() -> None:
    """Raises RuntimeError within a transform, as PyTorch does for ``requires_grad_()``."""
    if STACK:
        raise RuntimeError(REQUIRES_GRAD)


def refuse_setting_data() -> None:
    """Raises RuntimeError within a transform that differentiates, as PyTorch does where ``.data`` is set."""
    if hasattr(type(STACK[-1]), "asks_for"):
        raise RuntimeError("mutating directly with `.data` inside functorch transform is not allowed.")


def refuse_retain_grad() -> None:
    """Raises RuntimeError within a transform, as PyTorch does for ``retain_grad()``."""
    if STACK:
        raise RuntimeError(_INSIDE.format("Tensor.retain_grad()", "retain_grad()"))


def refuse_hooks() -> None:
    """Raises RuntimeError for hooks of saved tensors within a transform that goes backward."""
    if any(getattr(type(x), "goes_backward", False) for x in STACK):
        raise RuntimeError(SAVED_HOOKS)


SAVED_HOOKS = (
    "torch.func.{grad, vjp, jacrev, hessian} don't yet support saved tensor hooks. Please open an issue with your use "
    "case."
)
_INSIDE = (
    "You are attempting to call {} inside of "
    "a function being transformed by a functorch transform. This is unsupported, please attempt to use the functorch "
    "transforms (e.g. grad, vjp, jacrev, jacfwd, hessian) or call {} outside of a function being "
    "transformed instead."
)
REQUIRES_GRAD = _INSIDE.format(
    "Tensor.requires_grad_() (or perhaps using torch.autograd.functional.* APIs)", "requires_grad_()"
)
BACKWARD = (
    "backward() called inside a functorch transform. This is not supported, please use functorch.grad or functorch.vjp "
    "instead or call backward() outside of functorch transforms."
)
