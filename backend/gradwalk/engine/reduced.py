"""float16 and bfloat16: an op computes in float32 and rounds each of its results once, as PyTorch's kernels do.

That holds for sums and products of matrices too, which PyTorch adds up in float32. Where a kernel
rounds more than once, :mod:`gradwalk.engine.reduced_steps` has its steps. A VJP runs on tensors, so that each op of its
formula rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np

from . import dtypes
from .dtypes import FLOATS, Array
from .op import NO_KERNEL, Op
from .promotion import held

Forward = Callable[..., Any]

AS_THEY_ARE = frozenset(
    (
        "to_copy",
        "to_copy.in_format",
        "copy",
        "clone",
        "nextafter",
        "bincount",
        "uniform_",
        "data",
        "random_",
        "random_.to",
        "random_.from",
        "bernoulli_.Tensor",
        "unsafe_split",
        "unsafe_split_with_sizes",
    )
)
"""Ops, besides views, that have the numbers themselves: they compute nothing, or what float32 would get wrong."""

ROUNDS_NUMBERS = frozenset(
    (
        "add", "sub", "rsub", "rsub.Tensor", "add.Scalar", "sub.Scalar", "subtract.Scalar", "fmod.Scalar", "fmod",
        "remainder.Scalar", "remainder", "remainder.Scalar_Tensor", "floor_divide", "floor_divide_",
        "clamp", "clamp_min", "clamp_max", "pow.Tensor_Scalar", "hardshrink", "hardshrink_backward",
        "pow.Scalar", *(f"{name}{way}" for name in ("eq", "ne", "lt", "le", "gt", "ge") for way in ("", "_.Scalar")),
    )
)  # fmt: skip
"""Ops whose kernels round numbers of Python's to the tensors' dtype before they compute with them."""

HOLDS_NUMBERS = frozenset(
    (
        "masked_fill", "fill", "fill.Scalar_copy", "index_fill", "scatter.value", "scatter.value_reduce", "clamp",
        "clamp_min", "clamp_max", "pow.Tensor_Scalar", "threshold", "constant_pad_nd",
    )
)  # fmt: skip
"""Ops whose kernels refuse numbers of Python's that the tensors' dtype has no place for."""

VJPS_AT_ONCE = frozenset(("silu", "mish", "glu", "native_group_norm", "convolution", "log_sigmoid"))
"""Ops whose VJP is one kernel in PyTorch and a formula of several ops here."""

TAKES_A_SCALAR_WIDE = frozenset(("mul", "div", "div.Tensor_mode"))
"""Ops whose kernels take the only number of a second operand of a wider dtype in float32."""

NORMS = frozenset(
    (
        "native_batch_norm", "native_layer_norm", "native_group_norm", "native_batch_norm_backward",
        "native_layer_norm_backward",
    )
)  # fmt: skip
"""Ops whose parameters may be of float32: then their other results are too (means, and what comes to parameters)."""

MIXED = NORMS | {"where.promoted"}
"""Ops without promotion that PyTorch lets mix a reduced dtype with float32."""

OF_TRUTH = frozenset(("logical_and", "logical_or", "logical_xor"))
"""Ops that only ask whether a number is zero, of whatever dtype."""


REFUSED = {
    "cdist": "cdist", "_pdist": "pdist", "binomial": "binomial_cpu", "_standard_gamma": "gamma_cpu",
    "multi_margin_loss": "multi_margin_loss_cpu_kernel", "ctc_loss": "ctc_loss_cpu",
    "multilabel_margin_loss": "multilabel_margin_loss_forward_out_frame", "avg_pool3d": "avg_pool3d_out_frame",
    "linalg_det": "lu_cpu", "linalg_lu": "lu_cpu", "linalg_lu_factor_ex": "lu_cpu", "linalg_solve_ex": "lu_cpu",
    "linalg_cholesky_ex": "cholesky_cpu", "cholesky": "cholesky_cpu", "cholesky_solve": "cholesky_solve_cpu",
    "cholesky_inverse": "cholesky_inverse_out_cpu", "linalg_qr": "geqrf_cpu", "geqrf": "geqrf_cpu",
    "linalg_svd": "linalg_svd_cpu", "linalg_eigh": "linalg_eigh_cpu", "triangular_solve": "triangular_solve_cpu",
    "linalg_solve_triangular": "triangular_solve_cpu", "linalg_householder_product": "orgqr_cpu",
    "linalg_ldl_factor_ex": "ldl_factor_kernel_cpu", "histogram": "histogramdd",
}  # fmt: skip
"""Ops that PyTorch has no kernel for, and what it calls the one that is missing."""

LOW_PRECISION = {"linalg_inv_ex": "linalg.inv", "linalg_slogdet": "linalg.slogdet"}
"""Ops that PyTorch refuses by name."""

SINGLE_OR_DOUBLE = frozenset(("linalg_lstsq", "linalg_pinv"))
"""Ops that PyTorch refuses otherwise."""

_OF_PRODUCTS = "iu" + FLOATS
"""The kinds of dtypes that products refuse to take together."""


def is_reduced(kind: np.dtype[Any]) -> bool:
    """Whether it is float16 or bfloat16."""
    return kind.itemsize == 2 and kind.kind in FLOATS


def widened(array: Array) -> Array:
    """The same numbers in float32, if they are of a reduced dtype."""
    return array.astype(np.float32) if is_reduced(array.dtype) else array


def in_float32(op: Op, operands: Sequence[Any], arrays: list[Any], params: dict[str, Any]) -> Forward:
    """The op's forward, for operands among which there may be some of a reduced dtype.

    ``arrays``: those of the operands, brought to a common dtype.
    """
    if op.is_view or op.category == "random" or op.name in AS_THEY_ARE:
        return op.forward
    if op.name in OF_TRUTH:
        return op.forward
    floats = {x.dtype for x in arrays if isinstance(x, np.ndarray) and x.dtype.kind in FLOATS}
    asked = params.get("dtype")
    of_result = asked.numpy if isinstance(asked, dtypes.dtype) else None
    kind = next(filter(is_reduced, floats), None)
    if kind is None:
        return op.forward if of_result is None or not is_reduced(of_result) else _asked(op, of_result)
    if kernel := REFUSED.get(op.name) or NO_KERNEL.get(op.forward):
        label = dtypes._BY_NUMPY[kind].legacy_name.removesuffix("Tensor")
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{label}'")
    if name := LOW_PRECISION.get(op.name):
        label = dtypes._BY_NUMPY[kind].legacy_name.removesuffix("Tensor")
        raise RuntimeError(f"{name}: Low precision dtypes not supported. Got {label}")
    if op.name in SINGLE_OR_DOUBLE:
        raise RuntimeError("This function doesn't handle types other than float and double")
    kinds = {x.dtype for x in arrays if isinstance(x, np.ndarray) and x.dtype.kind in _OF_PRODUCTS}
    if len(floats) > 1 and np.dtype(np.float64) not in floats:
        from .mixed_losses import MIXED_LOSSES

        if op.name in MIXED_LOSSES:
            return MIXED_LOSSES[op.name]
    if op.promotion is None and op.name not in MIXED and len(kinds if op.category == "linalg" else floats) > 1:
        return _refusing(op, kinds)
    if op.name in TAKES_A_SCALAR_WIDE:
        for place, x in enumerate(operands[1:], 1):
            given = getattr(x, "_array", None)
            if given is not None and given.ndim == 0 and given.dtype.kind == "f" and not is_reduced(given.dtype):
                arrays[place] = given.astype(np.float32)
    if op.name in HOLDS_NUMBERS:
        for number in params.values():
            if isinstance(number, int | float):
                held(number, kind)
    return _rounding(op, kind, of_result, first_only=op.name in NORMS and len(floats) > 1)


def _rounding(op: Op, kind: np.dtype[Any], asked: np.dtype[Any] | None, first_only: bool) -> Forward:
    """The forward on operands of a reduced dtype; ``asked``: the dtype that the call asks its result to have;
    ``first_only``: whether its other results stay in float32."""
    from .reduced_steps import STEPS, Round

    rounded = Round(kind)
    rounds_numbers = op.name in ROUNDS_NUMBERS
    in_steps = STEPS.get(op.name)
    run = op.forward if in_steps is None else partial(in_steps, rounded)

    def wide(x: Any) -> Any:
        if isinstance(x, np.ndarray):
            return widened(x)
        if rounds_numbers and type(x) is float:
            return float(rounded(np.float32(x)))
        return [wide(each) for each in x] if type(x) is list else x

    def forward(*arguments: Any) -> Any:
        given = arguments if asked is None else tuple(map(_wide_dtype, arguments))
        try:
            results = run(*map(wide, given))
        except RuntimeError:
            op.forward(*arguments)  # whose words name the dtypes that there are
            raise
        if first_only:
            return _narrowed(results[0], kind), *results[1:]
        return _narrowed(results, kind if asked is None else asked)

    return forward


def _asked(op: Op, kind: np.dtype[Any]) -> Forward:
    """The forward of a call on other tensors that asks for a reduced dtype: they are rounded to it first."""

    def forward(*arguments: Any) -> Any:
        rounded = [widened(x.astype(kind)) if isinstance(x, np.ndarray) else _wide_dtype(x) for x in arguments]
        return _narrowed(op.forward(*rounded), kind)

    return forward


def _wide_dtype(x: Any) -> Any:
    return dtypes.float32 if x is dtypes.float16 or x is dtypes.bfloat16 else x


def _narrowed(results: Any, kind: np.dtype[Any]) -> Any:
    if type(results) is tuple:
        return tuple(_narrowed(result, kind) for result in results)
    if results is None:
        return None
    array = np.asarray(results)
    return array.astype(kind) if array.dtype == np.float32 else array


def _refusing(op: Op, floats: Iterable[np.dtype[Any]]) -> Forward:
    """A forward that raises what the op says of operands of different dtypes."""

    def forward(*arguments: Any) -> Any:
        op.forward(*arguments)
        names = " and ".join(sorted(repr(dtypes._BY_NUMPY[kind]) for kind in floats))
        raise NotImplementedError(f"Gradwalk has no {op.name} of {names} together: bring them to one dtype with .to().")

    return forward
