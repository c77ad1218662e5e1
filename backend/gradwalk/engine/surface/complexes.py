"""Complex tensors: made from parts, seen as parts, conjugated; and what these functions give for real tensors."""

from __future__ import annotations

from typing import Any

from .. import dtypes
from ..functions import complexes as parts
from ..modes import COMPLEX_NUMBERS, switch
from ..op import OPS
from ..ops.complexes import REAL_ONLY
from ..storage import signs_of
from ..tensor import Tensor
from .registry import METHODS, must_be_tensor, public


def _is_complex(x: Tensor) -> bool:
    return x._array.dtype.kind == "c"


@public(method=False, name="complex")
def complex_(real: Tensor, imag: Tensor) -> Tensor:
    """``real + 1j * imag``. Raises RuntimeError for integers, and for parts of two dtypes."""
    about_to_be_complex(real)
    return OPS["complex"](must_be_tensor("complex", "real", 1, real), must_be_tensor("complex", "imag", 2, imag))


@public(method=False)
def polar(abs: Tensor, angle: Tensor) -> Tensor:
    """The complex number of a length and an angle. Raises RuntimeError as :func:`complex_` does."""
    parts = must_be_tensor("polar", "abs", 1, abs), must_be_tensor("polar", "angle", 2, angle)
    if not all(each.dtype.is_floating_point for each in parts):
        raise RuntimeError(REAL_ONLY.format(*(each.dtype.legacy_name.removesuffix("Tensor") for each in parts)))
    about_to_be_complex(abs)
    return OPS["polar"](*parts)


def about_to_be_complex(x: Any) -> None:
    """Have ops ask for complex numbers from now on: the next gives one of real operands."""
    if isinstance(x, Tensor) and x.dtype.is_floating_point:
        x.dtype.to_complex().numpy  # noqa: B018


@public(method=False)
def view_as_real(input: Tensor) -> Tensor:
    """A view of complex numbers as pairs, shape (..., 2). Raises RuntimeError for real tensors."""
    x = must_be_tensor("view_as_real", "input", 1, input)
    if not _is_complex(x):
        raise RuntimeError("view_as_real is only supported for complex tensors")
    if is_conj(x):
        raise RuntimeError(_UNRESOLVED)
    return OPS["view_as_real"](x)


_UNRESOLVED = (
    "view_as_real doesn't work on unresolved conjugated tensors.  To resolve the conjugate tensor so you can view it "
    "as real, use self.resolve_conj(); however, be warned that the resulting tensor will NOT alias the original."
)


@public(method=False)
def view_as_complex(input: Tensor) -> Tensor:
    """A view of pairs, shape (..., 2), as complex numbers. Raises RuntimeError for what does not lie in pairs."""
    x = must_be_tensor("view_as_complex", "input", 1, input)
    about_to_be_complex(x)
    return OPS["view_as_complex"](x)


@public()
def conj(input: Tensor) -> Tensor:
    """The complex conjugate; a real tensor is its own."""
    x = must_be_tensor("conj", "input", 1, input)
    if not _is_complex(x):
        return x
    return OPS["conj"](x)


@public()
def conj_physical(input: Tensor) -> Tensor:
    """:func:`conj` with memory of its own."""
    x = must_be_tensor("conj_physical", "input", 1, input)
    return OPS["conj_physical"](x) if _is_complex(x) else x


@public()
def conj_physical_(input: Tensor) -> Tensor:
    """:func:`conj_physical` in place."""
    return OPS["conj_physical_"].in_place(must_be_tensor("conj_physical_", "input", 1, input))


@public()
def resolve_conj(input: Tensor) -> Tensor:
    """The tensor, copied if it is what :func:`conj` gave."""
    x = must_be_tensor("resolve_conj", "input", 1, input)
    return OPS["clone"](x) if is_conj(x) else x


@public()
def is_conj(input: Tensor) -> bool:
    """Whether a tensor is what :func:`conj` gave, or a view of that."""
    real, imaginary = signs_of(input._storage)
    return real != imaginary and _is_complex(input)


@public(method=False)
def _neg_view(input: Tensor) -> Tensor:
    """A view with every sign changed."""
    switch(COMPLEX_NUMBERS, True)  # with it, all writes go the way that mirrors see
    return OPS["neg_view"](must_be_tensor("_neg_view", "input", 1, input))


@public()
def resolve_neg(input: Tensor) -> Tensor:
    """The tensor, copied if it is read with other signs."""
    x = must_be_tensor("resolve_neg", "input", 1, input)
    return OPS["clone"](x) if is_neg(x) else x


@public()
def is_neg(input: Tensor) -> bool:
    """Whether a tensor is read with other signs: the imaginary parts of what :func:`conj` gave."""
    return signs_of(input._storage)[0] < 0


@public(method=False)
def real(input: Tensor) -> Tensor:
    """The real parts, a view; a real tensor is its own."""
    x: Tensor = parts.real_part(must_be_tensor("real", "input", 1, input))
    return x


@public(method=False)
def imag(input: Tensor) -> Tensor:
    """The imaginary parts, a view. Raises RuntimeError for real tensors."""
    x = must_be_tensor("imag", "input", 1, input)
    if not _is_complex(x):
        raise RuntimeError("imag is not implemented for tensors with non-complex dtypes.")
    found: Tensor = parts.imaginary_part(x)
    return found


def _assign(part: Any) -> Any:
    def assigned(self: Tensor, value: Any) -> None:
        METHODS["copy_"](part(self), value if isinstance(value, Tensor) else METHODS["new_tensor"](part(self), value))

    return assigned


METHODS["real"] = property(real, _assign(real))  # type: ignore[assignment]
METHODS["imag"] = property(imag, _assign(imag))  # type: ignore[assignment]
METHODS["is_complex"] = _is_complex


@public(method=False)
def is_complex(input: Tensor) -> bool:
    """Whether a tensor's dtype is complex."""
    return input.dtype.category == dtypes.COMPLEX
