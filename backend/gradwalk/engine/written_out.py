"""The text of the short way (:mod:`gradwalk.engine.compiled`): an op's application and pullback in Python, of the usual
case alone, written out from its declaration."""

from __future__ import annotations

from collections.abc import Iterable

from .iteration import as_first, in_rows
from .node_classes import NUMBERLESS
from .op import Op, owner_and_fact

_FACTS = {"sizes": "shape", "numel": "size", "dim": "ndim", "dtype": "dtype"}

OF_NUMBERS_AS_ARRAYS = frozenset(("add", "sub", "mul", "div", "eq", "ne", "lt", "le", "gt", "ge"))
"""Ops that do the same with a number and with an array of it: numpy takes twice as long with the number."""


class ApplicationText:
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
        yield "    except Exception: _result = None"
        yield f"    if _result is None: {self.give_up}"
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
            yield f"        if _b_{name} is not None:"
            yield f"            if _f_{name} is None:"
            yield f"                if _b_{name}._requires_grad or _b_{name}._grad_fn is not None: {self.give_up}"
            yield f"            elif _t_{name}._view_version != _t_{name}._storage.version: {self.give_up}"
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
        if op.name in OF_NUMBERS_AS_ARRAYS:
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
        return f"_result.ndim > 1 and (_result.strides != {first}.strides or 1 in {first}.shape)"

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
            first = name == op.results[0]
            yield from ("_k_storage", "_k_result", "_k_version") if first else ("None", "None", "None")
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


class PullbackText:
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
            elif not op.is_kept_by_storage(name):
                kept += [f"_k_{name}", name, f"_v_{name}"]
                checks.append(f"(_v_{name} is not None and _v_{name} != _k_{name}._storage.version)")
            else:
                kept += [f"_k_{name}", name, f"_v_{name}"]
                checks.append(f"(_v_{name} is not None and _v_{name} != _k_{name}.version)")
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
