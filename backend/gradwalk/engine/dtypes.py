"""Element types: PyTorch's names for them, numpy's representation, and PyTorch's promotion rules.

Promotion follows https://docs.pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc: a tensor with
dimensions
outranks a zero-dimensional one, which outranks a Python number, unless the lower rank brings a higher *category*
(bool < integer < floating point < complex).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .modes import COMPLEX_NUMBERS, REDUCED, UNSIGNED, UNUSUAL, switch
from .written_in_c import WrittenInC

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

Array = np.ndarray[tuple[Any, ...], np.dtype[Any]]
Scalar = bool | int | float | complex

BOOL, INTEGER, FLOATING, COMPLEX = range(4)

FLOATS = "fV"
"""The letters of numpy's kinds of floating dtypes; bfloat16, which numpy does not know, is of that of all others."""
INEXACT = FLOATS + "c"
"""Those of the dtypes that can require gradients: the complex ones too."""


class dtype(metaclass=WrittenInC):  # noqa: N801 (the name is PyTorch's)
    """An element type. One object per type, compared by identity, printed as PyTorch prints it: ``torch.float32``.

    ``mode`` is what ops look at as soon as there are tensors of it: reduced precision, complex numbers. Whoever asks
    for numpy's representation is about to make some, so the short way of ops is left from then on.
    """

    __slots__ = ("_mode", "_numpy", "category", "itemsize", "legacy_name", "name", "rank")
    __module__ = "torch"

    def __init__(
        self, name: str, representation: DTypeLike | None, category: int, rank: int, legacy_name: str,
        mode: str | None = None, itemsize: int = 0,
    ) -> None:  # fmt: skip
        self.name = name
        self._numpy = None if representation is None else np.dtype(representation)
        self._mode = mode
        self.category = category
        self.rank = rank
        self.itemsize = itemsize if self._numpy is None else self._numpy.itemsize
        self.legacy_name = legacy_name

    @property
    def numpy(self) -> np.dtype[Any]:
        """How numpy represents it. Raises NotImplementedError for complex32, which numpy has not got, ImportError
        for bfloat16 without the package that it comes from."""
        if self._numpy is None:
            self._numpy = _loaded(self)
        if self._mode is not None:
            UNUSUAL.add(self._mode)
        return self._numpy

    @property
    def is_floating_point(self) -> bool:
        return self.category == FLOATING

    def to_real(self) -> dtype:
        """The dtype of real and imaginary parts; of a real dtype itself."""
        return _PARTS.get(self, self)

    def to_complex(self) -> dtype:
        """The dtype of complex numbers with parts of this dtype. Raises RuntimeError for integers."""
        if self.category == COMPLEX:
            return self
        if self is bfloat16:
            return complex64
        for whole, part in _PARTS.items():
            if part is self:
                return whole
        raise RuntimeError(f"Unknown Complex ScalarType for {self.legacy_name.removesuffix('Tensor')}")

    @property
    def is_complex(self) -> bool:
        return self.category == COMPLEX

    @property
    def is_signed(self) -> bool:
        return self is not bool_ and not self.name.startswith("u")

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> str:
        return self.name


bool_ = dtype("bool", np.bool_, BOOL, 0, "BoolTensor")
uint8 = dtype("uint8", np.uint8, INTEGER, 1, "ByteTensor")
int8 = dtype("int8", np.int8, INTEGER, 2, "CharTensor")
int16 = dtype("int16", np.int16, INTEGER, 3, "ShortTensor")
int32 = dtype("int32", np.int32, INTEGER, 4, "IntTensor")
int64 = dtype("int64", np.int64, INTEGER, 5, "LongTensor")
float16 = dtype("float16", np.float16, FLOATING, 6, "HalfTensor", REDUCED)
bfloat16 = dtype("bfloat16", None, FLOATING, 6, "BFloat16Tensor", REDUCED, itemsize=2)
float32 = dtype("float32", np.float32, FLOATING, 7, "FloatTensor")
float64 = dtype("float64", np.float64, FLOATING, 8, "DoubleTensor")
complex32 = dtype("complex32", None, COMPLEX, 9, "ComplexHalfTensor", itemsize=4)
complex64 = dtype("complex64", np.complex64, COMPLEX, 9, "ComplexFloatTensor", COMPLEX_NUMBERS)
complex128 = dtype("complex128", np.complex128, COMPLEX, 10, "ComplexDoubleTensor", COMPLEX_NUMBERS)
uint16 = dtype("uint16", np.uint16, INTEGER, 5, "UInt16Tensor", UNSIGNED)
uint32 = dtype("uint32", np.uint32, INTEGER, 5, "UInt32Tensor", UNSIGNED)
uint64 = dtype("uint64", np.uint64, INTEGER, 5, "UInt64Tensor", UNSIGNED)
LONG_UNSIGNED = (uint16, uint32, uint64)
OF_COMPLEX = (complex32, complex64, complex128)
_PARTS: dict[dtype, dtype] = {complex32: float16, complex64: float32, complex128: float64}

ALL = (bool_, uint8, int8, int16, int32, int64, float16, bfloat16, float32, float64)
ALIASES = {"double": float64, "float": float32, "half": float16, "long": int64, "int": int32, "short": int16,
           "cfloat": complex64, "cdouble": complex128, "chalf": complex32}  # fmt: skip

