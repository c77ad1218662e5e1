"""The graphs of a notebook: the connected parts, in program order.

A leaf such as ``x`` does not connect what it feeds, or all of a lesson would be one graph; a call or a loop holds
together what is in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from gradwalk.document import schema
from gradwalk.export.graph.cards import FullGraph
from gradwalk.export.reading.steps import Step

SMALL_SCRIPT = 40
"""A script of one cell with no more cards than this is one picture, connected or not."""


class Components:
    """The component that each card belongs to."""

    def __init__(self, full: FullGraph) -> None:
        self._full = full
        self.home = _connect(full)

    def focus(self, step: Step) -> set[int]:
        """What a step is about: the parts of its ops or of its backward pass, else of the nearest before it."""
        run, found = self._full.run, set[int]()
        end = step.end if step.backward is None else run.backwards[step.backward - 1] + 1
        start = step.start if step.backward is None else end - 1
        for index in range(end - 1, -1, -1):
            if index < start and found:
                break
            event = run.trace.events[index]
            if isinstance(event, schema.OpApplied) and event.op in self._full.card_of_op:
                found.add(self.home[self._full.card_of_op[event.op]])
            elif isinstance(event, schema.Bind) and event.tensor is not None:
                found |= self._of_tensors([event.tensor])
            elif isinstance(event, schema.BackwardBegin):
                found |= self._of_tensors(event.roots)
        # Before the first op there is only what is to come.
        return found or ({0} if self.home else set())

    def _of_tensors(self, tensors: Iterable[int]) -> set[int]:
        cards = (self._full.cards_of_tensor.get(tensor) for tensor in tensors)
        return {self.home[ids[-1]] for ids in cards if ids}


def _connect(full: FullGraph) -> dict[str, int]:
    sets = _DisjointSets(full.cards)
    sources = {card.id for card in full.cards.values() if card.kind in ("leaf", "gradient")}
    for link in full.links:
        if link.source not in sources:
            sets.union(link.source, link.target)
    together: dict[object, list[str]] = defaultdict(list)
    cells: dict[int, list[str]] = defaultdict(list)
    script = len(full.run.trace.cells) == 1 and len(full.cards) <= SMALL_SCRIPT
    for card in full.cards.values():
        if card.id in sources:
            continue
        path = full.run.scope_path(card.scope)
        if path:
            together["scope", path[0]].append(card.id)
        if card.cell is not None:
            cells[card.cell].append(card.id)
            if script:
                together["cell", card.cell].append(card.id)
    for ids in together.values():
        for other in ids:
            sets.union(ids[0], other)
    # A leaf is at home with its first consumer; unused, with the rest of its cell.
    housed: set[str] = set()
    for link in full.links:
        if link.source in sources and link.source not in housed:
            housed.add(link.source)
            sets.union(link.source, link.target)
    for card in full.cards.values():
        if card.id in sources and card.id not in housed and card.cell in cells:
            sets.union(card.id, cells[card.cell][0])
    numbers: dict[str, int] = {}
    return {card: numbers.setdefault(sets.find(card), len(numbers)) for card in full.cards}


class _DisjointSets:
    """Union-find with path halving."""

    def __init__(self, items: Iterable[str]) -> None:
        self._parent = {item: item for item in items}

    def find(self, item: str) -> str:
        parent = self._parent
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def union(self, a: str, b: str) -> None:
        self._parent[self.find(b)] = self.find(a)
