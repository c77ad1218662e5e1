"""The growing lists of a trace, sent off in frames: everything new since the last one, every 20 ms or 50 kB."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from .values import settle

Emit = Callable[[dict[str, Any]], int | None]
"""Sends a frame; returns its length in bytes, where there is a limit on them."""

INTERVAL = 0.02
"""Seconds between frames, so that a run which is killed loses no more than its last moment."""

FULL = 4_000
"""The weight at which a frame is sent before its time: about 50 kB, since memory used again costs much less than
new. A number weighs 1, an item 10."""

LISTS = ("spans", "scopes", "tensors", "values", "ops", "nodes", "edges", "formulas", "events")


class Growing:
    """One of the trace's lists: how long it was when the last frame was sent, and what is new."""

    __slots__ = ("before", "items")

    def __init__(self) -> None:
        self.before = 0
        self.items: list[Any] = []

    def append(self, item: Any) -> int:
        """Add an item; returns its index in the trace."""
        items = self.items
        items.append(item)
        return self.before + len(items) - 1

    def __len__(self) -> int:
        return self.before + len(self.items)


class Stream:
    """The lists, so that an index is known at once, and what sends off what is new in them."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self.lists = {name: Growing() for name in LISTS}
        self.events = self.lists["events"]
        self._values = self.lists["values"]
        self._outputs: list[dict[str, Any]] = []
        self._settled = 0
        """How many of the new values are settled."""
        self.numbers = 0
        """Elements in the new values."""
        self.due = monotonic() + INTERVAL
        """When the next frame is to be sent."""
        self.sent = 0
        """Bytes sent so far."""
        self.sift: Callable[[list[Any]], tuple[list[Any], list[Any]]] | None = None
        """Of the new events, which to send now and which to keep back; None if all are to be sent."""

    def value(self, value: dict[str, Any]) -> int:
        """Add a value; its array may change as soon as it :meth:`settle_values`."""
        self.numbers += len(value["data"])
        return self._values.append(value)

    def settle_values(self) -> None:
        """Copy what the new values are of."""
        values = self._values.items
        if len(values) > self._settled:
            settle(values[self._settled :])
            self._settled = len(values)

    def output(self, part: dict[str, Any], length: int) -> None:
        """Text that a cell printed, to go with the next frame; ``length`` is that of its whole chunk.

        One ``print`` writes several times: what nothing came between is one event.
        """
        event = {"kind": "output", "cell": part["cell"], "output": part["output"], "length": length}
        parts, events = self._outputs, self.events.items
        last = events[-1] if events else None
        if parts and isinstance(last, dict) and event | {"length": 0} == last | {"length": 0}:
            parts[-1]["text"] += part["text"]
            events[-1] = event
        else:
            parts.append(part)
            events.append(event)

    def flush_if_full(self) -> None:
        """Send what is new if it is much."""
        if self.numbers + 10 * sum(len(growing.items) for growing in self.lists.values()) > FULL:
            self.flush()

    def flush(self) -> None:
        """Send what is new."""
        frame = self._frame()
        if frame:
            self.sent += self._emit(frame) or 0
        self.due = monotonic() + INTERVAL

    def finish(self, outcome: dict[str, Any]) -> None:
        """Send the last frame."""
        self._emit(self._frame() | {"outcome": outcome})

    def _frame(self) -> dict[str, Any]:
        """What is new, which is then new no more."""
        self.settle_values()
        kept: list[Any] = []
        if self.sift is not None:
            self.events.items, kept = self.sift(self.events.items)
        frame: dict[str, Any] = {name: growing.items for name, growing in self.lists.items() if growing.items}
        for name, items in frame.items():
            growing = self.lists[name]
            growing.before += len(items)
            growing.items = []
        if kept:
            self.events.items = kept
        if self._outputs:
            frame["outputs"], self._outputs = self._outputs, []
        self._settled = self.numbers = 0
        return frame


def sparse(fields: dict[str, Any]) -> dict[str, Any]:
    """Without what is null: the schema's default for every field that may be."""
    return {name: value for name, value in fields.items() if value is not None}
