"""``torch.testing``: are two results close enough, and if not, where they are farthest apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from gradwalk.engine import Tensor
from gradwalk.engine.dtypes import FLOATS
from gradwalk.engine.limits import finfo, iinfo
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.warn import warn

from ._missing import missing

__all__ = ["assert_allclose", "assert_close", "make_tensor"]

_TOLERANCES = {"float16": (1e-3, 1e-5), "bfloat16": (1.6e-2, 1e-5), "float32": (1.3e-6, 1e-5), "float64": (1e-7, 1e-7)}
_TOLERANCES |= {"complex64": _TOLERANCES["float32"], "complex128": _TOLERANCES["float64"]}
_OLD_TOLERANCES = {"float16": (1e-3, 1e-3), "float32": (1e-4, 1e-5), "float64": (1e-5, 1e-8)}
_OLD = (
    "`torch.testing.assert_allclose()` is deprecated since 1.12 and will be removed in a future release. Please use "
    "`torch.testing.assert_close()` instead. You can find detailed upgrade instructions in "
    "https://github.com/pytorch/pytorch/issues/61844."
)
_NO_PAIR = "No comparison pair was able to handle inputs of type {} and {}."
_UNEXPECTED = (
    "Originating a NumberPair() at item {} with\n\n{}\n\nand\n\n{}\n\nresulted in the unexpected exception above. If "
    "you are a user and see this message during normal operation please file an issue at "
    "https://github.com/pytorch/pytorch/issues. If you are a developer and working on the comparison functions, please "
    "except the previous error and raise an expressive `ErrorMeta` instead."
)
_NUMBERS = (int, float, complex, np.number)
_TRUTHS = (bool, np.bool_)
Message = str | Callable[[str], str] | None


def assert_close(
    actual: Any,
    expected: Any,
    *,
    allow_subclasses: bool = True,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    check_device: bool = True,
    check_dtype: bool = True,
    check_layout: bool = True,
    check_stride: bool = False,
    msg: Message = None,
) -> None:
    """Raises AssertionError if tensors, numbers, or sequences and mappings of them are not close."""
    if (rtol is None) != (atol is None):
        raise ValueError(
            "Both 'rtol' and 'atol' must be either specified or omitted, but got no "
            f"{'rtol' if rtol is None else 'atol'}."
        )
    tolerance = None if rtol is None or atol is None else (rtol, atol)
    options = _Options(allow_subclasses, tolerance, equal_nan, check_dtype, check_stride, msg)
    _compare(actual, expected, options, "")


def assert_allclose(
    actual: Any, expected: Any, rtol: float | None = None, atol: float | None = None, equal_nan: bool = True,
    msg: str = "",
) -> None:  # fmt: skip
    """:func:`assert_close` of PyTorch's first years: less near, and whatever the dtypes."""
    warn(_OLD, FutureWarning)
    if not isinstance(actual, Tensor):
        actual = FUNCTIONS["tensor"](actual)
    if not isinstance(expected, Tensor):
        expected = FUNCTIONS["tensor"](expected, dtype=actual.dtype)
    if rtol is None and atol is None:
        loosest = [_OLD_TOLERANCES.get(x.dtype.name, (0.0, 0.0)) for x in (actual, expected)]
        rtol, atol = max(x[0] for x in loosest), max(x[1] for x in loosest)
    assert_close(actual, expected, rtol=rtol, atol=atol, equal_nan=equal_nan, check_dtype=False, msg=msg or None)


class _Options(NamedTuple):
    """How two results are compared."""

    allow_subclasses: bool
    tolerance: tuple[float, float] | None
    equal_nan: bool
    check_dtype: bool
    check_stride: bool
    msg: Message