_BY_NUMPY = {t._numpy: t for t in (*ALL, *LONG_UNSIGNED, complex64, complex128) if t._numpy is not None}


def _loaded(asked: dtype) -> np.dtype[Any]:
    """How numpy represents what it does not know by itself: bfloat16, of which it hears here, once a process, before
    the first such tensor."""
    if asked is not bfloat16:
        raise NotImplementedError(f"Gradwalk has no tensors of {asked!r}: numpy has none; use torch.complex64.")
    try:
        import ml_dtypes
    except ImportError:
        raise ImportError("torch.bfloat16 needs the package ml-dtypes: pip install ml-dtypes.") from None

    kind: np.dtype[Any] = np.dtype(ml_dtypes.bfloat16)
    _BY_NUMPY[kind] = bfloat16
    return kind


def load_bfloat16() -> None:
    """Have numpy know bfloat16 before anybody asks for it. Raises ImportError without the package."""
    if bfloat16._numpy is None:
        bfloat16._numpy = _loaded(bfloat16)


class _Default:
    """The dtype that Python floats become; ``torch.set_default_dtype`` changes it."""

    floating = float32


def default_floating() -> dtype:
    """The dtype that Python floats become."""
    return _Default.floating


def set_default_floating(new: dtype) -> None:
    """Raises TypeError if ``new`` is not a floating point dtype."""
    if not isinstance(new, dtype):
        raise TypeError("invalid dtype object: only floating-point types are supported as the default type")
    if not new.is_floating_point:
        raise TypeError("only floating-point types are supported as the default type")
    _Default.floating = new


OF_PYTHON: dict[Any, dtype] = {float: float64, int: int64, bool: bool_, complex: complex128}
"""The dtypes that Python's own types stand for."""


def of(array: Array | np.generic) -> dtype:
    """The dtype of a numpy array. Raises TypeError for element types that PyTorch lacks."""
    try:
        return _BY_NUMPY[array.dtype]
    except KeyError:
        is_number = array.dtype.kind in "biufc"
        supported = (
            "float64, float32, float16, complex64, complex128, int64, int32, int16, int8, uint64, uint32, uint16, "
            "uint8, and bool"
        )
        name = array.dtype.name if is_number else array.dtype.type.__name__
        raise TypeError(
            f"can't convert np.ndarray of type numpy.{name}. The only supported types are: {supported}."
        ) from None


def noted(array: Array) -> Array:
    """An array from elsewhere that is to be a tensor's: if it is of complex numbers, ops ask for these from now on."""
    if array.dtype.kind == "c":
        switch(COMPLEX_NUMBERS, True)
    elif array.dtype.kind == "u" and array.dtype.itemsize > 1:
        switch(UNSIGNED, True)
    return array


def of_scalar(value: Scalar) -> dtype:
    """The dtype that a Python number has when it becomes a tensor: bool, int64 or the default floating type."""
    if isinstance(value, bool | np.bool_):
        return bool_
    if isinstance(value, int | np.integer):
        return int64
    if isinstance(value, complex | np.complexfloating):
        return _Default.floating.to_complex()
    return _Default.floating


def promote(a: dtype, b: dtype) -> dtype:
    """The smallest dtype that both convert to, as ``torch.promote_types``."""
    if a is b:
        return a
    if a in LONG_UNSIGNED or b in LONG_UNSIGNED:
        return _with_unsigned(a, b)
    if {a, b} <= {uint8, int8}:
        return int16
    if COMPLEX in (a.category, b.category):
        return promote(a.to_real(), b.to_real()).to_complex() if _are_floating(a, b) else max(a, b, key=_category)
    if a.rank == b.rank:  # float16 has the digits, bfloat16 the range
        return float32
    low, high = sorted((a, b), key=lambda t: t.rank)
    if low is uint8 and high is int8:
        return int16
    return high


def _with_unsigned(a: dtype, b: dtype) -> dtype:
    """What one of two dtypes converts to that are long unsigned integers: floats alone. Raises RuntimeError."""
    other = b if a in LONG_UNSIGNED else a
    if other.category == FLOATING:
        return other
    names = " and ".join(kind.legacy_name.removesuffix("Tensor") for kind in (a, b))
    raise RuntimeError(f"Promotion for uint16, uint32, uint64 types is not supported, attempted to promote {names}")


def _category(kind: dtype) -> int:
    return kind.category


def _are_floating(a: dtype, b: dtype) -> bool:
    return a.category >= FLOATING and b.category >= FLOATING


def result_type(*ranks: dtype | None) -> dtype:
    """Combine the dtypes of tensors with dimensions, zero-dimensional tensors and Python numbers, in that order.

    Each argument is the promotion of all operands of that rank, or None if there is none. A lower rank counts only if
    its
    category is higher. At least one is not None.
    """
    result: dtype | None = None
    for candidate in ranks:
        if candidate is not None and (result is None or candidate.category > result.category):
            # Complex numbers have parts as wide as the floats that they meet.
            result = candidate if result is None or result.category != FLOATING else result.to_complex()
    assert result is not None
    return result
