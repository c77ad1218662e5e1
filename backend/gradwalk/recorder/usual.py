"""How an op of the usual kind is written down: one new tensor in memory of its own.

That is nearly every op, so it is written here in one piece, doing as :class:`~gradwalk.recorder.transcript.Transcript`
and :class:`~gradwalk.recorder.document.Document` do part by part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gradwalk.engine import Op, Tensor
from gradwalk.engine.graph import Edge, Node

from .document import Document, saved_head
from .edges import arguments_of, slots_of, why_cut
from .rows import quoted, quoted_as_shown
from .stream import Stream

_OPERAND, _RESULT, _OTHER = range(3)
"""What is saved under a name."""


@dataclass(slots=True)
class Plan:
    """What is the same of all applications of an op to so many operands."""

    name: str
    category: str
    arguments: tuple[str, ...]
    """How the row of each operand begins."""
    slots: Sequence[int | None]
    """By operand, which edge of the op's node belongs to it."""
    formula: str | None
    """What its row has of the formula, with the usual params; None as long as it is not known."""
    head: str
    """How that row begins."""
    is_usual: bool
    """Whether it may be written in one piece."""
    saved: tuple[tuple[str, int], ...]
    """Of what its node keeps (``Node.kept``): how the row of each begins, and of what kind it is."""
    node_head: str = ""
    """How the row of its node begins."""

    @classmethod
    def of(cls, op: Op, count: int) -> Plan:
        """The plan for an op and ``count`` operands."""
        name, category = quoted(op.name.partition(".")[0])[1:-1], quoted(op.category)[1:-1]
        return cls(
            name=name,
            category=category,
            arguments=tuple(f'{{"argument":{quoted(argument)}' for argument in arguments_of(op, count)),
            slots=slots_of(op, None, count),
            formula=None,
            head=f'{{"name":"{name}","category":"{category}","inputs":[',
            is_usual=op.category not in ("custom", "creation", "exit") and not op.is_view,
            saved=tuple((saved_head(part), _kind(op, part)) for part in op.saveable),
        )


def _kind(op: Op, name: str) -> int:
    if name in op.params:
        return _OTHER
    return _RESULT if name in op.results else _OPERAND if name in op.operands else _OTHER


class Producers:
    """Which op made or last wrote what a tensor holds."""

    def __init__(self) -> None:
        self.makers: dict[int, int] = {}
        """By tensor, the op that made it or wrote it last."""
        self.writers: dict[int, int] = {}
        """By storage, the op that wrote it last."""

    def of(self, tensor: int, storage: int) -> int | None:
        """The later of the two."""
        own, writer = self.makers.get(tensor), self.writers.get(storage)
        return writer if own is None or (writer is not None and writer > own) else own


