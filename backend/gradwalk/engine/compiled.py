"""The short way: for each op, the code of the usual case, written out from its declaration.

:func:`~gradwalk.engine.apply.apply` and :meth:`~gradwalk.engine.graph.Node.vjp` do for every op and every case what has
to be done. Most of that is asking questions whose answers are known from the declaration, or are the same nearly
always. So for an op with one result there are two functions made from a text: ``application`` runs it and makes its
node, ``pullback`` runs its VJPs on arrays. Both hand over to the general code whatever is not usual, before they have
changed anything: dtypes to be promoted, modes in force (:mod:`gradwalk.engine.modes`), views that were written over,
shapes that do not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

import numpy as np

from . import apply as general
from . import graph, history
from .core import CORE
from .described import described, described_vjps
from .grad_mode import _State
from .graph import LAST, NO_EDGE, NOT_ASKED, Node, sequence_numbers
from .hooks import RemovableHandle
from .layouts import with_strides
from .modes import UNUSUAL
from .node_classes import NUMBERLESS, node_class_of
from .observe import DIRECTLY, NOBODY, WATCHERS
from .op import Op, called_in
from .saved import INDEXED
from .storage import Memory, Storage
from .tensor import Tensor
from .warn import FORMULA
from .written_out import ApplicationText, PullbackText

_SCOPES: list[dict[str, Any]] = []
"""The globals of every function that was made."""

_ARRAYS: dict[Any, dict[float, Any]] = {np.dtype(np.float32): {}, np.dtype(np.float64): {}}
"""By dtype, the numbers that programs have used lately as arrays."""

_MOST = 500


def _as_array(number: float, dtype: Any) -> Any:
    """A number as an array to compute with."""
    try:
        array = np.array(number, dtype)
    except OverflowError:  # numpy will say it of the number itself
        return number
    known = _ARRAYS[dtype]
    if number and number == number:  # not 0, which equals -0, nor what equals nothing
        if len(known) >= _MOST:
            known.clear()
        known[number] = array
    return array


_GLOBALS: dict[str, Any] = {
    "_Tensor": Tensor, "_Storage": Storage, "_new": object.__new__, "_ndarray": np.ndarray, "_asarray": np.asarray,
    "_modes": _State, "_unusual": UNUSUAL, "_watchers": WATCHERS, "_NOBODY": NOBODY, "_number": next, "_LAST": LAST,
    "_numbers": sequence_numbers, "_NO_EDGE": NO_EDGE, "_fact": history.fact_of, "_accumulator": history.accumulator,
    "_apply": general.apply, "_finish": general.finish, "_several_results": general.several, "_general_vjp": Node.vjp,
    "_with_strides": with_strides, "_NOT_ASKED": NOT_ASKED,
    "_float32": np.dtype(np.float32), "_float64": np.dtype(np.float64), "_arrays": _ARRAYS, "_as_array": _as_array,
}  # fmt: skip


def application(op: Op, otherwise: Callable[..., Any] | None = None) -> Callable[..., Any]:
    """A function of the op's operands and params that does as ``apply(op, operands, params)``.

    ``otherwise`` is called with the operands for whatever is not usual, and the params then have their defaults;
    without it, that is ``apply``.
    """
    if op.takes_list or not op.operands or op.name in INDEXED:
        return lambda *operands, **params: general.apply(op, operands, params)
    if CORE is not None and (description := described(op)) is not None:
        return CORE.Application(op=op, otherwise=_made_when_called(op, otherwise), **description)
    return _application(op, otherwise)


def _made_when_called(op: Op, otherwise: Callable[..., Any] | None) -> Callable[..., Any]:
    """The application in Python, made for the first call that needs it."""
    made: Callable[..., Any] | None = None

    def call(*operands: Any, **params: Any) -> Any:
        nonlocal made
        if made is None:
            made = _application(op, otherwise)
        return made(*operands, **params)

    return call


def _application(op: Op, otherwise: Callable[..., Any] | None) -> Callable[..., Any]:
    nodes = node_class_of(op) if op.vjps else None
    names = {"_op": op, "_forward": op.forward, "_Node": nodes, "_defaults": op.params}
    names |= {"_otherwise": otherwise, "_lies": op.lies}
    return _made("_application", ApplicationText(op, otherwise is not None).lines(), names)


def pullback(op: Op) -> Callable[..., Any]:
    """A function of a node, the cotangents of its outputs and the nodes that are wanted (None for all): by slot, what
    the VJPs give on arrays; None where no gradient goes."""
    if op.grad_fn == NUMBERLESS:
        return lambda node, gradients, wanted: node.vjp(gradients, False, wanted)
    if op.takes_list:
        return lambda node, gradients, wanted: Node.vjp(node, gradients, False, wanted)
    if CORE is not None and (description := described_vjps(op)) is not None:
        return CORE.Pullback(otherwise=_pullback_when_called(op), **description)
    return _pullback(op)


def _pullback(op: Op) -> Callable[..., Any]:
    return _made("_pullback", PullbackText(op).lines(), {})


def _pullback_when_called(op: Op) -> Callable[..., Any]:
    """The pullback in Python, made for the first call that needs it."""
    made: Callable[..., Any] | None = None

    def call(node: Node, gradients: Any, wanted: Any) -> Any:
        nonlocal made
        if made is None:
            made = _pullback(op)
        return made(node, gradients, wanted)

    return call


def _made(name: str, lines: Iterable[str], names: dict[str, Any]) -> Callable[..., Any]:
    text = "\n".join(lines)
    scope = {**called_in(text), **_GLOBALS, **names}
    exec(compile(text, FORMULA, "exec"), scope)  # noqa: S102 (our own text)
    _SCOPES.append(scope)
    function: Callable[..., Any] = scope[name]
    return function


def number_anew() -> None:
    """Have the next node, and the next hook, be number 0, as in a process in which nothing has run."""
    RemovableHandle.next_id = 0
    graph.sequence_numbers = _GLOBALS["_numbers"] = count()
    for scope in _SCOPES:
        scope["_numbers"] = graph.sequence_numbers
    if CORE is not None:
        CORE.learn_numbers(graph.sequence_numbers)


def _finish_several(op: Op, operands: Any, params: Any, results: Any, arrays: Any) -> Any:
    """The rest of an application that gave several results."""
    return general.finish(op, operands, params, general.several(results, op, arrays))


if CORE is not None:
    CORE.learn_engine(
        {
            "unusual": UNUSUAL, "modes": _State, "watchers": WATCHERS, "directly": DIRECTLY, "nobody": NOBODY,
            "tensor": Tensor, "storage": Storage, "numbers": sequence_numbers, "no_edge": NO_EDGE,
            "last": LAST, "memory": Memory,
            "accumulator": history.accumulator, "fact_of": history.fact_of,
            "finish_several": _finish_several, "as_array": _as_array,
            "arrays32": _ARRAYS[np.dtype(np.float32)], "arrays64": _ARRAYS[np.dtype(np.float64)],
        }
    )  # fmt: skip

Op._apply, Op._apply_in_place = general.apply, general.apply_in_place
Op._application, Op._pullback = application, pullback
