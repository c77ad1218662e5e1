"""Pooling whose windows begin at random, and the way back from maxima, as modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradwalk.engine.tensor import Tensor

from .. import functional as F  # noqa: N812
from ..functional._windows import for_each
from .module import Module
from .utils import _ntuple


class _MaxUnpool(Module):
    function: Callable[..., Tensor]
    dims: int

    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0) -> None:
        super().__init__()
        self.kernel_size = for_each(kernel_size, self.dims)
        self.stride = for_each(kernel_size if stride is None else stride, self.dims)
        self.padding = for_each(padding, self.dims)

    def forward(self, input: Tensor, indices: Tensor, output_size: Any = None) -> Tensor:
        return type(self).function(input, indices, self.kernel_size, self.stride, self.padding, output_size)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpool):
    """The sequence that maxima came from."""

    function, dims = staticmethod(F.max_unpool1d), 1


class MaxUnpool2d(_MaxUnpool):
    """The image that maxima came from."""

    function, dims = staticmethod(F.max_unpool2d), 2


class MaxUnpool3d(_MaxUnpool):
    """The volume that maxima came from."""

    function, dims = staticmethod(F.max_unpool3d), 3


class _FractionalMaxPool(Module):
    function: Callable[..., Any]
    dims: int
    _random_samples: Tensor | None

    def __init__(
        self, kernel_size: Any, output_size: Any = None, output_ratio: Any = None, return_indices: bool = False,
        _random_samples: Tensor | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        name = type(self).__name__
        self.kernel_size = for_each(kernel_size, self.dims)
        self.return_indices = return_indices
        self.register_buffer("_random_samples", _random_samples)
        self.output_size = None if output_size is None else for_each(output_size, self.dims)
        self.output_ratio = None if output_ratio is None else _ntuple(self.dims)(output_ratio)
        if output_size is None and output_ratio is None:
            raise ValueError(f"{name} requires specifying either an output size, or a pooling ratio")
        if output_size is not None and output_ratio is not None:
            raise ValueError("only one of output_size and output_ratio may be specified")
        if self.output_ratio is not None and not all(0 < ratio < 1 for ratio in self.output_ratio[: self.dims]):
            raise ValueError(f"output_ratio must be between 0 and 1 (got {output_ratio})")

    def forward(self, input: Tensor) -> Any:
        return type(self).function(
            input, self.kernel_size, self.output_size, self.output_ratio, self.return_indices, self._random_samples
        )


class FractionalMaxPool2d(_FractionalMaxPool):
    """The greatest of each window of an image, the windows beginning at random."""

    function, dims = staticmethod(F.fractional_max_pool2d), 2


class FractionalMaxPool3d(_FractionalMaxPool):
    """The greatest of each window of a volume, the windows beginning at random."""

    function, dims = staticmethod(F.fractional_max_pool3d), 3
