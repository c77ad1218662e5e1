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
from types import FunctionType
from typing import Any

import numpy as np

from . import apply as general
from . import graph, history
from .core import CORE
from .expressions import Steps, described_call, steps_of
from .grad_mode import _State
from .graph import LAST, NO_EDGE, NOT_ASKED, Node, sequence_numbers
from .iteration import as_first, in_rows, iterated, iterated_with_number
from .layouts import with_strides
from .modes import UNUSUAL
from .node_classes import NUMBERLESS, node_class_of
from .observe import DIRECTLY, NOBODY, WATCHERS
from .op import Op, called_in, owner_and_fact
from .storage import Storage
from .tensor import Tensor
from .warn import FORMULA

_SCOPES: list[dict[str, Any]] = []
"""The globals of every function that was made."""

_FACTS = {"sizes": "shape", "numel": "size", "dim": "ndim", "dtype": "dtype"}

_OF_NUMBERS_AS_ARRAYS = frozenset(("add", "sub", "mul", "div", "eq", "ne", "lt", "le", "gt", "ge"))
"""Ops that do the same with a number and with an array of it: numpy takes twice as long with the number."""

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
    if op.takes_list or not op.operands:
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
    return _made("_application", _Application(op, otherwise is not None).lines(), names)


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
    return _made("_pullback", _Pullback(op).lines(), {})


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
    """Have the next node be number 0, as in a process in which nothing has run."""
    graph.sequence_numbers = _GLOBALS["_numbers"] = count()
    for scope in _SCOPES:
        scope["_numbers"] = graph.sequence_numbers
    if CORE is not None:
        CORE.learn_numbers(graph.sequence_numbers)


def described(op: Op) -> dict[str, Any] | None:
    """An op as the core's ``Application`` takes it, which does as :class:`_Application` writes out. None if it is not
    of the kind that the core knows: saving nothing but operands, params, their facts and its first result. Of
    elementwise ops the core also runs the forward; that of others is called."""
    if op.grad_fn == NUMBERLESS or (op.vjps and op.category == "comparison"):
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
            if name == op.results[0]:
                saved.append(("result", 0, needed, ""))
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
        "numbers_as_arrays": op.name in _OF_NUMBERS_AS_ARRAYS,
        "takes_floats": op.kernel is not None or op.promotion == "float",
        "compares": op.category == "comparison",
        "is_view": op.is_view,
        "lies": "anyhow" if op.lies is None else _TOLD_BY.get(op.lies, "in order"),
        "lay": op.lies,
        "saved": tuple(saved),
        "by_default": _by_default(op),
    }


_MOST_PARTS = 8
"""More operands, params or saved names than this the core does not hold."""

_TOLD_BY: dict[Any, str] = {in_rows: "in rows", as_first: "as first"}
"""What :meth:`_Application.seems_reordered` looks at, by how results lie."""


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
    """An op's VJPs as the core's ``Pullback`` takes them, which does as :class:`_Pullback` writes out. None if a
    formula gives several or says what is no step."""
    places: dict[str, int] = {}
    kept: list[tuple[int, bool]] = []
    parts = 0
    for name in op.saveable:
        if name in op.params or (name not in op.operands and name not in op.results):
            places[name] = parts
            parts += 1
        elif name in op.operands or name == op.results[0]:
            kept.append((parts, name not in op.operands))
            places[name] = parts + 1
            parts += 3
        else:
            return None
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


