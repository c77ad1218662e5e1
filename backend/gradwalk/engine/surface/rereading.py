"""The bytes of a tensor read as numbers of another dtype: ``x.view(torch.int32)``."""

from __future__ import annotations

from ..dtypes import dtype as Dtype  # noqa: N812 (the name is PyTorch's)
from ..layouts import strides_of
from ..tensor import Tensor, wrap


def reread(x: Tensor, wanted: Dtype) -> Tensor:
    """A view of the same memory as another dtype; nothing flows back through that.

    Raises RuntimeError where elements of another size do not come out even.
    """
    array, have = x._array, x.dtype
    for told, where in ((x.is_conj(), "conjugate view tensors"), (x.is_neg(), "tensors with negative bit set")):
        if told:
            raise RuntimeError(f"torch.Tensor.view is not supported for {where} when converting to a different dtype.")
    if wanted.itemsize == have.itemsize:
        return wrap(array.view(wanted.numpy), x._storage)
    names = have.legacy_name.removesuffix("Tensor"), wanted.legacy_name.removesuffix("Tensor")
    what = f"to view {names[0]} as {names[1]} (different element sizes)"
    if not array.ndim:
        raise RuntimeError(f"self.dim() cannot be 0 {what}")
    steps = strides_of(array)
    step = steps[-1]
    if step != 1:
        raise RuntimeError(f"self.stride(-1) must be 1 {what}, but got {step}")
    if wanted.itemsize > have.itemsize:
        ratio = wanted.itemsize // have.itemsize
        if array.shape[-1] % ratio:
            raise RuntimeError(f"self.size(-1) must be divisible by {ratio} {what}, but got {array.shape[-1]}")
        offset = x._storage.offset_of(array)
        if offset % ratio:
            raise RuntimeError(f"self.storage_offset() must be divisible by {ratio} {what}, but got {offset}")
        for d, stride in enumerate(steps[:-1]):
            if stride % ratio:
                raise RuntimeError(f"self.stride({d}) must be divisible by {ratio} {what}, but got {stride}")
    return wrap(array.view(wanted.numpy), x._storage)
