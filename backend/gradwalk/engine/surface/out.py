"""``out=``: what a function gives, written into a tensor that the caller brings, by one mechanism for all functions.

It is reached only when a call with ``out=`` has failed for that argument, so that calls without it pay nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .. import dtypes, grad_mode
from ..apply import apply_in_place, partly_same
from ..errors import SHARED_MEMORY, bracketed, type_name
from ..memory_format import shares_memory
from ..op import OPS
from ..ops._words import C_NAMES
from ..resizing import resize
from ..tangents import tangent_of
from ..tensor import Tensor, wrap
from ..warn import warn
from .out_rules import BROADCASTING, CASTING, COUNTED_OFF, EXACT, FOUND, JOINING, MADE_THERE, OWN_WORDS, TRANSFORMING
from .results import RETURN_TYPES, Named, named


def written_out(name: str, f: Callable[..., Any], out: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """``f(*args, **kwargs)`` in ``out``, a tensor or one for each result. Raises in PyTorch's words if it cannot be."""
    several = isinstance(out, tuple | list)
    targets: Sequence[Any] = out if several else (out,)
    wrong = next((target for target in targets if not isinstance(target, Tensor)), None)
    if wrong is not None:
        raise TypeError(f"{name}(): argument 'out' must be Tensor, not {type_name(wrong)}")
    if grad_mode._State.enabled and any(x.requires_grad for x in (*_tensors((*args, *kwargs.values())), *targets)):
        called = f"aten::{name}" if name in MADE_THERE else name
        raise RuntimeError(
            f"{called}(): functions with out=... arguments don't support automatic differentiation, but one of the "
            "arguments requires grad."
        )
    if any(tangent_of(x) is not None for x in (*_tensors((*args, *kwargs.values())), *targets)):
        raise NotImplementedError(
            f"Trying to use forward AD with {name}_out that does not support it because it is an out= function"
        )
    wants_grad = False
    if name in MADE_THERE:
        kwargs = dict(kwargs, dtype=_dtype_there(kwargs.get("dtype"), out))
        wants_grad = kwargs.pop("requires_grad", False)
    asked = kwargs.get("dtype")
    if name in _ASKED and asked is not None and not several and out.dtype is not asked:
        expected, found = (C_NAMES.get(kind.name, kind.name) for kind in (asked, out.dtype))
        raise RuntimeError(f"Expected out tensor to have dtype {expected}, but got {found} instead")
    if name == "nonzero" and kwargs.get("as_tuple"):
        raise RuntimeError("nonzero does not support the out kwarg when as_tuple is True")
    if name == "index_select":
        _refuse_repeats(out)
    if name not in MADE_THERE and name not in JOINING:
        _refuse_overlap(targets, args, name in _APART)
    result = f(*args, **kwargs)
    if name in COUNTED_OFF and result._array.size == out._array.size:
        result = wrap(result._array.reshape(out._array.shape))
    results = result if isinstance(result, tuple | list) else (result,)
    if name in BROADCASTING and not several and any(x is out for x in _tensors(args)) and out.shape != result.shape:
        shapes = bracketed(out.shape), bracketed(result.shape)
        raise RuntimeError("output with shape {} doesn't match the broadcast shape {}".format(*shapes))
    if name in JOINING:
        _resize(name, out, result)
        _refuse_overlap(targets, args, wholly=True)
    if several and isinstance(result, Tensor):
        raise TypeError(f"{name}(): argument 'out' must be Tensor, not {type_name(out)}")
    if len(results) != len(targets) or several != isinstance(result, tuple | list):
        raise TypeError(
            f"{name}() received an invalid combination of arguments - got out={type(out).__name__}, but what it gives "
            f"is {len(results)} tensor{'' if len(results) == 1 else 's'}"
        )
    if name in _INTO_PLACES:
        _resize(name, out, result)
        _refuse_overlap(targets, (*args[1:], *kwargs.values()), wholly=True)
    for target, value in zip(targets, results, strict=True):
        _check_dtype(name, target, value, several)
    for target, value in zip(targets, results, strict=True):
        _fill(name, target, value)
    if wants_grad:
        out.requires_grad_()
    return _named_out(result, targets) if isinstance(result, Named) else out


def _tensors(values: Sequence[Any]) -> Iterator[Tensor]:
    for value in values:
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, tuple | list):
            yield from _tensors(value)


def _dtype_there(asked: Any, out: Tensor) -> dtypes.dtype:
    if asked is not None and asked is not out.dtype:
        names = [kind.legacy_name.removesuffix("Tensor") for kind in (asked, out.dtype)]
        raise RuntimeError(f"dtype {names[0]} does not match dtype of out parameter ({names[1]})")
    return out.dtype


