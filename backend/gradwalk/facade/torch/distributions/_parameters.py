"""What distributions are given, as tensors: of one shape, as probabilities or logits, computed when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Number
from typing import Any

from gradwalk.engine import Tensor, dtypes
from gradwalk.engine.grad_mode import enable_grad
from gradwalk.engine.limits import finfo
from gradwalk.engine.size import Size
from gradwalk.engine.surface.registry import FUNCTIONS


class lazy_property:  # noqa: N801 (the name is PyTorch's)
    """An attribute that is computed when it is first asked for."""

    def __init__(self, f: Callable[[Any], Any]) -> None:
        self._f = f

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        with enable_grad():
            value = self._f(instance)
        setattr(instance, self._f.__name__, value)
        return value


def broadcast_all(*values: Any) -> tuple[Any, ...]:
    """Tensors and numbers as tensors of one shape. Raises ValueError for anything else."""
    if not all(isinstance(x, Tensor | Number) for x in values):
        raise ValueError(
            "Input arguments must all be instances of Number, torch.Tensor or objects implementing __torch_function__."
        )
    kind = next((x.dtype for x in values if isinstance(x, Tensor)), dtypes.default_floating())
    tensors = [x if isinstance(x, Tensor) else FUNCTIONS["tensor"](x, dtype=kind) for x in values]
    return tuple(FUNCTIONS["broadcast_tensors"](*tensors))


def batch_shape_of(x: Any, *given: Any) -> Size:
    """The shape of a broadcast parameter; none if only numbers were given."""
    return Size(()) if all(isinstance(each, Number) for each in given) else x.shape


def standard_normal(shape: Any, like: Any) -> Any:
    """Standard normal numbers of the dtype of another tensor."""
    return FUNCTIONS["empty"](shape, dtype=like.dtype).normal_()


def probs_to_logits(probs: Any, is_binary: bool = False) -> Any:
    """Log odds, or logarithms, of probabilities that are kept away from 0 and 1."""
    kept = clamp_probs(probs)
    return kept.log() - (-kept).log1p() if is_binary else kept.log()


def clamp_probs(probs: Any) -> Any:
    """Probabilities kept away from 0 and 1."""
    eps = finfo(probs.dtype).eps
    return probs.clamp(min=eps, max=1 - eps)


def logits_to_probs(logits: Any, is_binary: bool = False) -> Any:
    """Probabilities of log odds, or of logarithms along the last dimension."""
    return logits.sigmoid() if is_binary else logits.softmax(-1)


def sum_rightmost(value: Any, count: int) -> Any:
    """The sum over the last ``count`` dimensions."""
    return value.reshape((*value.shape[: value.ndim - count], -1)).sum(-1) if count else value


def only_one(probs: Any, logits: Any) -> None:
    """Raises ValueError unless probabilities or logits are given, not both."""
    if (probs is None) == (logits is None):
        raise ValueError("Either `probs` or `logits` must be specified, but not both.")
