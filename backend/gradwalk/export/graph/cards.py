"""The whole graph as cards: every op fused with its output, leaves, ``.grad`` buffers that ops use; nothing folded.

``frontend/src/core/cards.ts`` makes the same cards for the page.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal

from gradwalk.document.schema import CutReason, EdgeKind, Op
from gradwalk.export.graph.titles import title_of
from gradwalk.export.reading.run import Run

CardKind = Literal["op", "output", "leaf", "gradient", "exit", "folded"]


@dataclass
class Card:
    """A box of the picture. ``id``: ``o12`` for op 12, ``t3`` for tensor 3, ``f...`` for what is folded."""

    id: str
    kind: CardKind
    title: str = ""
    op: int | None = None
    tensor: int | None = None
    node: int | None = None
    output: int = 0
    grad_fn: str | None = None
    detached: bool = False
    ops: list[int] = field(default_factory=list)
    cell: int | None = None
    scope: int | None = None
    born: int = 0
    """How many events must have happened for it to be there."""


@dataclass
class Link:
    """A value that flows from one card into a slot of another; ``edges`` are the trace's."""

    id: str
    source: str
    target: str
    slot: int
    kind: EdgeKind
    reason: CutReason | None
    edges: list[int]


class FullGraph:
    """Every card and link of a run, in program order."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.cards: dict[str, Card] = {}
        self.links: list[Link] = []
        self.card_of_op: dict[int, str] = {}
        self.cards_of_tensor: dict[int, list[str]] = defaultdict(list)
        self._sources: set[str] = set()
        for index, op in enumerate(run.trace.ops):
            if run.event_of_op(index) is not None and not self._is_told_elsewhere(op, index):
                self._add_op(op, index)

    def _is_told_elsewhere(self, op: Op, index: int) -> bool:
        return self._clears_gradient(op) or self._is_test(op, index) or self._fills(op, index)

    def _add_op(self, op: Op, index: int) -> None:
        trace, run = self.run.trace, self.run
        single = bool(op.outputs) and (len(op.outputs) == 1 or op.in_place)
        links = self._incoming(op, index, f"o{index}")
        creates = op.category == "creation" and not links
        tensor = op.outputs[0] if single else None
        node = op.node
        if node is None and tensor is not None:
            node = run.accumulate_node(tensor)
        card = Card(
            id=f"o{index}",
            kind="exit" if not op.outputs else "leaf" if creates and single else "op",
            title=title_of(op, "" if op.span is None else run.source(op.span)),
            op=index,
            tensor=tensor,
            node=node,
            grad_fn=None if op.node is None else trace.nodes[op.node].name,
            detached=op.node is None and any(link.kind == "detached" for link in links),
            ops=[index],
            cell=None if op.span is None else trace.spans[op.span].cell,
            scope=op.scope,
            born=(run.event_of_op(index) or 0) + 1,
        )
        self._add(card)
        self.card_of_op[index] = card.id
        self.links += links
        self._sources.update(link.source for link in links)
        # Writing to a view writes to its base too: from here on this is the base's card as well.
        if op.in_place:
            for base in op.outputs[1:]:
                self.cards_of_tensor[base].append(card.id)
        if not single:
            for number, output in enumerate(op.outputs):
                self._add_output(card, op, output, number)

    def _add_output(self, made: Card, op: Op, tensor: int, number: int) -> None:
        """One of several outputs of an op."""
        card = Card(
            id=f"t{tensor}",
            kind="output",
            title=f"[{number}]",
            op=made.op,
            tensor=tensor,
            node=made.node,
            output=number,
            grad_fn=made.grad_fn,
            ops=list(made.ops),
            cell=made.cell,
            scope=op.scope,
            born=made.born,
        )
        self._add(card)
        tracked = op.node is not None and self.run.trace.tensors[tensor].requires_grad
        kind: EdgeKind = "tracked" if tracked else "constant"
        reason: CutReason | None = None if tracked else "not_differentiable"
        self.links.append(Link(f"u{tensor}", made.id, card.id, 0, kind, reason, []))
        self._sources.add(made.id)

    def _incoming(self, op: Op, index: int, target: str) -> list[Link]:
        """The edges into an op's card; a Python number stands in the card's title instead."""
        links = []
        for number in self.run.edges_of(index):
            edge = self.run.trace.edges[number]
            tensor = op.inputs[edge.slot].tensor
            if tensor is None:
                continue
            known = self.cards_of_tensor.get(tensor)
            # A buffer that is only made to be written says nothing before.
            if not known and tensor in op.outputs:
                continue
            source = known[-1] if known else self._add_unmade(tensor)
            links.append(Link(f"e{number}", source, target, edge.slot, edge.kind, edge.reason, [number]))
        return links

    def _add_unmade(self, tensor: int) -> str:
        """A tensor that no op made: a ``.grad``, or what ``autograd.grad`` gave."""
        touches = self.run.touches(tensor)
        card = Card(f"t{tensor}", "gradient", "grad", tensor=tensor, born=(touches[0] if touches else 0) + 1)
        return self._add(card)

    def _add(self, card: Card) -> str:
        self.cards[card.id] = card
        if card.tensor is not None:
            self.cards_of_tensor[card.tensor].append(card.id)
        return card.id

    def _clears_gradient(self, op: Op) -> bool:
        """``x.grad.zero_()``: the leaf's card tells it."""
        if not op.outputs or not op.in_place:
            return False
        written = op.outputs[0]
        others = [operand.tensor for operand in op.inputs if operand.tensor not in (None, written)]
        return self.run.gradient_of(written) is not None and not others

    def _latest(self, op: Op) -> Card | None:
        """The card of an op's first operand."""
        tensor = op.inputs[0].tensor if op.inputs else None
        known = None if tensor is None else self.cards_of_tensor.get(tensor)
        return self.cards[known[-1]] if known else None

    def _fills(self, op: Op, index: int) -> bool:
        """A parameter's memory and its first numbers are the parameter's own card, as long as nothing has used it."""
        if len(op.outputs) != 1 or op.node is not None:
            return False
        made, card = op.outputs[0], self._latest(op)
        if card is None or card.kind != "leaf" or card.id in self._sources:
            return False
        if op.in_place:
            if any(operand.tensor not in (None, made) for operand in op.inputs):
                return False
        elif op.name != "Parameter":
            return False
        else:
            card.tensor, card.node = made, self.run.accumulate_node(made)
            self.cards_of_tensor[made].append(card.id)
        card.ops.append(index)
        self.card_of_op[index] = card.id
        return True

    def _is_test(self, op: Op, index: int) -> bool:
        """``bool()`` of an op's result: said on the card of that op, which is what was tested."""
        card = self._latest(op)
        if op.name != "bool" or op.outputs or card is None or card.kind != "op":
            return False
        card.ops.append(index)
        self.card_of_op[index] = card.id
        return True
