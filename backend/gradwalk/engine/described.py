"""An op's declaration as the compiled core takes it: which of the kinds that it knows it is, and what goes with it.

The core does with a description as :mod:`~gradwalk.engine.written_out` writes out.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

from .expressions import Steps, described_call, steps_of
from .iteration import as_first, in_rows, iterated, iterated_with_number
from .node_classes import NUMBERLESS, node_class_of
from .op import UNSAFE_PARTS, Op, owner_and_fact
from .written_out import OF_NUMBERS_AS_ARRAYS

_MOST_PARTS = 8
"""More operands, params, saved names or results than this the core does not hold."""

_TOLD_BY: dict[Any, str] = {in_rows: "in rows", as_first: "as first"}
"""What :meth:`ApplicationText.seems_reordered` looks at, by how results lie."""


def described(op: Op) -> dict[str, Any] | None:
    """An op as the core's ``Application`` takes it. None if it is not of the kind that the core knows: saving nothing
    but operands, params, their facts and its results. Of elementwise ops the core also runs the forward; that of others
    is called."""
    if op.grad_fn == NUMBERLESS or (op.vjps and op.category == "comparison") or op.name in UNSAFE_PARTS:
        return None
    forward: Steps | Callable[..., Any] = _elementwise_forward(op) or op.forward
    if not isinstance(forward, tuple | FunctionType):  # numpy would take compiled code for its caller's
        return None
    tracked = [position for position, name in enumerate(op.operands) if name in op.vjps]
    saved: list[tuple[str, int, int, str]] = []
    for name in op.saveable:
        users = [x for x in tracked if name in op.vjps[op.operands[x]].names]
        always = name in op.saves or len(tracked) == 1
        needed = 0 if always else sum(1 << x for x in users)
        if name in op.params:
            saved.append(("param", list(op.params).index(name), 0, ""))
        elif name in op.operands:
            saved.append(("operand", op.operands.index(name), needed, ""))
        elif name in op.results:
            saved.append(("result", op.results.index(name), needed, ""))
        else:
            owner, fact = owner_and_fact(name)
            if owner not in op.operands:
                return None
            saved.append(("fact", op.operands.index(owner), 0, fact))
    if max(map(len, (op.operands, op.params, saved))) > _MOST_PARTS:
        return None
    return {
        "node_class": node_class_of(op) if op.vjps else None,
        "operands": len(op.operands),
        "params": tuple(op.params),
        "defaults": tuple(op.params.values()),
        "forward": forward,
        "tracked": sum(1 << x for x in tracked),
        "takes_numbers": op.promotion is not None,
        "numbers_as_arrays": op.name in OF_NUMBERS_AS_ARRAYS,
        "takes_floats": op.kernel is not None or op.promotion == "float",
        "compares": op.category == "comparison",
        "is_view": op.is_view,
        "lies": "anyhow" if op.lies is None else _TOLD_BY.get(op.lies, "in order"),
        "lay": op.lies,
        "saved": tuple(saved),
        "by_default": _by_default(op),
        "reached": _MOST_PARTS if op.differentiable is None else op.differentiable,
    }


def _by_default(op: Op) -> Steps | None:
    """The steps of an op's forward where its params are as they are by default, if it says that it is a ufunc then."""
    ufunc = getattr(op.forward, "by_default", None)
    return None if ufunc is None else described_call(ufunc, len(op.operands))


def _elementwise_forward(op: Op) -> Steps | None:
    """What the core runs of an elementwise op; None for other ops."""
    elementwise = op.category in ("pointwise", "comparison") and op.lies in (None, iterated, iterated_with_number)
    if not elementwise or op.is_view or (op.promotion is None and len(op.operands) > 1):
        return None
    return _steps_forward(op)


def described_vjps(op: Op) -> dict[str, Any] | None:
    """An op's VJPs as the core's ``Pullback`` takes them. None if a formula gives several or says what is no step."""
    places: dict[str, int] = {}
    kept: list[tuple[int, bool]] = []
    parts = 0
    for name in op.saveable:
        if name in op.params or (name not in op.operands and name not in op.results):
            places[name] = parts
            parts += 1
        else:
            kept.append((parts, op.is_kept_by_storage(name)))
            places[name] = parts + 1
            parts += 3
    formulas = []
    for formula in op.vjps.values():
        steps = None if formula.part is not None else steps_of(formula.text, ("grad", *places))
        if steps is None:
            return None
        formulas.append(steps)
    if len(formulas) > _MOST_PARTS or len(places) >= 2 * _MOST_PARTS:
        return None
    return {
        "parts": parts,
        "places": tuple(places.values()),
        "kept": tuple(kept),
        "formulas": tuple(formulas),
        "order": op.evaluation_order,
    }


def _steps_forward(op: Op) -> Steps | None:
    names = (*op.operands, *op.params)
    if op.forward_source is not None:
        return steps_of(op.forward_source, names)
    return described_call(op.forward, len(names))