class _Application:
    """The text of an application.

    For an operand ``self``, ``_t_self`` is the tensor, ``self`` its array, ``_b_self`` its base, ``_f_self`` the node
    that its gradient goes to.
    """

    def __init__(self, op: Op, has_otherwise: bool) -> None:
        self.op = op
        self.tracked = [name for name in op.operands if name in op.vjps]
        tensors = ", ".join(f"_t_{name}" for name in op.operands)
        self.tuple_of_tensors = f"({tensors},)"
        self.dict_of_params = "{" + ", ".join(f"{name!r}: {name}" for name in op.params) + "}"
        self.give_up = (
            f"return _otherwise({tensors})"
            if has_otherwise
            else f"return _apply(_op, {self.tuple_of_tensors}, {self.dict_of_params})"
        )

    def lines(self) -> Iterable[str]:
        """The function."""
        op = self.op
        params = "".join(f", {name}=_defaults[{name!r}]" for name in op.params)
        yield f"def _application({', '.join(f'_t_{name}' for name in op.operands)}{', *' if params else ''}{params}):"
        yield f"    if _unusual: {self.give_up}"
        if op.is_view:
            yield f"    if _t_{op.operands[0]}._origin is not None: {self.give_up}"
        for position, name in enumerate(op.operands):
            yield from self.operand(position, name)
        if op.kernel is not None:
            first = op.operands[0]
            yield f"    if {first}.dtype is not _float32 and {first}.dtype is not _float64: {self.give_up}"
        call = f"_forward({', '.join((*op.operands, *op.params))})"
        yield f"    try: _result = {op.forward_source or call}"
        yield f"    except (ValueError, FloatingPointError, MemoryError): {self.give_up}"
        yield "    if type(_result) is not _ndarray:"
        yield "        if type(_result) is tuple:"
        yield f"            return _finish(_op, {self.tuple_of_tensors}, {self.dict_of_params},"
        yield f"                _several_results(_result, _op, ({', '.join(op.operands)},)))"
        yield "        _result = _asarray(_result)"
        if op.lies is not None:
            first = op.operands[0]
            certainly = "" if op.promotion is not None else f"type({first}) is _ndarray and "
            yield f"    if {certainly}{self.seems_reordered(first)}:"
            yield f"        _result = _lies(_result, ({', '.join(op.operands)},))"
        yield from self.output()
        if self.tracked:
            yield from self.node()
        else:
            yield "    _node = None"
        yield "    _watcher = _watchers[-1]"
        yield "    if _watcher is not _NOBODY:"
        yield f"        _watcher.op_applied(_op, {self.tuple_of_tensors}, {self.dict_of_params}, (_output,), _node)"
        yield "    return _output"

    def operand(self, position: int, name: str) -> Iterable[str]:
        """Its array; or the usual kinds of what may stand in its place."""
        op = self.op
        yield f"    if isinstance(_t_{name}, _Tensor):"
        yield f"        {name} = _t_{name}._array"
        if op.is_view and position == 0:
            yield f"        if not {name}.size: {name} = _with_strides({name})"
        if name in op.vjps:
            yield f"        _f_{name} = _t_{name}._grad_fn"
            yield f"        _r_{name} = _t_{name}._requires_grad"
            yield f"        _b_{name} = _t_{name}._base"
            yield f"        if _b_{name} is not None and (_b_{name}._requires_grad or _b_{name}._grad_fn is not None):"
            yield f"            if _f_{name} is None or _t_{name}._view_version != _t_{name}._storage.version:"
            yield f"                {self.give_up}"
        if op.promotion is None:
            yield "    else:"
            yield f"        {name} = _t_{name}"
            yield from self.no_operand(name)
            return
        if position == 0:
            yield f"        _dtype = {name}.dtype"
            if op.promotion == "float":
                yield f"        if _dtype is not _float32 and _dtype is not _float64: {self.give_up}"
            yield f"    else: {self.give_up}"
            return
        yield f"        if {name}.dtype is not _dtype: {self.give_up}"
        yield f"    elif (_dtype is _float32 or _dtype is _float64) and type(_t_{name}) in (float, int):"
        if op.name in _OF_NUMBERS_AS_ARRAYS:
            yield f"        {name} = _arrays[_dtype].get(_t_{name})"
            yield f"        if {name} is None: {name} = _as_array(_t_{name}, _dtype)"
        else:
            yield f"        {name} = _t_{name}"
        yield from self.no_operand(name)
        yield f"    else: {self.give_up}"

    def no_operand(self, name: str) -> Iterable[str]:
        """What is so of a tensor's place in the graph where there is none."""
        if name in self.op.vjps:
            yield f"        _f_{name} = None"
            yield f"        _r_{name} = False"

    def seems_reordered(self, first: str) -> str:
        """What tells results that may lie otherwise than PyTorch's from most others, in little time."""
        if self.op.lies is in_rows:
            return f"not ({first}.flags.c_contiguous and _result.flags.c_contiguous and _result.size)"
        if self.op.lies is as_first:
            return f"_result.strides != {first}.strides"
        if self.op.category == "comparison":  # booleans have strides of their own
            return f"_result.ndim > 1 and (not ({first}.flags.c_contiguous and _result.size) or 1 in {first}.shape)"
        return f"_result.ndim > 1 and _result.strides != {first}.strides"

    def output(self) -> Iterable[str]:
        """The tensor around the result."""
        yield "    _output = _new(_Tensor)"
        yield "    _output._array = _result"
        if self.op.is_view:
            source = f"_t_{self.op.operands[0]}"
            yield f"    _output._storage = _storage = {source}._storage"
            base = f"{source} if {source}._base is None else {source}._base" if self.op.vjps else "None"
            yield f"    _output._base = {base}"
            yield "    _output._view_version = _storage.version"
        else:
            yield "    _output._storage = _storage = _new(_Storage)"
            yield "    _storage.base = _result"
            yield "    _storage.mark = -1"
            yield "    _output._view_version = _storage.version = 0"
            yield "    _output._base = None"
        yield "    _output._grad_fn = _output._grad = _output._accumulator = None"
        yield "    _output._output_nr = 0"
        yield "    _output._mark = -1"
        yield "    _output._requires_grad = _output._retains_grad = False"

    def node(self) -> Iterable[str]:
        """Where gradients go, and the node if there is anywhere."""
        op = self.op
        yield "    _node = None"
        yield "    if _modes.enabled:"
        for name in self.tracked:
            yield f"        if _f_{name} is None and _r_{name}:"
            yield f"            _f_{name} = _t_{name}._accumulator"
            yield f"            _f_{name} = (_f_{name} and _f_{name}()) or _accumulator(_t_{name})"
        yield f"        if {' or '.join(f'_f_{name} is not None' for name in self.tracked)}:"
        for line in self._node_itself():
            yield "            " + line
        if op.is_view:
            yield "    else: _output._origin = 'no_grad'"

    def _node_itself(self) -> Iterable[str]:
        op = self.op
        yield "_node = _new(_Node)"
        yield "_node.op = _op"
        yield "_node.freed = False"
        yield "_node.mark = -1"
        yield "_node.hooks = _node._metadata = None"
        yield f"_node.sequence_nr = {'_LAST' if op.grad_fn == NUMBERLESS else '_number(_numbers)'}"
        none = "_NOT_ASKED" if op.grad_fn == NUMBERLESS else "_NO_EDGE"
        edges = (f"(_f_{name}, _t_{name}._output_nr) if _f_{name} is not None else {none}" for name in self.tracked)
        yield f"_node.edges = ({', '.join(edges)},)"
        yield "_node._saved = None"
        kept = [part for name in op.saveable for part in self._parts(name)]
        for name in op.saveable:
            yield from self._saved(name)
        yield f"_node.kept = ({''.join(part + ', ' for part in kept)})"
        yield "_kind = _result.dtype"
        yield "_node.outputs = ((_result.shape, _kind),)"
        # What requires grad is of floats, and all operands of such an op are of one dtype.
        yield f"if {'' if op.promotion is None else '_kind is _dtype or '}_kind.kind in 'fV':"
        yield "    _output._grad_fn = _node"
        yield "    _output._requires_grad = True"
        yield "else: _node.outputs = ()"

    def _parts(self, name: str) -> Iterable[str]:
        """What is kept under a name: see :func:`gradwalk.engine.saved.unfolded`."""
        op = self.op
        if name in op.params:
            yield name
        elif name in op.results:
            if name == op.results[0]:
                yield from ("_k_storage", "_k_result", "_k_version")
        elif name in op.operands:
            yield from (f"_k_{name}", f"_a_{name}", f"_v_{name}")
        else:
            owner, fact = owner_and_fact(name)
            if fact in _FACTS:
                otherwise = f"_fact(_t_{owner}, {fact!r}, True)"
                yield f"{owner}.{_FACTS[fact]} if type({owner}) is _ndarray else {otherwise}"
            elif fact == "strides":
                yield f"_fact(_t_{owner}, {fact!r}, _f_{owner} is not None)"
            else:
                yield f"_fact(_t_{owner}, {fact!r}, False)"

    def _saved(self, name: str) -> Iterable[str]:
        """The parts of a tensor that is kept if a VJP that will run needs it."""
        op = self.op
        is_result = name in op.results
        if name in op.params or (is_result and name != op.results[0]) or (not is_result and name not in op.operands):
            return
        if is_result:
            there = ["_k_storage = _storage", "_k_result = _result", "_k_version = _storage.version"]
            absent = "_k_storage = _k_result = _k_version = None"
        else:
            version = f"_t_{name}._storage.version"
            if name != op.operands[0] or op.promotion is None:
                version = f"{version} if isinstance(_t_{name}, _Tensor) else None"
            there = [f"_k_{name} = _t_{name}", f"_a_{name} = {name}", f"_v_{name} = {version}"]
            absent = f"_k_{name} = _a_{name} = _v_{name} = None"
        users = [x for x in self.tracked if name in op.vjps[x].names]
        if name in op.saves or len(self.tracked) == 1:
            yield from there
            return
        yield f"if {' or '.join(f'_f_{x} is not None' for x in users)}:"
        yield from ("    " + line for line in there)
        yield f"else: {absent}"


