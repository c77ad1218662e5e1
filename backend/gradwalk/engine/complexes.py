"""Complex numbers: which ops carry them, and what their VJPs are then.

A gradient is that of a real number by both parts, real and imaginary: ``dL/dx + i dL/dy``. The VJP of a function that
has a complex derivative is then ``grad * conj(f'(z))``: the formula of real numbers, with each number that it uses
conjugated. So that formula is written from the declared one. An op that nobody says this of refuses complex numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any

from . import dtypes
from .op import Op
from .promotion import C_TYPES
from .storage import look_again
from .tensor import Tensor

_CARRIERS: dict[str, Op] = {}
"""For ops that are others over complex numbers these, made when they are used first."""

_DECLARED: dict[str, tuple[Mapping[str, str] | None, str | Callable[..., Any] | None]] = {}
_AS_THEY_ARE: set[str] = set()
_CONJUGATED: set[str] = set()
_INTO_OPERAND = frozenset(("masked_fill", "fill", "index_fill", "scatter"))
"""Ops that put a number among those of their operand."""

_REFUSED: dict[str, Callable[[str], Exception]] = {}
_C_TYPES = {**C_TYPES, "float16": "c10::Half", "float32": "float", "float64": "double"}
_NUMBERS = frozenset(("alpha", "beta", "other", "exponent", "value", "weight", "self"))
"""Params that are numbers, which may be complex."""


def carry_as_they_are(names: Iterable[str]) -> None:
    """Let ops carry complex numbers with the formulas that they have."""
    _AS_THEY_ARE.update(names)


def carry_conjugated(names: Iterable[str]) -> None:
    """Let ops carry complex numbers with formulas in which every number is conjugated."""
    _CONJUGATED.update(names)


def carry(name: str, vjps: Mapping[str, str] | None = None, forward: str | Callable[..., Any] | None = None) -> None:
    """Let an op carry complex numbers with formulas of their own, and a forward if one is given."""
    _DECLARED[name] = vjps, forward


def refuse(names: Iterable[str], error: Callable[[str], Exception]) -> None:
    """Let ops refuse complex numbers in PyTorch's words: ``error`` makes them from ``ComplexFloat``."""
    _REFUSED.update(dict.fromkeys(names, error))


def over_complex(op: Op, operands: Sequence[Any], params: Mapping[str, Any]) -> Op:
    """The op that these operands are given to: of complex numbers if any is one. Raises NotImplementedError if the op
    does not carry them."""
    look_again(operands)
    found = _first_complex((*operands, *params.values()))
    if found is None:
        return op
    import_module(f"{__package__}.ops.over_complex")  # says what ops do, once there is such a number
    if not isinstance(found, Tensor) and any(isinstance(x, Tensor) and x.dtype is dtypes.float16 for x in operands):
        dtypes.complex32.numpy  # noqa: B018 (which says that there is none)
    if not isinstance(found, Tensor) and isinstance(operands[0], Tensor) and op.name.partition(".")[0] in _INTO_OPERAND:
        raise _not_held_by(operands[0])
    if op.name == "masked_fill.Tensor" and found is not operands[0] and not operands[0].dtype.is_complex:
        raise _not_held_by(operands[0])
    if op.name in _AS_THEY_ARE or op.category == "view" or op.name.partition(".")[0].endswith("_copy"):
        return op
    carrier = _CARRIERS.get(op.name)
    if carrier is not None:
        return carrier
    if op.name in _CONJUGATED or op.name in _DECLARED:
        carrier = _CARRIERS[op.name] = _carrier_of(op)
        return carrier
    kind = found.dtype if isinstance(found, Tensor) else dtypes.of_scalar(found)
    if op.name in _REFUSED:
        raise _REFUSED[op.name](kind.legacy_name.removesuffix("Tensor"))
    raise NotImplementedError(
        f"Gradwalk's {op.name.partition('.')[0]} does not take complex numbers; torch.view_as_real gives their parts."
    )


def _not_held_by(x: Tensor) -> RuntimeError:
    name = _C_TYPES.get(x.dtype.name, x.dtype.name)
    return RuntimeError(f"value cannot be converted to type {name} without overflow")


def _carrier_of(op: Op) -> Op:
    if op.name in _CONJUGATED:
        return op.with_formulas(_conjugated(op), None)
    vjps, forward = _DECLARED[op.name]
    return op.with_formulas(op.declared_vjps if vjps is None else vjps, forward)


def _first_complex(values: Iterable[Any]) -> Any:
    for value in values:
        if isinstance(value, Tensor):
            if value._array.dtype.kind == "c":
                return value
        elif type(value) is complex:
            return value
    return None


def _conjugated(op: Op) -> Mapping[str, str]:
    """The declared formulas, with what they use of operands and results conjugated."""
    op.params  # noqa: B018 (what follows from a declaration is there when any of it is asked for)
    names = (*op.operands, *op.results, *(name for name in op.params if name in _NUMBERS))
    used = re.compile(rf"\b({'|'.join(names)})\b")
    return {key: used.sub(r"conj(\1)", text) for key, text in op.declared_vjps.items()}
