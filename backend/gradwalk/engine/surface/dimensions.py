"""Dimensions in another order: transposed, permuted, moved; all of them views."""

from __future__ import annotations

from typing import Any

from .. import ops
from ..functions.dims import normalize_dim
from ..tensor import Tensor
from ..warn import warn_once
from .registry import METHODS, must_be_tensor, public
from .sizes import sizes_of


@public()
def t(input: Any) -> Tensor:
    """Transpose a matrix."""
    return ops.view.t(must_be_tensor("t", "input", 1, input))


@public()
def transpose(input: Any, dim0: int, dim1: int) -> Tensor:
    """Swap two dimensions."""
    return ops.view.transpose(must_be_tensor("transpose", "input", 1, input), dim0=dim0, dim1=dim1)


@public(method=False)
def permute(input: Any, dims: Any) -> Tensor:
    """Dimensions in another order."""
    return ops.view.permute(must_be_tensor("permute", "input", 1, input), dims=tuple(dims))


@public(function=False, name="permute")
def _permute_method(self: Tensor, *dims: Any) -> Tensor:
    return permute(self, sizes_of(dims))


@public()
def movedim(input: Tensor, source: Any, destination: Any) -> Tensor:
    """Dimensions moved to other positions, the rest in their order."""
    x = must_be_tensor("movedim", "input", 1, input)
    sources, destinations = (list(d) if isinstance(d, tuple | list) else [d] for d in (source, destination))
    if len(sources) != len(destinations):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({sources} dims) should contain the same number of "
            f"dims as destination ({destinations} dims)"
        )
    places = [normalize_dim(d, x.ndim) for d in sources], [normalize_dim(d, x.ndim) for d in destinations]
    for name, found, given in zip(("source", "destination"), places, (sources, destinations), strict=True):
        if len(set(found)) != len(found):
            raise RuntimeError(f"movedim: repeated dim in `{name}` ({given})")
    if x.ndim == 0:
        return ops.view.alias(x)
    order = [d for d in range(x.ndim) if d not in places[0]]
    for to, origin in sorted(zip(places[1], places[0], strict=True)):
        order.insert(to, origin)
    return permute(x, order)


public(name="moveaxis")(movedim)


@public()
def swapaxes(input: Tensor, axis0: int, axis1: int) -> Tensor:
    """:func:`transpose`, under numpy's name."""
    return transpose(input, axis0, axis1)


@public()
def swapdims(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """:func:`transpose`, under another name."""
    return transpose(input, dim0, dim1)


@public()
def adjoint(input: Tensor) -> Tensor:
    """The matrices transposed and conjugated."""
    if input.ndim == 0:
        warn_once(_ADJOINT)
        return _conjugated(input)
    if input.ndim == 1:
        raise RuntimeError("tensor.adjoint() is only supported on matrices or batches of matrices. Got 1-D tensor.")
    return _conjugated(transpose(input, -2, -1))


def _conjugated(x: Tensor) -> Tensor:
    from .complexes import conj  # and all else about complex numbers, which most programs do without

    return conj(x)


def _transposed(self: Tensor) -> Tensor:
    if self.ndim == 0:
        _warn_of_no_dimensions("T")
    elif self.ndim != 2:
        warn_once(_T_OF_OTHER_RANKS)
    if self.ndim == 2:
        return permute(self, (1, 0))
    return permute(self, tuple(reversed(range(self.ndim))))


def _warn_of_no_dimensions(name: str) -> None:
    way_out = "Consider using x.conj()." if "H" in name else "This function is the identity in these cases."
    warn_once(
        f"Tensor.{name} is deprecated on 0-D tensors. {way_out} (Triggered internally at "
        f"/__w/pytorch/pytorch/aten/src/ATen/native/TensorShape.cpp:{_LINES[name]}.)"
    )


_ADJOINT = (
    "adjoint() is deprecated on 0-D tensors. Consider using x.conj(). (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/TensorShape.cpp:4390.)"
)
_LINES = {"T": 4321, "H": 4335, "mT": 4373, "mH": 4382}
"""Where PyTorch warns, which is part of the warning's text."""


def _matrices_transposed(name: str) -> Any:
    def transposed(self: Tensor) -> Tensor:
        if self.ndim == 0:
            _warn_of_no_dimensions(name)
            return _conjugated(self) if "H" in name else self
        if self.ndim < 2:
            what = "matrices (2-D tensors)" if name == "H" else "matrices or batches of matrices"
            raise RuntimeError(f"tensor.{name} is only supported on {what}. Got {self.ndim}-D tensor.")
        if name == "H" and self.ndim > 2:
            raise RuntimeError(
                f"tensor.H is only supported on matrices (2-D tensors). Got {self.ndim}-D tensor. For batches of "
                "matrices, consider using tensor.mH"
            )
        return transpose(self, -2, -1) if name == "mT" else _conjugated(transpose(self, -2, -1))

    return property(transposed)


for _name in ("H", "mH", "mT"):
    METHODS[_name] = _matrices_transposed(_name)
METHODS["T"] = property(_transposed)  # type: ignore[assignment]


_T_OF_OTHER_RANKS = (
    "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated and it will "
    "throw an error "
    "in a future release. Consider `x.mT` to transpose batches of matrices or `x.permute(*torch.arange(x.ndim - 1, -1, "
    "-1))` to reverse the dimensions of a tensor. (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/TensorShape.cpp:4314.)"
)
