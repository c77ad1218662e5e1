"""``torch.segment_reduce``."""

from __future__ import annotations

from ..functions.segments import REDUCTIONS
from ..op import OPS
from ..tensor import Tensor
from .registry import must_be_tensor, public


@public(method=False)
def segment_reduce(
    data: Tensor, reduce: str, *, lengths: Tensor | None = None, indices: Tensor | None = None,
    offsets: Tensor | None = None, axis: int = 0, unsafe: bool = False, initial: float | None = None,
) -> Tensor:  # fmt: skip
    """Of each stretch along a dimension one number: their sum, mean, product, greatest or least.

    ``lengths``, or ``offsets`` of where they begin and the last ends, are integers, of rows where ``axis`` is not the
    first. Raises RuntimeError for stretches that do not fill the dimension, and for reductions of other names.
    """
    x = must_be_tensor("segment_reduce", "data", 1, data)
    if indices is not None:
        raise RuntimeError("segment_reduce(): indices based reduction is not supported yet.")
    if reduce not in REDUCTIONS:
        raise RuntimeError(f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}")
    if lengths is None and offsets is None:
        raise RuntimeError("segment_reduce(): Either lengths or offsets must be defined.")
    return OPS["segment_reduce"](
        x, None if offsets is not None else lengths, offsets, reduce=reduce, axis=axis, unsafe=unsafe, initial=initial
    )
