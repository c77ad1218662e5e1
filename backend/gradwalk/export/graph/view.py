"""What of a graph is drawn: the parts in focus, leaves beside what uses them, closed scopes folded to a card each.

Of a long loop one iteration is open, the one that was last at work, and its siblings fold together; large scopes and
optimizer steps are open while the run is in them. ``frontend/src/core/opening.ts`` and its neighbours do the same.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Literal

from gradwalk.document import schema
from gradwalk.export.graph.boxes import Boxes
from gradwalk.export.graph.cards import Card, FullGraph, Link
from gradwalk.export.reading.run import Run
from gradwalk.export.reading.steps import Step

LARGE = 30
"""A scope with more cards than this opens only when the step is in it."""

CROWDED = 200
"""In a run of more cards than this only what is at work is open."""

FEW = 2
"""A loop with more iterations than this shows one of them."""

LONG, PIECE = 60, 30
"""A straight run of more cards than ``LONG`` in one box is cut into stretches of about ``PIECE``; all but one fold."""


@dataclass
class Fold:
    """What a folded card stands for: iterations ``first`` to ``last`` of a loop, a scope, a stretch of a long run."""

    kind: Literal["iterations", "scope", "stretch"]
    scope: int | None = None
    first: int = 0
    last: int = 0
    cards: list[Card] = field(default_factory=list)


@dataclass
class View:
    """Cards by id, each with its box (a scope or None); links between them; what folded cards stand for."""

    cards: dict[str, Card]
    box: dict[str, int | None]
    links: list[Link]
    folds: dict[str, Fold]


class Opening:
    """Which scopes are open at a step."""

    def __init__(self, full: FullGraph, boxes: Boxes) -> None:
        self._full, self._boxes, self._run = full, boxes, full.run
        self._iterations: dict[int, list[int]] = defaultdict(list)
        for index, scope in enumerate(self._run.trace.scopes):
            if scope.kind == "iteration" and scope.parent is not None:
                self._iterations[scope.parent].append(index)
        self._visits = self._read_visits()

    def _read_visits(self) -> dict[int, list[tuple[int, int]]]:
        """For each loop, the events with which another of its iterations was at work."""
        trace, visits = self._run.trace, defaultdict[int, list[tuple[int, int]]](list)
        for index, event in enumerate(trace.events):
            op = None
            if isinstance(event, schema.OpApplied):
                op = event.op
            elif isinstance(event, schema.VjpRan):
                op = trace.nodes[event.node].op
            for around in () if op is None else self._run.scope_path(trace.ops[op].scope):
                scope = trace.scopes[around]
                if scope.kind == "iteration" and scope.parent is not None:
                    seen = visits[scope.parent]
                    if not seen or seen[-1][1] != around:
                        seen.append((index, around))
        return visits

    def at(self, step: Step | None, k: int, fold: bool) -> set[int]:
        """The open scopes; all, if nothing is to be folded."""
        scopes = self._run.trace.scopes
        if not fold:
            return set(range(len(scopes)))
        iterations = self._iterations_at(k)
        sizes = self._sizes(iterations)
        crowded = len(self._full.cards) > CROWDED
        path = set(self._run.scope_path(None if step is None else step.scope))
        return iterations | {
            index
            for index, scope in enumerate(scopes)
            if scope.kind == "loop"
            or (scope.kind != "iteration" and index in path)
            or (scope.kind not in ("iteration", "optimizer") and not crowded and sizes.get(index, 0) <= LARGE)
        }

    def _iterations_at(self, k: int) -> set[int]:
        """Of each loop the iteration that was last at work, or its first; all of a short one."""
        opened = set[int]()
        for loop, iterations in self._iterations.items():
            seen = self._visits.get(loop, [])
            count = bisect_left(seen, (k,))
            if len(iterations) <= FEW:
                opened.update(iterations)
            else:
                # Only the iteration itself: whether the loop around it shows that is the outer loop's to say.
                opened.add(seen[count - 1][1] if count else iterations[0])
        return opened

    def _sizes(self, iterations: set[int]) -> dict[int, int]:
        """How many cards each scope would show, with all other iterations folded."""
        sizes: dict[int, int] = defaultdict(int)
        for card in self._full.cards.values():
            path = self._boxes.path(card.scope)
            if all(scope in iterations or self._run.trace.scopes[scope].kind != "iteration" for scope in path):
                for scope in path:
                    sizes[scope] += 1
        return sizes


def view_of(full: FullGraph, boxes: Boxes, shown: set[str], opened: set[int], at_work: set[str] | None) -> View:
    """The cards ``shown``, and the leaves they borrow, with closed scopes folded.

    ``at_work`` are the cards whose stretch of a long run stays open; None opens all.
    """
    ids = set(shown)
    ids.update(link.source for link in full.links if link.target in shown)
    cards = [card for card in full.cards.values() if card.id in ids]
    paths = _places(full, boxes, cards)
    folder = _Folder(full.run, opened)
    view, stands = View({}, {}, [], {}), dict[str, str]()
    for card in cards:
        path = paths[card.id]
        outermost = next((scope for scope in path if scope not in opened), None)
        if outermost is None:
            view.cards[card.id], view.box[card.id] = card, _box_of(full.run, path)
            stands[card.id] = card.id
        else:
            name, fold = folder.fold(outermost)
            _absorb(view, name, fold, card, _box_of(full.run, path[: path.index(outermost)]))
            stands[card.id] = name
    if at_work is not None:
        _fold_stretches(view, stands, at_work)
    view.links = _merged(full.links, stands)
    return view


def _absorb(view: View, name: str, fold: Fold, card: Card, box: int | None) -> None:
    if name not in view.cards:
        view.folds[name], view.box[name] = fold, box
        view.cards[name] = Card(name, "folded", born=card.born, cell=card.cell)
    view.folds[name].cards.append(card)
    view.cards[name].ops += card.ops
    view.cards[name].born = min(view.cards[name].born, card.born)


class _Folder:
    """Closed iterations next to each other fold together; any other closed scope is a card of its own."""

    def __init__(self, run: Run, opened: set[int]) -> None:
        self._found: dict[int, tuple[str, Fold]] = {}
        current: dict[int, tuple[str, Fold] | None] = {}
        for index, scope in enumerate(run.trace.scopes):
            if scope.kind != "iteration" or scope.parent is None:
                continue
            number = scope.index or 0
            if index in opened:
                current[scope.parent] = None
                continue
            known = current.get(scope.parent) or (f"f{index}", Fold("iterations", scope.parent, number))
            known[1].last = number
            current[scope.parent] = self._found[index] = known

    def fold(self, scope: int) -> tuple[str, Fold]:
        return self._found.setdefault(scope, (f"f{scope}", Fold("scope", scope)))


def _box_of(run: Run, path: tuple[int, ...]) -> int | None:
    """The box that a path of scopes ends in; a loop has none, its iterations follow each other."""
    return next((scope for scope in reversed(path) if run.trace.scopes[scope].kind != "loop"), None)


def _places(full: FullGraph, boxes: Boxes, cards: list[Card]) -> dict[str, tuple[int, ...]]:
    """The scopes around each card. A leaf goes to the innermost scope that holds all its consumers."""
    made = {card.id: boxes.path(card.scope) for card in cards}
    consumers: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for link in full.links:
        if link.target in made:
            consumers[link.source].append(made[link.target])
    placed = dict(made)
    for card in cards:
        used = consumers.get(card.id)
        if used and card.kind == "gradient":
            placed[card.id] = _common(used)
        elif used and card.kind == "leaf":
            placed[card.id] = _outside_loops(full.run, _common(used), made[card.id])
    return placed


def _outside_loops(run: Run, path: tuple[int, ...], own: tuple[int, ...]) -> tuple[int, ...]:
    """A leaf made before a loop stays out of its iterations."""
    for depth, scope in enumerate(path):
        if run.trace.scopes[scope].kind == "iteration" and scope not in own:
            return path[:depth]
    return path


def _common(paths: list[tuple[int, ...]]) -> tuple[int, ...]:
    common = paths[0]
    for path in paths[1:]:
        same = 0
        while same < min(len(common), len(path)) and common[same] == path[same]:
            same += 1
        common = common[:same]
    return common


def _fold_stretches(view: View, stands: dict[str, str], at_work: set[str]) -> None:
    runs: list[list[str]] = []
    for name in view.cards:
        if not runs or view.box[runs[-1][0]] != view.box[name]:
            runs.append([])
        runs[-1].append(name)
    for run in runs:
        pieces = round(len(run) / PIECE) if len(run) > LONG else 0
        cut = [run[piece * len(run) // pieces : (piece + 1) * len(run) // pieces] for piece in range(pieces)]
        working = [i for i, piece in enumerate(cut) if any(name in at_work for name in piece)]
        kept = working[-1] if working else pieces - 1
        for i, piece in enumerate(cut):
            if i != kept:
                _fold_piece(view, stands, piece)


def _fold_piece(view: View, stands: dict[str, str], piece: list[str]) -> None:
    name = f"r{piece[0]}"
    members, box = [view.cards[own] for own in piece], view.box[piece[0]]
    first = list(view.cards).index(piece[0])
    before, after = list(view.cards.items())[:first], list(view.cards.items())[first + len(piece) :]
    inner = [card for own in members for card in (view.folds.pop(own.id).cards if own.id in view.folds else [own])]
    ops = [op for card in members for op in card.ops]
    folded = Card(name, "folded", ops=ops, born=min(card.born for card in members), cell=members[0].cell)
    view.cards = dict([*before, (name, folded), *after])
    view.folds[name], view.box[name] = Fold("stretch", cards=inner), box
    for card, stand in stands.items():
        if stand in piece:
            stands[card] = name


def _merged(links: list[Link], stands: dict[str, str]) -> list[Link]:
    """Links between the cards that stand for their ends; those between folded cards merge."""
    merged: dict[str, Link] = {}
    for link in links:
        source, target = stands.get(link.source), stands.get(link.target)
        if source is None or target is None or source == target:
            continue
        own = source == link.source and target == link.target
        # What is folded has no first and second operand.
        slot = link.slot if target == link.target else 0
        name = link.id if own else f"{source}>{target}" + (f":{slot}" if target == link.target else "")
        known = merged.get(name)
        if known is None:
            merged[name] = replace(link, id=name, source=source, target=target, slot=slot, edges=list(link.edges))
            continue
        known.edges += link.edges
        if link.kind == "tracked":
            known.kind, known.reason = "tracked", None
    return list(merged.values())
