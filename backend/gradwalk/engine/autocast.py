"""Automatic mixed precision on the CPU: while it is on, some ops get their operands in another dtype.

The policy is data: PyTorch's lists for the CPU. An op that stands here by its own name is looked at in
:func:`gradwalk.engine.apply.apply`; a public function that is made of several ops is, by the one door that it has. What
runs inside such a function is left as it is, as in PyTorch.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import Any

from . import dtypes
from .doors import open_doors
from .modes import AUTOCAST, switch
from .op import OPS, Op
from .tensor import Tensor

Function = Callable[..., Any]

LOWER_PRECISION = frozenset(("mm", "bmm", "addmm", "baddbmm", "addbmm", "convolution", "mkldnn_rnn_layer"))
"""Ops that compute in the reduced dtype."""

FLOAT32 = frozenset(
    (
        "binary_cross_entropy", "binary_cross_entropy_with_logits", "mse_loss", "smooth_l1_loss", "huber_loss",
        "soft_margin_loss", "nll_loss", "nll_loss2d", "multi_margin_loss", "multilabel_margin_loss", "ctc_loss",
        "prod", "prod.dim_int", "trace", "avg_pool3d", "adaptive_avg_pool3d", "adaptive_max_pool3d",
        "max_pool3d_with_indices", "fractional_max_pool2d", "fractional_max_pool3d", "max_unpool2d", "max_unpool3d",
        "reflect_pad1d", "reflect_pad2d", "replicate_pad1d", "replicate_pad2d", "replicate_pad3d", "grid_sampler_2d",
        "grid_sampler_2d_input", "grid_sampler_2d_grid", "grid_sampler_2d_along", "grid_sampler_3d",
        "grid_sampler_3d_input", "grid_sampler_3d_grid", "grid_sampler_3d_along", "cholesky", "cholesky_inverse",
        "cholesky_solve", "linalg_inv_ex", "linalg_solve_ex", "linalg_qr", "linalg_svd", "linalg_eigh",
        "linalg_cholesky_ex", "linalg_lstsq", "linalg_householder_product", "linalg_lu_solve", "ormqr", "geqrf",
        "triangular_solve",
    )
)  # fmt: skip
"""Ops that compute in float32."""

PROMOTE = frozenset(("cat", "stack", "index_copy"))
"""Ops that compute in the widest dtype among their operands."""

FUNCTIONS_IN_LOWER_PRECISION = frozenset(("linear", "matmul", "linalg_vecdot", "prelu", "scaled_dot_product_attention"))
"""Functions of several ops that do."""

FUNCTIONS_IN_FLOAT32 = frozenset(
    (
        "cross_entropy", "l1_loss", "kl_div", "hinge_embedding_loss", "cosine_embedding_loss", "margin_ranking_loss",
        "triplet_margin_loss", "poisson_nll_loss", "quantile", "nanquantile", "cdist", "pinverse", "grid_sample",
        "geqrf",
        "fractional_max_pool2d", "fractional_max_pool3d", "fractional_max_pool2d_with_indices",
        "fractional_max_pool3d_with_indices", "linalg_matrix_rank", "linalg_tensorinv", "linalg_tensorsolve",
    )
)  # fmt: skip
"""Functions of several ops that compute in float32."""


class State:
    """What is in force."""

    enabled = False
    dtype = dtypes.bfloat16
    caches = True
    within = False
    """Whether a function of the policy is running, whose ops are left as they are."""
    nesting = 0
    cache: dict[int, tuple[Tensor, Tensor]] = {}  # noqa: RUF012
    """What leaves were cast to, so that each is cast once."""


def set_enabled(on: bool) -> None:
    """Turn it on or off."""
    State.enabled = on
    switch(AUTOCAST, on)
    if on:
        State.dtype.numpy  # noqa: B018 (such tensors are about to be made)
        _rebind()


def lowered(x: Any) -> Any:
    """A float32 or reduced tensor in the dtype of lower precision; anything else as it is."""
    wanted = State.dtype
    if not _is_eligible(x) or x.dtype is wanted:
        return x
    is_weight = x.dtype is dtypes.float32 and x.requires_grad and x.is_leaf and x._base is None
    if not (is_weight and State.caches):
        return _cast(x, wanted)
    kept = State.cache.get(id(x))
    if kept is None:
        kept = State.cache[id(x)] = x, _cast(x, wanted)
    return kept[1]


def in_float32(x: Any) -> Any:
    """A tensor of a reduced dtype in float32; anything else as it is."""
    return _cast(x, dtypes.float32) if _is_eligible(x) and x.dtype is not dtypes.float32 else x


def operands_cast(op: Op, operands: Sequence[Any]) -> Sequence[Any]:
    """An op's operands as the policy wants them. PyTorch casts the last first, but in lists."""
    if State.within:
        return operands
    name = op.name
    if name in LOWER_PRECISION:
        to = lowered
    elif name in FLOAT32 or (name in PROMOTE and _has_wide(operands)):
        to = in_float32
    elif name in PROMOTE:
        to = lowered
    else:
        return operands
    with _left_as_they_are():
        return [to(x) for x in operands] if op.takes_list else [to(x) for x in reversed(operands)][::-1]


def _has_wide(operands: Sequence[Any]) -> bool:
    """Whether one of these is of float32. Raises RuntimeError if one of a reduced dtype comes before it that is not the
    one of lower precision."""
    for x in operands:
        if _is_eligible(x) and x.dtype is dtypes.float32:
            return True
        if _is_eligible(x) and x.dtype is not State.dtype:
            raise RuntimeError("Unexpected floating ScalarType in at::autocast::prioritize")
    return False


def _is_eligible(x: Any) -> bool:
    return isinstance(x, Tensor) and x.dtype.is_floating_point and x.dtype is not dtypes.float64


def _cast(x: Tensor, wanted: dtypes.dtype) -> Tensor:
    return OPS["to_copy"](x, dtype=wanted)


@contextmanager
def _left_as_they_are() -> Any:
    before, State.within = State.within, True
    try:
        yield
    finally:
        State.within = before


_made: dict[int, Function] = {}
"""By function, the one that casts first."""


def _casting(f: Function, public: Function) -> Function:
    """``f``, or if the policy has it the function that casts what it is given first."""
    if id(f) in _made:
        return _made[id(f)]
    name = public.__name__
    if name not in FUNCTIONS_IN_LOWER_PRECISION | FUNCTIONS_IN_FLOAT32:
        return f

    @functools.wraps(f)
    def cast_first(*args: Any, **kwargs: Any) -> Any:
        if not State.enabled or State.within:
            return f(*args, **kwargs)
        to = lowered if name in FUNCTIONS_IN_LOWER_PRECISION else in_float32
        with _left_as_they_are():
            named = {key: to(x) for key, x in reversed(kwargs.items())}
            return f(*[to(x) for x in reversed(args)][::-1], **{key: named[key] for key in kwargs})

    _made[id(f)] = _made[id(cast_first)] = cast_first
    return cast_first


_rebound = False


def _rebind() -> None:
    """Have functions of the policy cast first wherever they are called from; once, when it is first turned on, so that
    programs without pay nothing."""
    global _rebound
    if _rebound:
        return
    _rebound = True
    open_doors(_casting)
    for path, module in list(sys.modules.items()):
        if path.startswith(("gradwalk.engine.surface", "gradwalk.facade.torch.nn", "torch.nn")):
            for name in FUNCTIONS_IN_LOWER_PRECISION | FUNCTIONS_IN_FLOAT32:
                f = vars(module).get(name)
                if callable(f) and not hasattr(f, "is_door"):
                    setattr(module, name, _casting(f, f))
