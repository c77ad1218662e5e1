"""uint16, uint32 and uint64: which ops take them, and what PyTorch says of those for which it has no kernel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from . import dtypes
from .dtypes import Array
from .op import Op

_OPS = """
to_copy copy clone clone.contiguous data detach_ item tolist numpy bool fill fill.Scalar fill.Tensor zero
index cat stack constant_pad_nd roll repeat repeat_interleave
eq ne bitwise_and bitwise_or bitwise_xor mul mul.Scalar where any all isnan isinf isfinite isclose
floor ceil round trunc positive nan_to_num sum prod cumsum cumprod sort unique unique2 equal
mean std var argsort diagonal_copy nansum logsumexp embedding nll_loss nll_loss_nd
reciprocal div div.Scalar sqrt rsqrt exp log sin cos tan tanh sigmoid erf atan2 copysign xlogy isreal
new_zeros new_ones new_full zeros_like ones_like full_like empty_like random_ random_.from random_.to
"""
_TAKEN = frozenset(_OPS.split())
"""Ops that PyTorch has loops for, by the name before the overload's, besides views."""

_KERNELS = {
    "abs": "abs_cpu", "neg": "neg_cpu", "sign": "sign_cpu", "bitwise_not": "bitwise_not_cpu",
    "logical_not": "logical_not_cpu", "relu": "clamp_min_scalar_cpu", "pow": "pow", "amax": "max_values_cpu",
    "amin": "min_values_cpu", "argmax": "argmax_cpu", "argmin": "argmin_cpu", "median": "median_cpu",
    "mode": "mode_cpu", "nonzero": "nonzero_count_cpu", "count_nonzero": "nonzero_count_cpu", "tril": "tril",
    "triu": "triu", "trace": "trace", "bincount": "bincount_cpu", "frac": "frac_cpu", "add": "add_stub",
    "sub": "add_stub", "rsub": "add_stub", "floor_divide": "div_floor_cpu", "remainder": "remainder_cpu",
    "fmod": "fmod_cpu", "lt": "lt_cpu", "le": "le_cpu", "gt": "gt_cpu", "ge": "ge_cpu", "maximum": "maximum_cpu",
    "minimum": "minimum_cpu", "fmax": "maximum_cpu", "fmin": "minimum_cpu", "bitwise_left_shift": "lshift_cpu",
    "bitwise_right_shift": "rshift_cpu", "logical_and": "logical_and_cpu", "logical_or": "logical_or_cpu",
    "logical_xor": "logical_xor_cpu", "gcd": "gcd_cpu", "lcm": "lcm_cpu", "dot": "dot", "hypot": "hypot_cpu",
    "isin": "isin_default_cpu", "mm": "addmm_impl_cpu_", "mv": "addmv_impl_cpu", "bmm": "bmm", "flip": "flip_cpu",
    "gather": "scatter_gather_tensor_cpu", "scatter": "scatter_gather_tensor_cpu",
    "scatter_add": "scatter_gather_tensor_cpu", "index_select": "index_select", "take": "take_cpu",
    "masked_select": "masked_select", "masked_fill": "masked_fill", "index_put": "index_put",
    "index_add": "index_add_", "index_copy": "index_copy_cpu", "index_fill": "index_fill_cpu",
    "clamp": "clamp_scalar_cpu", "clamp_min": "clamp_min_scalar_cpu", "clamp_max": "clamp_max_scalar_cpu",
    "searchsorted": "searchsorted_out_cpu", "topk": "topk_cpu", "kthvalue": "kthvalue_cpu", "aminmax": "aminmax_cpu",
    "histc": "aminmax_cpu", "lerp": "lerp_kernel_scalar",
}  # fmt: skip
"""What PyTorch calls the kernels that do not take them, by the name of the op before the overload's."""


_NUMBERS = ("other", "exponent", "self", "min", "max")
"""Arguments of ops that make floats of them where they are floats themselves."""

