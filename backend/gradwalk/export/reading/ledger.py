"""The life of each leaf's ``.grad``: contribution by contribution, accumulation, ``zero_()``, None, other writes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

from gradwalk.document import schema
from gradwalk.export.reading.naming import name_of
from gradwalk.export.reading.run import Run

EntryKind = Literal["contribution", "accumulate", "zero", "none", "set"]


@dataclass(frozen=True)
class Entry:
    """One thing that happened to a ``.grad``; ``value`` is what came, or what it is since.

    ``backward`` is the pass that did it, ``op`` the op that a contribution came through.
    """

    event: int
    kind: EntryKind
    cell: int | None
    backward: int | None = None
    op: int | None = None
    value: int | None = None


@dataclass(frozen=True)
class Ledger:
    """All of it for one tensor."""

    tensor: int
    name: str
    entries: list[Entry]


def ledgers(run: Run) -> list[Ledger]:
    """One for each tensor that ever has a ``.grad``, in the order in which they first get one."""
    entries: dict[int, list[Entry]] = defaultdict(list)
    arriving: dict[int, list[Entry]] = defaultdict(list)
    gradients: dict[int, int] = {}
    told = _told_otherwise(run)
    cell, backward = None, 0
    for index, event in enumerate(run.trace.events):
        match event:
            case schema.CellBegin():
                cell = event.cell
            case schema.BackwardBegin():
                backward += 1
                arriving.clear()
            case schema.VjpRan():
                node = run.trace.nodes[event.node]
                for (target, _), value in zip(node.next_functions, event.cotangents_out, strict=False):
                    if target is not None and value is not None and run.trace.nodes[target].variable is not None:
                        arriving[target].append(Entry(index, "contribution", cell, backward, node.op, value))
            case schema.Accumulate():
                own = entries[event.tensor]
                own += arriving[event.node]
                own.append(Entry(index, "accumulate", cell, backward, value=event.result))
                gradients[run.trace.tensors[event.grad].storage] = event.tensor
            case schema.GradCleared():
                kind: EntryKind = "none" if event.result is None else "zero"
                entries[event.tensor].append(Entry(index, kind, cell, value=event.result))
            case schema.Write() if event.storage in gradients and index not in told:
                entries[gradients[event.storage]].append(Entry(index, "set", cell, value=event.value))
    return [Ledger(tensor, name_of(run, tensor, run.end), known) for tensor, known in entries.items()]


def _told_otherwise(run: Run) -> set[int]:
    """Writes to a ``.grad`` that go with its accumulation or clearing, which stands next to them."""
    told = set[int]()
    for index, event in enumerate(run.trace.events):
        if isinstance(event, schema.Accumulate | schema.GradCleared) and event.grad is not None:
            storage = run.trace.tensors[event.grad].storage
            for near in range(max(0, index - 3), min(run.end, index + 4)):
                written = run.trace.events[near]
                if isinstance(written, schema.Write) and written.storage == storage:
                    told.add(near)
    return told
