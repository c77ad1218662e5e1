"""How a card stands at a moment: to come, at work or done, in which direction, with which numbers and gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gradwalk.document import schema
from gradwalk.export.graph.cards import Card, FullGraph
from gradwalk.export.reading.run import Run
from gradwalk.export.reading.steps import Step

State = Literal["pending", "active", "done"]
Heading = Literal["forward", "backward"]


class Activity:
    """What a step's events touch: nothing, if there is no step."""

    def __init__(self, run: Run, step: Step | None) -> None:
        self.step = step
        self.ops: set[int] = set()
        self.nodes: set[int] = set()
        self.edges: set[int] = set()
        self.gradients: set[int] = set()
        self._variables = {index for index, node in enumerate(run.trace.nodes) if node.variable is not None}
        for event in () if step is None else run.trace.events[step.start : step.end]:
            if isinstance(event, schema.OpApplied):
                self.ops.add(event.op)
            elif isinstance(event, schema.GradCleared | schema.Capture):
                self.gradients.add(event.tensor)
            elif isinstance(event, schema.Accumulate):
                self.nodes.add(event.node)
                self.gradients.add(event.tensor)
            elif isinstance(event, schema.VjpRan):
                self.nodes.add(event.node)
                sent = event.cotangents_out
                self.edges.update(e for e, slot in run.tracked_edges(event.node) if sent[slot : slot + 1] != [None])

    def direction(self, card: Card, latest: bool = True) -> Heading | None:
        """What happens to a tensor's ``.grad`` shows on its latest card: on none that has a successor or is to come."""
        leaf = card.node in self._variables
        if card.node in self.nodes and (latest or not leaf):
            return "backward"
        if card.tensor in self.gradients and latest:
            return "backward"
        return "forward" if any(op in self.ops for op in card.ops) else None


@dataclass(frozen=True)
class CardState:
    """``gradient`` are values: one, or (``arriving``) parts of it. ``before`` is a leaf's before it changed."""

    state: State
    direction: Heading | None
    name: str
    requires_grad: bool
    value: int | None = None
    version: int | None = None
    gradient: tuple[int, ...] = ()
    arriving: bool = False
    changed: bool = False
    before: int | None = None


def card_state(full: FullGraph, card: Card, activity: Activity, k: int) -> CardState:
    """The state of a card after ``k`` events."""
    run, tensor = full.run, card.tensor
    successor = _successor(full, card, k)
    direction = activity.direction(card, successor is None and card.born <= k)
    state: State = "active" if direction is not None else "done" if card.born <= k else "pending"
    name = "" if tensor is None else ", ".join(run.names_until(tensor, k if card.born <= k else run.end))
    if card.born > k:
        made = None if tensor is None else run.tensor_at(tensor, run.end)
        return CardState(state, direction, name, made is not None and made.requires_grad)
    gradient, arriving = _cotangents(run, card, k)
    if tensor is None:
        return CardState(state, direction, name, False, gradient=gradient, arriving=arriving)
    now = run.tensor_at(tensor, k)
    value, version = _numbers(run, tensor, successor, k)
    is_leaf = card.kind == "leaf" or (card.node is not None and run.trace.nodes[card.node].variable is not None)
    if is_leaf and successor is not None:  # its later card has the `.grad`
        gradient, arriving = (), False
    own = None if successor is not None else _own_gradient(run, tensor, k)
    changed = successor is None and tensor in activity.gradients
    before = None
    if changed and activity.step is not None:
        earlier = run.grad_at(tensor, activity.step.start)
        before = None if earlier is None else earlier[1]
    # A leaf's gradient is its `.grad`; what is on its way to it says less. Of other tensors the pass tells.
    shown = gradient if own is None or (not is_leaf and gradient) else (own,)
    is_own = own is not None and shown == (own,)
    requires_grad = now is not None and now.requires_grad
    coming = arriving and not is_own
    return CardState(state, direction, name, requires_grad, value, version, shown, coming, changed and is_own, before)


def _own_gradient(run: Run, tensor: int, k: int) -> int | None:
    grad = run.grad_at(tensor, k)
    return run.captured_at(tensor, k) if grad is None else grad[1]


def _cotangents(run: Run, card: Card, k: int) -> tuple[tuple[int, ...], bool]:
    """What came into the card's node in the last backward pass, or what has come so far and waits there (true)."""
    if card.node is None:
        return (), False
    node = run.node_at(card.node, k)
    came_in = () if node is None else node.cotangents_in
    whole = came_in[card.output] if card.output < len(came_in) else None
    if whole is not None:
        # The accumulation's own value may be the sum; `.grad` says the rest.
        return (whole,), False
    return tuple(value for value, output in run.received_at(card.node, k) if output == card.output), True


def _numbers(run: Run, tensor: int, successor: Card | None, k: int) -> tuple[int | None, int | None]:
    """A card keeps the numbers that an in-place op overwrote, once that op has its own card for the tensor."""
    tensors, storage = run.trace.tensors, run.trace.tensors[tensor].storage
    inputs = [] if successor is None or successor.op is None else run.trace.ops[successor.op].inputs
    written = next((i for i in inputs if i.tensor is not None and tensors[i.tensor].storage == storage), None)
    if written is not None and written.version is not None:
        return run.value_at(tensor, written.version), written.version
    state = run.storage_at(storage, k)
    return (None, None) if state is None else (state.value, state.version)


def _successor(full: FullGraph, card: Card, k: int) -> Card | None:
    """The next card of the same tensor, if there is one after ``k`` events."""
    ids = [] if card.tensor is None else full.cards_of_tensor[card.tensor]
    later = ids[ids.index(card.id) + 1 : ids.index(card.id) + 2] if card.id in ids else []
    found = full.cards[later[0]] if later else None
    return found if found is not None and found.born <= k else None