def _compare(actual: Any, expected: Any, options: _Options, place: str) -> None:
    if _is_sequence(actual) and _is_sequence(expected):
        if len(actual) != len(expected):
            raise AssertionError(f"The length of the sequences mismatch: {len(actual)} != {len(expected)}")
        for index, (one, other) in enumerate(zip(actual, expected, strict=True)):
            _compare(one, other, options, f"{place}[{index}]")
    elif isinstance(actual, Mapping) and isinstance(expected, Mapping):
        if set(actual) != set(expected):
            raise AssertionError(
                "The keys of the mappings do not match:\n"
                f"Missing keys in the actual mapping: {sorted(set(expected) - set(actual))}\n"
                f"Additional keys in the actual mapping: {sorted(set(actual) - set(expected))}"
            )
        for key in actual:
            _compare(actual[key], expected[key], options, f"{place}[{key!r}]")
    elif actual is None or expected is None:
        if actual is not expected:
            _fail(f"None mismatch: {actual} is not {expected}", options.msg, place)
    elif isinstance(actual, _TRUTHS) and isinstance(expected, _TRUTHS):
        if bool(actual) is not bool(expected):
            _fail(f"Booleans mismatch: {bool(actual)} is not {bool(expected)}", options.msg, place)
    elif isinstance(actual, _NUMBERS) and isinstance(expected, _NUMBERS):
        if isinstance(actual, bool) or isinstance(expected, bool):
            told = [f"{type(x).__name__}(): {x}" for x in (actual, expected)]
            raise RuntimeError(_UNEXPECTED.format(place, *told))
        one, other = (x.item() if isinstance(x, np.number) else x for x in (actual, expected))
        _compare_of_python(one, other, options, place)
    elif _alike(actual, expected, options):
        a, b = (x if isinstance(x, Tensor) else FUNCTIONS["from_numpy"](np.array(x)) for x in (actual, expected))
        _compare_tensors(a, b, options, place)
    else:
        words = _NO_PAIR.format(type(actual), type(expected))
        raise TypeError(f"{words}\n\nThe failure occurred for item {place}" if place else words)


def _alike(actual: Any, expected: Any, options: _Options) -> bool:
    """Whether both are tensors or arrays, and one of a class of the other's."""
    if not all(isinstance(x, Tensor | np.ndarray | np.bool_) for x in (actual, expected)):
        return False
    if not options.allow_subclasses and type(actual) is not type(expected):
        return False
    return isinstance(actual, type(expected)) or isinstance(expected, type(actual))


def _is_sequence(x: object) -> bool:
    return isinstance(x, Sequence) and not isinstance(x, str)


def _fail(words: str, msg: Message, place: str) -> None:
    if place:
        words += f"\n\nThe failure occurred for item {place}"
    raise AssertionError(msg(words) if callable(msg) else words if msg is None else msg)


def _compare_tensors(actual: Tensor, expected: Tensor, options: _Options, place: str) -> None:
    _, tolerance, equal_nan, check_dtype, check_stride, msg = options
    if actual.shape != expected.shape:
        _fail(f"The values for attribute 'shape' do not match: {actual.shape} != {expected.shape}.", msg, place)
    if check_dtype and actual.dtype is not expected.dtype:
        _fail(f"The values for attribute 'dtype' do not match: {actual.dtype} != {expected.dtype}.", msg, place)
    if check_stride and actual.stride() != expected.stride():
        strides = f"{actual.stride()} != {expected.stride()}"
        _fail(f"The values for attribute 'stride()' do not match: {strides}.", msg, place)
    loosest = [_TOLERANCES.get(x.dtype.name, (0.0, 0.0)) for x in (actual, expected)]
    near = tolerance or (max(x[0] for x in loosest), max(x[1] for x in loosest))
    a, b = actual._array, expected._array
    if a.dtype != b.dtype:
        common = np.result_type(a.dtype, b.dtype)
        a, b = a.astype(common), b.astype(common)
    if a.ndim == 0:
        _compare_numbers(a.item(), b.item(), near, equal_nan, msg, place)
        return
    far = ~np.isclose(a, b, rtol=near[0], atol=near[1], equal_nan=equal_nan)
    if not far.any():
        return
    signed = a.astype(np.int64) if a.dtype.kind in "bu" else a
    with np.errstate(all="ignore"):
        apart = np.abs(signed - b)
        ratio = apart / np.abs(b) if a.dtype.kind in FLOATS else (apart / np.abs(b)).astype(np.float32)
    apart = np.where(far, apart, 0)
    ratio = np.where(far, ratio, 0)
    at, worst = (np.unravel_index(np.argmax(x), x.shape) for x in (apart, ratio))
    count, total = int(far.sum()), a.size
    equal = near == (0.0, 0.0)
    allowed = ["" if equal else f" (up to {x} allowed)" for x in (near[1], near[0])]
    _fail(
        f"Tensor-likes are not {'equal' if equal else 'close'}!\n\n"
        f"Mismatched elements: {count} / {total} ({count / total:.1%})\n"
        f"Greatest absolute difference: {apart[at].item()} at index {_index(at)}{allowed[0]}\n"
        f"Greatest relative difference: {ratio[worst].item()} at index {_index(worst)}{allowed[1]}",
        msg,
        place,
    )


def _index(place: tuple[Any, ...]) -> tuple[int, ...]:
    return tuple(int(i) for i in place)


