"""The cross entropy of what a linear map makes of its inputs, as one function."""

from __future__ import annotations

from math import prod
from typing import Any

from gradwalk.engine.tensor import Tensor

from ._linear import linear
from ._loss import cross_entropy


def linear_cross_entropy(
    input: Any, linear_weight: Any, target: Any, *, linear_bias: Any = None, weight: Tensor | None = None,
    reduction: str = "mean", ignore_index: int | None = None, label_smoothing: float = 0.0, options: Any = None,
) -> Tensor:  # fmt: skip
    """:func:`cross_entropy` of ``linear(input, linear_weight, linear_bias)``.

    ``input``: (in) or (N, in), ``linear_weight``: (C, ..., in), ``linear_bias``: (C, ...). Raises RuntimeError for
    other shapes, NotImplementedError for ``options``, which are for memory that a lesson does not need.
    """
    if options is not None:
        raise NotImplementedError("Gradwalk's linear_cross_entropy() does not work in chunks; leave options out.")
    if input.ndim not in (1, 2):
        raise RuntimeError(f"expected input with dimensionality 1 or 2, got {input.ndim}")
    if linear_weight.ndim < 2:
        raise RuntimeError(f"expected linear_weight with dimensionality at least 2, got {linear_weight.ndim}")
    batch, features = tuple(input.shape[:-1]), input.shape[-1]
    if features != linear_weight.shape[-1]:
        raise RuntimeError(
            "expected equal input and linear_weight last dimensions (in_features), got "
            f"{features} and {linear_weight.shape[-1]}, respectively"
        )
    out = tuple(linear_weight.shape[:-1])
    if linear_bias is not None and tuple(linear_bias.shape) != out:
        raise RuntimeError(f"expected linear_bias shape {out}, got {tuple(linear_bias.shape)}")
    if len(out) > 1 and not batch:
        raise RuntimeError(
            f"K-dimensional loss defined by linear_weight shape {tuple(linear_weight.shape)} requires batched input, "
            f"(N, {features}), got unbatched input with shape {tuple(input.shape)}"
        )
    if tuple(target.shape) == (*batch, *out) and ignore_index is not None:
        raise RuntimeError("ignore_index cannot be specified when target contains probabilities")
    if len(out) > 1:
        linear_weight = linear_weight.reshape((prod(out), features))
        linear_bias = None if linear_bias is None else linear_bias.reshape(prod(out))
    logits: Any = linear(input, linear_weight, linear_bias)
    return cross_entropy(
        logits.reshape((*batch, *out)), target, weight=weight, reduction=reduction,
        ignore_index=-100 if ignore_index is None else ignore_index, label_smoothing=label_smoothing,
    )  # fmt: skip
