"""Normalisation that learns its number of channels from its first input."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gradwalk.engine import dtypes
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.tensor import Tensor

from ..parameter import UninitializedBuffer, UninitializedParameter
from ._waiting import Waiting
from .normalization import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
    _BatchNorm,
    _InstanceNorm,
    _NormBase,
)


class _LazyNorm(Waiting, _NormBase):
    learns = "num_features"

    def _wait_for_channels(self, affine: bool, track: bool, dtype: Any, bias: bool) -> None:
        self.affine = affine
        self.track_running_stats = track
        if affine:
            self.weight = UninitializedParameter(dtype=dtype)
            if bias:
                self.bias = UninitializedParameter(dtype=dtype)
        if track:
            self.running_mean = UninitializedBuffer(dtype=dtype)
            self.running_var = UninitializedBuffer(dtype=dtype)
            self.num_batches_tracked = FUNCTIONS["tensor"](0, dtype=dtypes.int64)

    def _see(self, input: Tensor) -> None:
        self.num_features = int(input.shape[1])

    def _sizes(self) -> Iterable[tuple[Any, tuple[int, ...]]]:
        return ((each, (self.num_features,)) for each in (self.weight, self.bias, self.running_mean, self.running_var))


class _LazyBatchNorm(_LazyNorm, _BatchNorm):
    def __init__(
        self, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True, track_running_stats: bool = True,
        device: Any = None, dtype: Any = None, *, bias: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(0, eps, momentum, False, False, device, dtype)
        self._wait_for_channels(affine, track_running_stats, dtype, bias)


class LazyBatchNorm1d(_LazyBatchNorm):
    """:class:`BatchNorm1d` that learns ``num_features`` from what it is first given."""

    ndims, cls_to_become = BatchNorm1d.ndims, BatchNorm1d


class LazyBatchNorm2d(_LazyBatchNorm):
    """:class:`BatchNorm2d` that learns ``num_features`` from what it is first given."""

    ndims, cls_to_become = BatchNorm2d.ndims, BatchNorm2d


class LazyBatchNorm3d(_LazyBatchNorm):
    """:class:`BatchNorm3d` that learns ``num_features`` from what it is first given."""

    ndims, cls_to_become = BatchNorm3d.ndims, BatchNorm3d


class _LazyInstanceNorm(_LazyNorm, _InstanceNorm):
    def __init__(
        self, eps: float = 1e-5, momentum: float = 0.1, affine: bool = True, track_running_stats: bool = True,
        device: Any = None, dtype: Any = None, *, bias: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(0, eps, momentum, False, False, device, dtype)
        self._wait_for_channels(affine, track_running_stats, dtype, bias)


class LazyInstanceNorm1d(_LazyInstanceNorm):
    """:class:`InstanceNorm1d` that learns ``num_features`` from what it is first given."""

    ndims, cls_to_become = InstanceNorm1d.ndims, InstanceNorm1d


class LazyInstanceNorm2d(_LazyInstanceNorm):
    """:class:`InstanceNorm2d` that learns ``num_features`` from what it is first given."""

    ndims, cls_to_become = InstanceNorm2d.ndims, InstanceNorm2d


class LazyInstanceNorm3d(_LazyInstanceNorm):
    """:class:`InstanceNorm3d` that learns ``num_features`` from what it is first given."""

    ndims, cls_to_become = InstanceNorm3d.ndims, InstanceNorm3d
