"""How an op of the usual kind is written down: one new tensor in memory of its own, from floats and numbers.

That is nearly every op. So for each op that is used often there is a function made from a text, as the engine's own
short way (:mod:`gradwalk.engine.compiled`): what is known from the declaration stands in it as letters of the rows, and
it does as :class:`~gradwalk.recorder.transcript.Transcript` and :class:`~gradwalk.recorder.document.Document` do part
by part. It hands back whatever is not usual before it has written anything that those would not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any
from weakref import ref

from gradwalk.engine import Op, Tensor
from gradwalk.engine.warn import FORMULA

from .core import CORE, Core
from .document import Document, saved_head
from .edges import arguments_of, slots_of, why_cut
from .rows import quoted, quoted_as_shown
from .stream import Stream

MOST_OPERANDS, MOST_SAVED = 8, 24
"""Of an op that the compiled core writes down."""

OFTEN = 30
"""Applications after which an op gets a function of its own: making it takes as long as a hundred of them."""

Write = Callable[..., bool]
"""Of an application's operands, params, output, node, span and scope: writes it down; False if it is not usual."""


class Producers:
    """Which op made or last wrote what a tensor holds."""

    def __init__(self, core: Core | None = None) -> None:
        numbers = dict[int, int] if core is None else core.Numbers
        self.makers = numbers()
        """By tensor, the op that made it or wrote it last."""
        self.writers = numbers()
        """By storage, the op that wrote it last."""

    def of(self, tensor: int, storage: int) -> int | None:
        """The later of the two."""
        own, writer = self.makers.get(tensor), self.writers.get(storage)
        return writer if own is None or (writer is not None and writer > own) else own


class UsualOps:
    """For the ops that a process uses often, what writes their applications in this run."""

    def __init__(self, stream: Stream, document: Document, producers: Producers) -> None:
        self._of_the_run = (stream, document, producers)
        self.writers: dict[Op, Write] = {}
        """By op."""

    def used(self, op: Op) -> Write | None:
        """Take note that an op without a function of its own was applied; the function, if it is often enough."""
        times = _used[op] = _used.get(op, 0) + 1
        if times < OFTEN or not may_be_usual(op):
            return None
        write = self.writers[op] = _writer(op)(*self._of_the_run)
        return write


_used: dict[Op, int] = {}
"""How often ops were applied, in all runs of this process, as far as it is counted."""


def make_used() -> None:
    """Make the functions of all ops that were applied so far: they count as used often from now on."""
    for op in _used:
        _used[op] = OFTEN
        if may_be_usual(op):
            _writer(op)


def may_be_usual(op: Op) -> bool:
    """Whether applications of an op may be of the usual kind."""
    if op.takes_list or op.is_view or op.category in ("custom", "creation", "exit"):
        return False
    return bool(op.operands) and not any(name in op.results[1:] for name in op.saveable)


@cache
def _writer(op: Op) -> Callable[[Stream, Document, Producers], Write]:
    """What makes the function of an op, for a run."""
    scope: dict[str, Any] = {"op": op, "Tensor": Tensor, "why_cut": why_cut, "shown": quoted_as_shown, "ref": ref}
    exec(compile("\n".join(_Writer(op).lines()), FORMULA, "exec"), scope)  # noqa: S102 (our own text)
    made: Callable[[Stream, Document, Producers], Write] = scope["for_a_run"]
    return made


