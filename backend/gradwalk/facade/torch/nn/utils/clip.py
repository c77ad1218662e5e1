"""Gradients made smaller before a step."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from types import GeneratorType
from typing import Any

from gradwalk.engine.apply import apply_in_place
from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.op import OPS
from gradwalk.engine.surface.reduction import norm
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.tensor import Tensor
from gradwalk.engine.warn import warn

from ..._foreach import norms


def _gradients(parameters: Any) -> list[Any]:
    given = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    return [each.grad for each in given if each.grad is not None]


def get_total_norm(
    tensors: Any, norm_type: float = 2.0, error_if_nonfinite: bool = False, foreach: bool | None = None
) -> Tensor:
    """The norm of all elements of several tensors."""
    given = [tensors] if isinstance(tensors, Tensor) else list(tensors)
    if not given:
        return FUNCTIONS["tensor"](0.0)  # type: ignore[no-any-return]
    with no_grad():
        order = float(norm_type)
        each = [norm(x, order) for x in given] if foreach is False else norms(given, order)
        total: Any = norm(FUNCTIONS["stack"](each), order)
    number = float(total._array)
    if error_if_nonfinite and number - number != 0:
        raise RuntimeError(
            f"The total norm of order {float(norm_type)} for gradients from `parameters` is non-finite, so it cannot "
            "be clipped. To disable this error and scale the gradients by the non-finite norm anyway, set "
            "`error_if_nonfinite=False`"
        )
    result: Tensor = total
    return result


def clip_grad_norm_(
    parameters: Any, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:  # fmt: skip
    """Scale all gradients so that their norm is at most ``max_norm``; gives back what it was."""
    norm_type = float(norm_type)
    if isinstance(parameters, GeneratorType):
        parameters = list(parameters)
        if not parameters:
            warnings.warn("`parameters` is an empty generator, no gradient clipping will occur.", stacklevel=2)
    gradients = _gradients(parameters)
    total = get_total_norm(gradients, norm_type, error_if_nonfinite, foreach)
    _scale(gradients, max_norm, total)
    return total


def clip_grads_with_norm_(parameters: Any, max_norm: float, total_norm: Any, foreach: bool | None = None) -> None:
    """The second half of :func:`clip_grad_norm_`: scale all gradients by what the norm is known to be."""
    _scale(_gradients(parameters), max_norm, total_norm)


def _scale(gradients: Iterable[Tensor], max_norm: float, total_norm: Any) -> None:
    with no_grad():
        factor = (float(max_norm) / (total_norm + 1e-6)).clamp(max=1.0)
        for gradient in gradients:
            apply_in_place(OPS["mul"], gradient, factor)


def clip_grad_norm(
    parameters: Any, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> Tensor:
    """:func:`clip_grad_norm_` under its old name."""
    warn(
        "`torch.nn.utils.clip_grad_norm` is now deprecated in favor of `torch.nn.utils.clip_grad_norm_`.", FutureWarning
    )
    return clip_grad_norm_(parameters, max_norm, norm_type, error_if_nonfinite)


def clip_grad_value_(parameters: Iterable[Any] | Tensor, clip_value: float, foreach: bool | None = None) -> None:
    """Cut every gradient off at +-``clip_value``."""
    bound = float(clip_value)
    gradients = _gradients(parameters)
    if not gradients:
        raise RuntimeError(_NO_GRADIENTS)
    with no_grad():
        for gradient in gradients:
            gradient.clamp_(min=-bound, max=bound)


_NO_GRADIENTS = (
    "Expected !nested_tensorlist[0].empty() to be true, but got false.  (Could this error message be improved?  If so, "
    "please report an enhancement request to PyTorch.)"
)