class UsualOps:
    """Writes ops of the usual kind to the lists of the trace."""

    def __init__(self, stream: Stream, document: Document, producers: Producers) -> None:
        self._document = document
        self._ops, self._edges, self._events = (stream.lists[name] for name in ("ops", "edges", "events"))
        self._nodes, self._tensors, self._values = stream.lists["nodes"], stream.lists["tensors"], stream.values
        self._producers = producers

    def write(
        self,
        op: Op,
        plan: Plan,
        operands: Sequence[Any],
        params: dict[str, Any],
        output: Tensor,
        node: Node | None,
        span: int | None,
        scope: int | None,
    ) -> bool:
        """Write down an application. False, and nothing is written, if it is not of the usual kind."""
        if not plan.is_usual:
            return False
        document, producers = self._document, self._producers
        first_mark = document.first_mark
        array, storage = output._array, output._storage
        if storage.base is not array or storage.mark >= first_mark or output._mark >= first_mark:
            return False
        if output._grad_fn is not node or (node is None and output._requires_grad):
            return False
        if params or op.params:
            if len(params) != len(op.params):
                return False
            for given, usual in zip(params.values(), op.params.values(), strict=True):
                if given is not usual:
                    return False
        for x in operands:
            if isinstance(x, Tensor) and x._mark < first_mark:
                document.tensor(x)
        ends: Sequence[Edge] = ()
        kept: tuple[Any, ...] = ()
        if node is not None:
            if node.kept is None:
                return False
            kept = node.kept
            ends = node.edges
            for following, _ in ends:
                if following is not None and following.mark < first_mark:
                    document.node(following)
        place, own_node, row_of_node = '"requires_grad":false,"is_leaf":true', "", ""
        tensors = self._tensors
        index_to_be = tensors.before + len(tensors.items)
        index = self._ops.before + len(self._ops.items)
        if node is not None:
            edges_of_node = ""
            for following, nr in ends:
                if following is None:
                    edges_of_node += f",[null,{nr}]"
                    continue
                edges_of_node += f",[{following.mark - first_mark},{nr}]"
            saved = self._kept(plan, kept, index_to_be) if plan.saved else ""
            head = plan.node_head
            if not head:
                head = plan.node_head = f'{{"name":{quoted(type(node).__name__)},"next_functions":['
            made = self._nodes.before + len(self._nodes.items)
            row_of_node = f'{head}{edges_of_node[1:]}],{saved}"sequence_nr":{node.sequence_nr},"op":{index}}}'
            own_node = f',"node":{made}'
            place = f'"requires_grad":true,"is_leaf":false,"grad_fn":[{made},0]'
        inputs, edges = "", []
        for slot, x in enumerate(operands):
            if not isinstance(x, Tensor):
                inputs += f',{plan.arguments[slot]},"constant":{quoted_as_shown(repr(x))}}}'
                edges.append(f'{{"op":{index},"slot":{slot},"kind":"constant","reason":"python_number"}}')
                continue
            tensor = x._mark - first_mark
            inputs += f',{plan.arguments[slot]},"tensor":{tensor},"version":{x._storage.version}}}'
            of_node = plan.slots[slot]
            how = '"tracked"'
            if node is None or of_node is None or ends[of_node][0] is None:
                kind, reason = why_cut(op, x, of_node)
                how = f'"{kind}","reason":"{reason}"'
            producer = (
                producers.of(tensor, document.storage(x._storage))
                if producers.writers
                else producers.makers.get(tensor)
            )
            by = "" if producer is None else f',"producer":{producer}'
            edges.append(f'{{"op":{index},"slot":{slot},"kind":{how}{by}}}')
        # From here on it is written.
        if node is not None:
            self._nodes.items.append(row_of_node)
            node.mark = first_mark + made
        layout = document.layout(array)
        values = document.storage_values
        number = len(values)
        flat = array if array.ndim == 1 else storage.flat()
        values.append(self._values.add(flat, f'"storage":{number},"version":{storage.version},'))
        storage.mark = first_mark + number
        document.remember_memory(storage)
        tensors.items.append(f'{{{layout}"storage":{number},"offset":0,{place},"op":{index}}}')
        output._mark = first_mark + index_to_be
        producers.makers[index_to_be] = index
        if plan.formula is None:
            formula = document.formula(op, params)
            plan.formula = "" if formula is None else f',"formula":{formula}'
        where = "" if span is None else f',"span":{span}'
        if scope is not None:
            where = f'{where},"scope":{scope}'
        self._ops.items.append(f'{plan.head}{inputs[1:]}],"outputs":[{index_to_be}]{own_node}{plan.formula}{where}}}')
        self._edges.items += edges
        self._events.items.append(f'{{"kind":"op","op":{index}}}')
        return True

    def _kept(self, plan: Plan, kept: tuple[Any, ...], result: int) -> str:
        """What the row of a node has of what it keeps; its op's result is tensor ``result``."""
        first_mark = self._document.first_mark
        parts, place = "", 0
        for head, kind in plan.saved:
            value = kept[place]
            if kind == _OTHER:
                place += 1
            else:
                version = kept[place + 2]
                place += 3
                if version is not None:
                    tensor = result if kind == _RESULT else value._mark - first_mark
                    if tensor >= 0:
                        parts += f',{head},"tensor":{tensor},"version":{version}}}'
                    else:
                        parts += f',{head},"version":{version},"text":"tensor"}}'
                    continue
            text = '"None"' if value is None else quoted_as_shown(repr(value))
            parts += f',{head},"text":{text}}}'
        return f'"saved":[{parts[1:]}],'
