"""Parameters as one vector, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.tensor import Tensor


def _placed(parameter: Any) -> Any:
    """The parameter, of which PyTorch asks first on which device it is."""
    _ = parameter.device
    return parameter


def parameters_to_vector(parameters: Iterable[Any]) -> Tensor:
    """All elements, one after another."""
    return FUNCTIONS["cat"]([_placed(each).view(-1) for each in parameters])  # type: ignore[no-any-return]


def vector_to_parameters(vec: Any, parameters: Iterable[Any]) -> None:
    """Let each parameter look at its part of a vector."""
    if not isinstance(vec, Tensor):
        raise TypeError(f"expected torch.Tensor, but got: {type(vec).__name__}")
    start = 0
    for each in parameters:
        count = _placed(each).numel()
        each.data = vec[start : start + count].view_as(each).data  # type: ignore[index]
        start += count


def _check_param_device(param: Any, old_param_device: int | None) -> int:
    """PyTorch's number of the CPU, where all parameters are: what rewrites of these functions ask for each."""
    return -1 if old_param_device is None else old_param_device