class _Pullback:
    """The text of a pullback: what the node saved under the formulas' names, then the formulas."""

    def __init__(self, op: Op) -> None:
        self.op = op

    def lines(self) -> Iterable[str]:
        """The function."""
        op = self.op
        slots = list(op.vjps)
        yield "def _pullback(_node, grads, _wanted):"
        yield "    if _node.kept is None or _node.freed: return _general_vjp(_node, grads, False, _wanted)"
        yield "    grad = grads[0]"
        kept, checks = [], []
        for name in op.saveable:
            if name in op.params or (name not in op.operands and name not in op.results):
                kept.append(name)
            elif name in op.operands:
                kept += [f"_k_{name}", name, f"_v_{name}"]
                checks.append(f"(_v_{name} is not None and _v_{name} != _k_{name}._storage.version)")
            elif name == op.results[0]:
                kept += ["_k_result", name, "_v_result"]
                checks.append("(_v_result is not None and _v_result != _k_result.version)")
        if kept:
            yield f"    {', '.join(kept)}, = _node.kept"
        if checks:
            yield f"    if {' or '.join(checks)}: return _general_vjp(_node, grads, False, _wanted)"
        edges = ", ".join(f"(_f_{slot}, _)" for slot in range(len(slots)))
        yield f"    {edges}, = _node.edges"
        for slot in range(len(slots)):
            yield f"    _c_{slot} = None"
        yield from self.needs(len(slots))
        for slot in op.evaluation_order:
            yield f"    if _f_{slot} is not None and (_wanted is None or _f_{slot} in _wanted):"
            formula = op.vjps[slots[slot]]
            if formula.part is None:
                yield f"        _c_{slot} = {formula.text}"
            else:
                yield f"        if _several is None: _several = {formula.text}"
                yield f"        _c_{slot} = _several[{formula.part}]"
        yield f"    return [{', '.join(f'_c_{slot}' for slot in range(len(slots)))}]"

    def needs(self, count: int) -> Iterable[str]:
        """What a formula that gives the cotangents of several operands asks for, and where they are kept."""
        if any(formula.part is not None for formula in self.op.vjps.values()):
            wanted = "_f_{0} is not None and (_wanted is None or _f_{0} in _wanted)"
            yield f"    needs = ({', '.join(wanted.format(slot) for slot in range(count))},)"
            yield "    _several = None"


def _finish_several(op: Op, operands: Any, params: Any, results: Any, arrays: Any) -> Any:
    """The rest of an application that gave several results."""
    return general.finish(op, operands, params, general.several(results, op, arrays))


if CORE is not None:
    CORE.learn_engine(
        {
            "unusual": UNUSUAL, "modes": _State, "watchers": WATCHERS, "directly": DIRECTLY, "nobody": NOBODY,
            "tensor": Tensor, "storage": Storage, "numbers": sequence_numbers, "no_edge": NO_EDGE,
            "last": LAST,
            "accumulator": history.accumulator, "fact_of": history.fact_of,
            "finish_several": _finish_several, "as_array": _as_array,
            "arrays32": _ARRAYS[np.dtype(np.float32)], "arrays64": _ARRAYS[np.dtype(np.float64)],
        }
    )  # fmt: skip

Op._apply, Op._apply_in_place = general.apply, general.apply_in_place
Op._application, Op._pullback = application, pullback
