"""Linear maps, as PyTorch takes them apart: one matrix product of all rows, the bias added within it."""

from __future__ import annotations

from math import prod
from typing import Any

from gradwalk.engine.ops import linalg as ops
from gradwalk.engine.ops._words import C_NAMES
from gradwalk.engine.ops.nn_trilinear import trilinear
from gradwalk.engine.surface.dimensions import t
from gradwalk.engine.surface.linalg import matmul
from gradwalk.engine.surface.registry import must_be_tensor
from gradwalk.engine.surface.shape import reshape
from gradwalk.engine.tensor import Tensor


def linear(input: Any, weight: Any, bias: Any = None) -> Tensor:
    """``input @ weight.T + bias``. ``input``: (..., in), ``weight``: (out, in) or (in,), ``bias``: (out,)."""
    x, w = must_be_tensor("linear", "input", 1, input), must_be_tensor("linear", "weight", 2, weight)
    if x.ndim == 0 or w.ndim == 0:
        raise RuntimeError(f"both arguments to linear need to be at least 1D, but they are {x.ndim}D and {w.ndim}D")
    if bias is None:
        return matmul(x, t(w))
    if x.ndim == 2:
        return ops.addmm(bias, x, t(w))
    if not (x._array.flags.c_contiguous and bias._array.flags.c_contiguous and bias.shape[-1:] == (bias.numel(),)):
        return matmul(x, t(w)).add_(bias)  # type: ignore[no-any-return]
    rows = reshape(x, (prod(x.shape[:-1]), x.shape[-1]))
    return reshape(ops.addmm(bias, rows, t(w)), (*x.shape[:-1], w.shape[0]))


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Tensor:
    """``input1 @ weight[k] @ input2 + bias[k]`` for every k."""
    given = {"input1": input1, "input2": input2, "weight": weight} | ({} if bias is None else {"bias": bias})
    if len({each.dtype for each in given.values()}) > 1:
        kinds = ", ".join(f"{name}: {C_NAMES[each.dtype.name]}" for name, each in given.items())
        raise RuntimeError(f"All tensors must have the same dtype, got {kinds}")
    if input1.ndim != input2.ndim:
        raise RuntimeError(f"bilinear(): input dimensions do not match: got {input1.ndim} and {input2.ndim}")
    for dim, (rows, others) in enumerate(zip(input1.shape[:-1], input2.shape[:-1], strict=True)):
        if rows != others:
            raise RuntimeError(f"bilinear(): input batch dimensions do not match at dim {dim}: got {rows} and {others}")
    if input1.shape[-1] != weight.size(1):
        raise RuntimeError(
            f"bilinear(): input1 size does not match weight size: got {input1.shape[-1]} but expected {weight.shape[1]}"
        )
    if input2.shape[-1] != weight.size(2):
        raise RuntimeError(
            f"bilinear(): input2 size does not match weight size: got {input2.shape[-1]} but expected {weight.shape[2]}"
        )
    if bias is not None and bias.shape[0] != weight.shape[0]:
        raise RuntimeError(
            f"bilinear(): bias size does not match weight size: got {bias.shape[0]} but expected {weight.shape[0]}"
        )
    rows, others = (each.reshape(-1, each.shape[-1]) for each in (input1, input2))
    result = trilinear(rows, weight, others, expand1=(1, 3), expand2=(0,), expand3=(1, 2), sumdim=(2, 3))
    result = reshape(result, (*input1.shape[:-1], weight.shape[0]))
    return result if bias is None else result + bias