def _compare_of_python(actual: Any, expected: Any, options: _Options, place: str) -> None:
    """Raises AssertionError if two of Python's numbers are not close, or of different types."""
    if options.check_dtype and type(actual) is not type(expected):
        _fail(f"The (d)types do not match: {type(actual)} != {type(expected)}.", options.msg, place)
    usual = (0.0, 0.0) if isinstance(actual, int) and isinstance(expected, int) else _TOLERANCES["float64"]
    _compare_numbers(actual, expected, options.tolerance or usual, options.equal_nan, options.msg, place)


def _compare_numbers(
    actual: Any, expected: Any, near: tuple[float, float], equal_nan: bool, msg: Message, place: str
) -> None:
    if np.isclose(actual, expected, rtol=near[0], atol=near[1], equal_nan=equal_nan):
        return
    apart = abs(actual - expected)
    ratio = apart / abs(expected) if expected else float("inf")
    equal = near == (0.0, 0.0)
    allowed = ["" if equal else f" (up to {x} allowed)" for x in (near[1], near[0])]
    _fail(
        f"Scalars are not {'equal' if equal else 'close'}!\n\nExpected {expected} but got {actual}.\n"
        f"Absolute difference: {apart}{allowed[0]}\nRelative difference: {ratio}{allowed[1]}",
        msg,
        place,
    )


def make_tensor(
    *shape: Any, dtype: Any, device: Any, low: float | None = None, high: float | None = None,
    requires_grad: bool = False, noncontiguous: bool = False, exclude_zero: bool = False, memory_format: Any = None,
) -> Tensor:  # fmt: skip
    """A tensor of random numbers: from -9 to 9, from 0 where there are no negative ones, unless bounds are given."""
    size = tuple(shape[0]) if len(shape) == 1 and not isinstance(shape[0], int) else shape
    if noncontiguous and memory_format is not None:
        raise ValueError(
            f"The parameters `noncontiguous` and `memory_format` are mutually exclusive, but got {noncontiguous=} and "
            f"{memory_format=}"
        )
    floating = dtype.is_floating_point or dtype.is_complex
    if requires_grad and not floating:
        raise ValueError(
            f"`requires_grad=True` is not supported for boolean and integral dtypes, but got dtype={dtype}"
        )
    noncontiguous = noncontiguous and math.prod(size) > 1
    if noncontiguous:
        size = (*size[:-1], 2 * size[-1])
    least, beyond = _bounds(dtype, low, high)
    made: Any
    if floating:
        made = FUNCTIONS["empty"](size, dtype=dtype, device=device)
        numbers = FUNCTIONS["view_as_real"](made) if dtype.is_complex else made
        if beyond - least >= finfo(numbers.dtype).max:
            numbers.uniform_(least / 2, beyond / 2).mul_(2)
        else:
            numbers.uniform_(least, beyond)
    else:
        made = FUNCTIONS["randint"](least, beyond, size, dtype=dtype, device=device)
    if noncontiguous:
        made = made[..., 1::2]
    elif memory_format is not None:
        made = made.clone(memory_format=memory_format)
    if exclude_zero:
        made[made == 0] = finfo(dtype).tiny if floating else 1
    if floating:
        made.requires_grad = requires_grad
    found: Tensor = made
    return found


def _bounds(dtype: Any, low: float | None, high: float | None) -> tuple[float, float]:
    """From where to below where the numbers are: as asked, but within what the dtype holds."""
    if dtype.is_floating_point or dtype.is_complex:
        least, beyond, usual = finfo(dtype).min, finfo(dtype).max, (-9, 9)
    elif dtype.name == "bool":
        least, beyond, usual = 0, 2, (0, 2)
    else:
        least, beyond, usual = iinfo(dtype).min, iinfo(dtype).max + (dtype.name != "int64"), (-9, 10)
    low = usual[0] if low is None else low
    high = usual[1] if high is None else high
    if math.isnan(low) or math.isnan(high):
        raise ValueError(f"`low` and `high` cannot be NaN, but got {low=} and {high=}")
    if low == high and usual[1] == 9:
        warn(_EQUAL_BOUNDS, FutureWarning)
    elif low >= high:
        raise ValueError(f"`low` must be less than `high`, but got {low} >= {high}")
    elif high < least or low >= beyond:
        raise ValueError(
            f"The value interval specified by `low` and `high` is [{low}, {high}), but {dtype} only supports [{least}, "
            f"{beyond})"
        )
    low, high = min(max(low, least), beyond), min(max(high, least), beyond)
    return (low, high) if usual[1] == 9 else (math.ceil(low), math.ceil(high))


_EQUAL_BOUNDS = (
    "Passing `low==high` to `torch.testing.make_tensor` for floating or complex types is deprecated since 2.1 and will "
    "be removed in 2.3. Use `torch.full(...)` instead."
)


def __getattr__(name: str) -> Any:
    raise missing("torch.testing", name)