_IN_THEIR_DTYPE = {"sum": "sum_cpu", "prod": "prod_out_cpu", "cumsum": "cumsum_out_cpu", "cumprod": "cumprod_out_cpu"}
_MADE = {
    "arange": "arange_cpu", "linspace": "linspace_cpu", "logspace": "logspace_cpu", "eye": "eye", "range": "range_cpu",
    "randn": "normal_kernel_cpu", "rand": "check_uniform_bounds", "randperm": "randperm",
}  # fmt: skip
"""The kernels by which tensors are made that are not of them."""


def check_unsigned(op: Op, arrays: Sequence[Any], params: Mapping[str, Any]) -> None:
    """Raises NotImplementedError for an op on long unsigned integers for which PyTorch has no kernel, in its words
    where they are known."""
    base = op.name.partition(".")[0].removesuffix("_")
    if params.get("dtype") in dtypes.LONG_UNSIGNED and base in _IN_THEIR_DTYPE:
        raise _lacking(_IN_THEIR_DTYPE[base], params["dtype"])
    found = (x for group in arrays for x in (group if isinstance(group, list | tuple) else (group,)))
    kind = next((dtypes.of(x) for x in found if isinstance(x, np.ndarray) and _is_long(x)), None)
    if kind is not None and base == "random" and params.get("high") is None:
        raise _lacking("random_kernel_cpu", kind)
    if kind is not None and base in ("isin", "searchsorted") and _are_looked_up(base, *arrays):
        return
    becomes_float = any(isinstance(params.get(name), float) for name in _NUMBERS)
    if kind is None or op.is_view or op.name in _TAKEN or base in _TAKEN or becomes_float:
        return
    kernel = _KERNELS.get(base)
    if base in ("max", "min"):
        kernel = f"{base}_cpu" if "dim" in params else f"{base}_all"
    elif base in ("softmax", "log_softmax"):
        rows = params["dim"] in (-1, arrays[0].ndim - 1)
        kernel = f"{base}_{'lastdim_' if rows else ''}kernel_impl"
    elif op.name.startswith("scatter.value"):
        kernel = "scatter_gather_scalar_cpu"
    elif base == "clamp" and None in (bounds := (params.get("min"), params.get("max"))):
        kernel = "clamp_max_scalar_cpu" if bounds[0] is None else "clamp_min_scalar_cpu"
    if kernel is None:
        raise NotImplementedError(f"Gradwalk has no {base} of {kind!r}: convert the tensor, as by x.to(torch.int64).")
    raise _lacking(kernel, kind)


def _are_looked_up(base: str, among: Any, other: Any) -> bool:
    """Whether PyTorch finds elements among others: with floats, of nothing, and by comparing with a number or by
    sorting both. Raises RuntimeError for integers of two dtypes."""
    if not isinstance(other, np.ndarray):
        return base == "isin" or isinstance(other, float)
    if not isinstance(among, np.ndarray):
        return False
    if among.dtype != other.dtype and among.ndim and other.ndim:
        dtypes.promote(dtypes.of(among), dtypes.of(other))
    if "f" in (among.dtype.kind, other.dtype.kind):
        return True
    if base == "isin":
        return not among.size or other.size >= int(10 * among.size**0.145)
    return not other.size


def check_made(name: str, array: Array) -> None:
    """Raises NotImplementedError where PyTorch has no kernel that makes a tensor of them."""
    if name in _MADE and _is_long(array):
        raise _lacking(_MADE[name], dtypes.of(array))


def _is_long(array: Array) -> bool:
    return array.dtype.kind == "u" and array.dtype.itemsize > 1


def _lacking(kernel: str, kind: dtypes.dtype) -> NotImplementedError:
    label = kind.legacy_name.removesuffix("Tensor")
    return NotImplementedError(f"\"{kernel}\" not implemented for '{label}'")
