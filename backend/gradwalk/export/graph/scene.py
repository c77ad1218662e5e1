"""A picture before it is drawn: every card, link and box with its words and its state at a moment; no colours yet."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import prod
from typing import Literal

from gradwalk.document.schema import Accumulate, Capture, CutReason, EdgeKind, VjpRan
from gradwalk.document.values import Numbers
from gradwalk.export.graph.boxes import Boxes
from gradwalk.export.graph.cards import Card, CardKind, FullGraph, Link
from gradwalk.export.graph.components import Components
from gradwalk.export.graph.state import Activity, CardState, State, card_state
from gradwalk.export.graph.view import CROWDED, Fold, Opening, View, view_of
from gradwalk.export.look import Look
from gradwalk.export.reading.numbers import numbers_text, scale_text, shape_text
from gradwalk.export.reading.run import Run
from gradwalk.export.reading.steps import Step, step_at, steps_of
from gradwalk.export.text import one_line
from gradwalk.export.words import count_of_nodes, word

Tone = Literal["tracked", "detached", "plain", "folded"]
"""On the way of a gradient; cut off from it; neither; standing for many."""

MAX_VECTOR, MAX_ROWS, MAX_COLUMNS = 6, 4, 5
"""The largest vector and matrix that stand on a card in full."""


@dataclass(frozen=True)
class Shape:
    """A card with what stands on it. ``value`` has a line for each row of a matrix."""

    id: str
    kind: CardKind
    tone: Tone
    state: State
    direction: Literal["forward", "backward"] | None
    box: str | None
    title: str
    aside: str = ""
    name: str = ""
    value: tuple[str, ...] = ()
    gradient: str = ""
    grad_fn: str | None = None
    shape: tuple[int, ...] | None = None
    dtype: str = ""
    requires_grad: bool = False
    version: int | None = None
    count: int = 1
    """How many cards it stands for."""
    rows: int = 0
    """Lines of name and value that it has room for, so that nothing moves when they come."""
    noted: bool = False
    """Whether it has room for a gradient."""


@dataclass(frozen=True)
class Arrow:
    """A link. ``cotangent`` is the gradient that went back along it."""

    id: str
    source: str
    target: str
    slot: int
    kind: EdgeKind
    reason: CutReason | None
    state: State
    direction: Literal["forward", "backward"] | None
    cotangent: str = ""


@dataclass(frozen=True)
class Box:
    """A call, an iteration, a branch, a module, an optimizer's step, a recorded backward pass or a VJP in it."""

    id: str
    parent: str | None
    kind: str
    label: str


@dataclass(frozen=True)
class Scene:
    """All of it, in program order; boxes outer before inner."""

    shapes: list[Shape] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)