class _Writer:
    """The text of a function that writes an op's applications.

    For operand number 0, ``x0`` is what was given, ``t0`` the tensor's index (None for a number), ``r0`` what the rows
    say of it; ``f0`` and ``e0`` are the node that edge 0 leads to and what its row says of that.
    """

    def __init__(self, op: Op) -> None:
        self.op = op
        self.count = len(op.operands)
        self.heads = operand_heads(op, self.count)
        self.slots = slots_of(op, None, self.count)
        self.has_node = bool(op.vjps)

    def lines(self) -> Iterable[str]:
        """The function, within one that knows the run."""
        yield "def for_a_run(stream, document, producers):"
        yield "    first = document.first_mark"
        yield "    ops, tensors, nodes = (stream.lists[x] for x in ('ops', 'tensors', 'nodes'))"
        yield "    op_rows, tensor_rows, node_rows = ops.items, tensors.items, nodes.items"
        yield "    edges, event, values = stream.lists['edges'].items, stream.events.append, stream.values"
        yield "    storage_values, memory = document.storage_values, document.memory"
        yield "    forms, form_of, add = document.forms, document.form, values.waiting.add"
        yield "    makers, writers, formula = producers.makers, producers.writers, None"
        for position, name in enumerate(self.op.params):
            yield f"    p{position} = op.params[{name!r}]"
        yield "    def write(operands, params, output, node, span, scope):"
        for line in self.function():
            yield "        " + line
        yield "    return write"

    def function(self) -> Iterable[str]:
        """Its body."""
        yield "nonlocal formula"
        yield "array, storage = output._array, output._storage"
        yield "if storage.base is not array or storage.mark >= first or output._mark >= first: return False"
        yield f"if output._grad_fn is not node or len(operands) != {self.count}: return False"
        yield from self.params()
        yield f"{''.join(f'x{slot}, ' for slot in range(self.count))} = operands"
        yield "if output is x0: return False"
        if self.has_node:
            yield from self.kept()
        else:
            yield "if output._requires_grad: return False"
        yield "index = ops.before + len(op_rows)"
        for slot in range(self.count):
            yield from self.operand(slot)
        if self.has_node:
            yield from self.node()
        else:
            yield """place, own = '"requires_grad":false,"is_leaf":true', ''"""
        yield from self.result()
        inputs = ",".join(f"{head}§r{slot}|}}" for slot, head in enumerate(self.heads))
        row = f'{op_head(self.op, False)}{inputs}],"outputs":[§made|]§own|§formula|§where|}}'
        yield f"op_rows.append({_text(row)})"
        yield f"edges.extend(({''.join(f'd{slot}, ' for slot in range(self.count))}))"
        yield """event(f'{{"kind":"op","op":{index}}}')"""
        yield "return True"

    def params(self) -> Iterable[str]:
        """Whether they are the usual ones."""
        names = list(self.op.params)
        if not names:
            yield "if params: return False"
            return
        given = " or ".join(f"params.get({name!r}) is not p{position}" for position, name in enumerate(names))
        yield f"if len(params) != {len(names)} or {given}: return False"

    def kept(self) -> Iterable[str]:
        """The node's parts."""
        op = self.op
        parts = []
        for position, name in enumerate(op.saveable):
            is_tensor = name not in op.params and (name in op.operands or name in op.results)
            parts += [f"k{position}", "_", f"v{position}"] if is_tensor else [f"k{position}"]
        yield "if node is None:"
        yield "    if output._requires_grad: return False"
        edges = "".join(f"f{number} = " for number in range(len(op.vjps)))
        yield f"    {edges}None"
        yield "else:"
        yield "    kept = node.kept"
        yield "    if kept is None: return False"
        if parts:
            yield f"    {', '.join(parts)}, = kept"
        yield f"    {''.join(f'(f{number}, n{number}), ' for number in range(len(op.vjps)))} = node.edges"

    def operand(self, slot: int) -> Iterable[str]:
        """What rows say of an operand, and the edge that it comes by."""
        edge = self.slots[slot]
        yield f"if isinstance(x{slot}, Tensor):"
        yield f"    t{slot} = x{slot}._mark - first"
        yield f"    if t{slot} < 0: t{slot} = document.tensor(x{slot})"
        yield f"""    r{slot} = f',"tensor":{{t{slot}}},"version":{{x{slot}._storage.version}}'"""
        yield f"    if x{slot}._storage.mark < first: document.storage(x{slot}._storage)"  # after `x.data = y`
        yield f"    if writers: by = producers.of(t{slot}, document.storage(x{slot}._storage))"
        yield f"    else: by = makers.get(t{slot})"
        how = _text(',"kind":"§kind|","reason":"§reason|"')
        if edge is None:
            yield f"    kind, reason = why_cut(op, x{slot}, None)"
            yield f"    how = {how}"
        else:
            yield "    how = ''"
            yield f"    if f{edge} is None:"
            yield f"        kind, reason = why_cut(op, x{slot}, {edge})"
            yield f"        how = {how}"
        row = f'{{"op":§index|,"slot":{slot}§how|'
        produced = _text(row + ',"producer":§by|}')
        yield f"    d{slot} = {_text(row + '}')} if by is None else {produced}"
        yield "else:"
        yield f"    t{slot} = None"
        yield f"""    r{slot} = f',"constant":{{shown(repr(x{slot}))}}'"""
        row = f'{{"op":§index|,"slot":{slot},"kind":"constant","reason":"python_number"}}'
        yield f"    d{slot} = {_text(row)}"

    def node(self) -> Iterable[str]:
        """The node's row."""
        op = self.op
        count = len(op.vjps)
        yield """if node is None: place, own = '"requires_grad":false,"is_leaf":true', ''"""
        yield "else:"
        for number in range(count):
            yield f"    if f{number} is None: e{number} = 'null'"
            yield "    else:"
            yield f"        e{number} = f{number}.mark - first"
            yield f"        if e{number} < 0: e{number} = document.node(f{number})"
        yield "    own = nodes.before + len(node_rows)"
        yield "    node.mark = first + own"
        if op.saveable:
            yield "    made = tensors.before + len(tensor_rows)"
        for position, name in enumerate(op.saveable):
            yield from self.saved(position, name)
        shown = ((position, name) for position, name in enumerate(op.saveable) if name not in op.hidden)
        saved = ",".join(f"{saved_head(name)}§s{position}|}}" for position, name in shown)
        edges = ",".join(f"[§e{number}|,§n{number}|]" for number in range(count))
        saved = f'"saved":[{saved}],' if saved else ""
        row = f'{node_head(op)}{edges}],{saved}"sequence_nr":§node.sequence_nr|,"op":§index|}}'
        yield f"    node_rows.append({_text(row)})"
        yield """    place = f'"requires_grad":true,"grad_fn":[{own},0]'"""
        yield """    own = f',"node":{own}'"""

    def saved(self, position: int, name: str) -> Iterable[str]:
        """What the row says of something that the node keeps."""
        op, part = self.op, f"{position}"
        text = _text(',"text":§shown(repr(k' + part + "))|")
        if name not in op.params and name in op.results:
            there = _text(f',"tensor":§made|,"version":§v{part}|')
        elif name not in op.params and name in op.operands:
            there = f"r{op.operands.index(name)}"  # which is at that version still
        else:
            yield f"    s{part} = {text}"
            return
        yield f"    s{part} = {there} if v{part} is not None else {text}"

    def result(self) -> Iterable[str]:
        """The rows of the tensor and of its numbers."""
        yield "made = tensors.before + len(tensor_rows)"
        yield "number = len(storage_values)"
        yield "form = forms.get((array.shape, array.strides, array.dtype.char)) or form_of(array)"
        yield "flat = array if array.ndim == 1 else storage.flat()"
        yield """whose = f'"storage":{number},"version":{storage.version},'"""
        yield "storage_values[number] = add(whose, form.head, flat)"
        yield "storage.mark = first + number"
        yield "if array.base is None and id(array) not in memory: memory[id(array)] = (ref(storage),)"
        yield "else: document.remember_memory(storage)"
        yield """tensor_rows.append(f'{{{form.layout}"storage":{number},{place},"op":{index}}}')"""
        yield "output._mark = first + made"
        yield "makers[made] = index"
        yield "if formula is None:"
        yield "    formula = document.formula(op, params)"
        yield """    formula = '' if formula is None else f',"formula":{formula}'"""
        yield """where = '' if span is None else f',"span":{span}'"""
        yield """if scope is not None: where = f'{where},"scope":{scope}'"""