def _check_dtype(name: str, out: Tensor, result: Tensor, several: bool) -> None:
    have, want = result.dtype, out.dtype
    if have is want:
        return
    names = [kind.legacy_name.removesuffix("Tensor") for kind in (have, want)]
    if name in TRANSFORMING:
        if have.category != want.category:
            kind = "complex" if have.is_complex else "floating point"
            own = name.removeprefix("fft_").replace("fft2", "fftn")
            raise RuntimeError(f"{own} expects a {kind} output tensor, but got {names[1]}")
        return
    if name == "bernoulli":
        return
    if name in ("all", "any") and {have, want} == {dtypes.bool_, dtypes.uint8}:
        return
    if name in OWN_WORDS:
        in_c = [C_NAMES.get(kind.name, kind.name) for kind in (have, want)]
        raise RuntimeError(OWN_WORDS[name].format(*names, *in_c, have is dtypes.int32))
    if name in CASTING and have.category > want.category and not several:
        raise RuntimeError(f"result type {names[0]} can't be cast to the desired output type {names[1]}")
    if name in FOUND:
        raise RuntimeError(f"Found dtype {names[1]} but expected {names[0]}")
    if name in EXACT or several:
        expected, found = (C_NAMES.get(kind.name, kind.name) for kind in (have, want))
        raise RuntimeError(f"Expected out tensor to have dtype {expected}, but got {found} instead")


_ASKED = frozenset(("cumprod", "cumsum", "nansum", "prod", "sum"))
"""They want the dtype that they are asked for."""

_IN_A_ROW = frozenset(("arange", "linspace", "logspace", "range"))
"""They fill whatever has room for as many, row by row."""

_APART = frozenset(("gather", "index_select", "kthvalue", "masked_select", "take"))
"""They may not even write over the whole of an operand."""

_INTO_PLACES = frozenset(("index_add", "index_copy", "index_reduce", "scatter", "scatter_add", "scatter_reduce"))
"""They may write over the whole of what they write into, not of where and what; they look when there is room."""


def _refuse_overlap(targets: Sequence[Tensor], args: Sequence[Any], wholly: bool) -> None:
    """Raises RuntimeError where an operand lies in part (or ``wholly``) where the result is going to be written."""
    for target in targets:
        for x in _tensors(args):
            if x._storage is not target._storage:
                continue
            if (x is target and wholly) or (x is not target and partly_same(x._array, target._array, wholly)):
                raise RuntimeError(
                    SHARED_MEMORY.format("some elements of the input tensor and the written-to tensor refer")
                )


def _fill(name: str, out: Tensor, result: Tensor) -> None:
    if name in _IN_A_ROW and out._array.size == result._array.size:
        result = OPS["view"](result, size=tuple(out.shape))
    _resize(name, out, result)
    _refuse_repeats(out)
    apply_in_place(OPS["copy"], out, result)


def _resize(name: str, out: Tensor, result: Tensor) -> None:
    if out.shape != result.shape:
        words = _RESIZED_RANGE if name in _FULL_RANGES else None if name in MADE_THERE else RESIZED
        if out._array.size and words is not None:
            shapes = list(out.shape), list(result.shape)
            warn(words.format(*shapes, out._array.size, result._array.size))
        resize(out, tuple(result.shape))


def _refuse_repeats(out: Tensor) -> None:
    """Raises RuntimeError where several elements of what is going to be written are one place in memory."""
    if shares_memory(out._array):
        raise RuntimeError(SHARED_MEMORY.format("more than one element of the written-to tensor refers"))


def _named_out(result: Named, targets: Sequence[Tensor]) -> Named:
    name = type(result).__name__ + "_out"
    return (RETURN_TYPES.get(name) or named(name, *result._names))(targets)


RESIZED = (
    "An output with one or more elements was resized since it had shape {0}, which does not match the required output "
    "shape {1}. This behavior is deprecated, and in a future PyTorch release outputs will not be resized unless they "
    "have zero elements. You can explicitly reuse an out tensor t by resizing it, inplace, to zero elements with "
    "t.resize_(0). (Triggered internally at /__w/pytorch/pytorch/aten/src/ATen/native/Resize.cpp:30.)"
)
_FULL_RANGES = frozenset(("arange", "fft_fftfreq", "fft_rfftfreq"))
_RESIZED_RANGE = (
    "The number of elements in the out tensor of shape {0} is {2} which does not match the computed number of elements "
    "{3}. Note that this may occur as a result of rounding error. The out tensor will be resized to a tensor of shape "
    "({3},). (Triggered internally at /__w/pytorch/pytorch/aten/src/ATen/native/RangeFactories.cpp:199.)"
)