class Stage:
    """The graph of a run, from which scenes are taken. Made once for a trace."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.full = FullGraph(run)
        self.steps: list[Step] = steps_of(run.trace)
        self._boxes = Boxes(self.full)
        self._components = Components(self.full)
        self._opening = Opening(self.full, self._boxes)
        events = run.trace.events
        self._graded_nodes = {event.node for event in events if isinstance(event, VjpRan | Accumulate)}
        self._graded_tensors = {event.tensor for event in events if isinstance(event, Accumulate | Capture)}

    def scene(self, k: int | None, look: Look) -> Scene:
        """The graph that the step to ``k`` events is about, as it is then; with None the whole run's at its end."""
        end = self.run.end if k is None else k
        step = None if k is None else step_at(self.steps, k)
        return self.draw(self.view(step, end, look), step, end, look)

    def view(self, step: Step | None, k: int, look: Look, whole: bool = False) -> View:
        """The cards to draw at a step, folded."""
        home = self._components.home
        focus = set(home.values()) if step is None or whole else self._components.focus(step)
        shown = {card for card, part in home.items() if part in focus}
        opened = self._opening.at(step, k, look.fold)
        at_work = self._at_work(step) if look.fold and len(shown) > CROWDED else None
        return view_of(self.full, self._boxes, shown, opened, at_work)

    def _is_graded(self, card: Card) -> bool:
        """Whether a gradient ever comes to a card."""
        return card.kind != "folded" and (card.node in self._graded_nodes or card.tensor in self._graded_tensors)

    def _at_work(self, step: Step | None) -> set[str]:
        activity = Activity(self.run, step)
        return {card.id for card in self.full.cards.values() if activity.direction(card) is not None}

    def draw(self, view: View, step: Step | None, k: int, look: Look) -> Scene:
        """The state of a view after ``k`` events, the last of them those of ``step``."""
        activity = Activity(self.run, step)
        shapes = self._shapes(view, activity, k, look)
        if step is not None:
            final = self._shapes(view, Activity(self.run, None), self.run.end, look)
            shapes = [
                replace(shape, rows=max(shape.rows, last.rows), noted=shape.noted or self._is_graded(card))
                for shape, last, card in zip(shapes, final, view.cards.values())
            ]
        born = {shape.id: shape.state for shape in shapes}
        arrows = [self._arrow(link, activity, k, born) for link in view.links]
        return Scene(shapes, arrows, self._boxes_of(view, look))

    def _shapes(self, view: View, activity: Activity, k: int, look: Look) -> list[Shape]:
        shapes = []
        for card in view.cards.values():
            scope = view.box[card.id]
            box = None if scope is None else f"s{scope}"
            if card.id in view.folds:
                shapes.append(self._folded(card, view.folds[card.id], activity, k, box, look))
            else:
                shapes.append(self._shape(card, activity, k, box, look))
        return shapes

    def _shape(self, card: Card, activity: Activity, k: int, box: str | None, look: Look) -> Shape:
        state = card_state(self.full, card, activity, k)
        made = None if card.tensor is None else self.run.trace.tensors[card.tensor]
        tracked = state.requires_grad or (card.node is not None and card.grad_fn is not None)
        known = state.state != "pending"
        name = one_line(state.name)
        value = () if state.value is None or not known else value_lines(self.run.numbers(state.value, card.tensor))
        gradient = self._gradient(state, look) if known else ""
        return Shape(
            id=card.id,
            kind=card.kind,
            tone="detached" if card.detached else "tracked" if tracked else "plain",
            state=state.state,
            direction=state.direction,
            box=box,
            title=self._title(card, look),
            aside=self._aside(card, state, look),
            name=name,
            value=value,
            gradient=gradient,
            grad_fn=None if card.grad_fn is None else one_line(card.grad_fn),
            shape=None if made is None else tuple(made.shape),
            dtype="" if made is None else one_line(made.dtype),
            requires_grad=state.requires_grad,
            version=state.version,
            rows=max(len(value), 1 if name else 0),
            noted=bool(gradient),
        )

    def _title(self, card: Card, look: Look) -> str:
        if card.kind == "leaf":
            return word(look.language, "leaf")
        return ".grad" if card.kind == "gradient" else one_line(card.title)

    def _aside(self, card: Card, state: CardState, look: Look) -> str:
        if card.kind == "leaf":
            return word(look.language, "requires_grad") if state.requires_grad else ""
        if card.grad_fn is not None:
            return one_line(card.grad_fn)
        return word(look.language, "no_grad_fn") if card.detached else ""

    def _gradient(self, state: CardState, look: Look) -> str:
        """``grad 2``; ``grad None → [0, 4]`` while it changes; ``grad ← 1 + 3`` while parts arrive."""
        grad = word(look.language, "grad")
        texts = [gradient_text(self.run.numbers(value)) for value in state.gradient]
        if not texts:
            return ""
        now = " + ".join(texts)
        if state.changed:
            before = state.before
            was = "None" if before is None else gradient_text(self.run.numbers(before))
            return f"{grad} {was} → {now}"
        return f"{grad} ← {now}" if state.arriving else f"{grad} {now}"

    def _folded(self, card: Card, fold: Fold, activity: Activity, k: int, box: str | None, look: Look) -> Shape:
        directions = [activity.direction(inner, inner.born <= k) for inner in fold.cards]
        direction = next((found for found in directions if found is not None), None)
        state: State = "active" if direction is not None else "done" if card.born <= k else "pending"
        label = self._fold_label(fold, look)
        count = len(fold.cards)
        aside = count_of_nodes(look.language, count)
        return Shape(card.id, "folded", "folded", state, direction, box, one_line(label), aside, count=count)

    def _fold_label(self, fold: Fold, look: Look) -> str:
        if fold.kind == "stretch":
            return word(look.language, "stretch")
        if fold.kind == "scope" and fold.scope is not None:
            return self._boxes.label(fold.scope)
        key = "iteration" if fold.first == fold.last else "iterations"
        return word(look.language, key, first=fold.first, last=fold.last)

    def _arrow(self, link: Link, activity: Activity, k: int, born: dict[str, State]) -> Arrow:
        ops = [self.run.trace.edges[edge].op for edge in link.edges]
        backward = any(edge in activity.edges for edge in link.edges)
        forward = any(op in activity.ops for op in ops)
        value = self.run.edge_at(link.edges[0], k) if len(link.edges) == 1 else None
        active = backward or forward
        there = "pending" not in (born.get(link.source), born.get(link.target))
        return Arrow(
            link.id,
            link.source,
            link.target,
            link.slot,
            link.kind,
            link.reason,
            "active" if active else "done" if there else "pending",
            "backward" if backward else "forward" if forward else None,
            "" if value is None else gradient_text(self.run.numbers(value)),
        )

    def _boxes_of(self, view: View, look: Look) -> list[Box]:
        scopes, found = self.run.trace.scopes, dict[str, Box]()
        for inner in view.box.values():
            parent: str | None = None
            for scope in self._boxes.path(inner):
                kind = scopes[scope].kind
                if kind == "loop":
                    continue
                name = f"s{scope}"
                if name not in found:
                    found[name] = Box(name, parent, kind, one_line(self._box_label(scope, look)))
                parent = name
        return list(found.values())

    def _box_label(self, scope: int, look: Look) -> str:
        scopes = self.run.trace.scopes
        made = scopes[scope]
        if made.kind != "iteration" or made.parent is None:
            return self._boxes.label(scope)
        count = sum(other.parent == made.parent for other in scopes)
        label = scopes[made.parent].label
        return word(look.language, "iteration_of", label=label, first=made.index, count=count)


def value_lines(numbers: Numbers) -> tuple[str, ...]:
    """A value as it stands on a card: all of a small one, a line for each row; else its shape and how large it gets."""
    shape, size = numbers.shape, prod(numbers.shape)
    if len(shape) == 2 and size > 0 and shape[0] <= MAX_ROWS and shape[1] <= MAX_COLUMNS:
        width = shape[1]
        rows = [
            numbers_text(Numbers([width], numbers.dtype, numbers.data[row * width : (row + 1) * width]))
            for row in range(shape[0])
        ]
        return tuple(f"{'[' if i == 0 else ' '}{row}{']' if i == len(rows) - 1 else ','}" for i, row in enumerate(rows))
    if size <= MAX_VECTOR:
        return (numbers_text(numbers),)
    return (f"{shape_text(shape)} {scale_text(numbers)}",)


def gradient_text(numbers: Numbers) -> str:
    """A gradient on one line: in full, or its shape and how large it gets."""
    if prod(numbers.shape) <= MAX_VECTOR:
        return numbers_text(numbers)
    return f"{shape_text(numbers.shape)} {scale_text(numbers)}"