def _text(row: str) -> str:
    """The f-string for a row, in which ``§name|`` stands for what is put in."""
    letters = row.replace("\\", "\\\\").replace("'", "\\'").replace("{", "{{").replace("}", "}}")
    return "f'" + letters.replace("§", "{").replace("|", "}") + "'"


def op_head(op: Op, in_place: bool) -> str:
    """How the rows of an op's applications begin, up to its first operand."""
    name = op.name.partition(".")[0]
    if in_place and not name.endswith("_"):
        name += "_"
    return f'{{"name":{quoted(name)},"category":{quoted(op.category)},"inputs":['


def operand_heads(op: Op, count: int) -> tuple[str, ...]:
    """How the rows of ``count`` operands begin."""
    return tuple(f'{{"argument":{quoted(argument)}' for argument in arguments_of(op, count))


def node_head(op: Op) -> str:
    """How the rows of an op's nodes begin, up to their first edge."""
    return f'{{"name":{quoted(op.grad_fn or "")},"next_functions":['


@cache
def declared(op: Op) -> object:
    """What the compiled core is told of an op; None for one whose applications are written by Python."""
    count = len(op.operands)
    if CORE is None or not _is_written_by_core(op) or count > MOST_OPERANDS or len(op.saveable) > MOST_SAVED:
        return None
    slots = tuple(-1 if slot is None else slot for slot in slots_of(op, None, count))
    saved = tuple((None if name in op.hidden else saved_head(name), _kept_as(op, name)) for name in op.saveable)
    params = tuple(op.params), tuple(op.params.values())
    in_place = None if op.name in _ELSE_IN_PLACE or _leaves(op) else op_head(op, True)
    heads = op_head(op, False), in_place, operand_heads(op, count)
    return CORE.Declared(op, *heads, slots, *params, len(op.vjps), node_head(op), saved)


def _is_written_by_core(op: Op) -> bool:
    """Whether the compiled core writes applications of an op, where else they are usual."""
    if op.takes_list or op.category == "custom":
        return False
    return op.category != "exit" or _leaves(op)


def _leaves(op: Op) -> bool:
    """Whether an op hands numbers to Python: then it has no result."""
    return op.category == "exit" and bool(op.operands) and not op.takes_list and not op.vjps


_ELSE_IN_PLACE = ("detach_", "zero")
"""Ops that do more in place, or less, than write numbers."""


def _kept_as(op: Op, name: str) -> int:
    """What the core calls the kinds of things that nodes keep: the number of an operand, -2 the first result and -3 the
    second, -1 others."""
    if name in op.params:
        return -1
    if name in op.results:
        return -2 - op.results.index(name)
    return op.operands.index(name) if name in op.operands else -1
