"""The growing lists of a trace, sent off in frames: everything new since the last one, every 20 ms or half megabyte."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

Emit = Callable[[dict[str, Any]], int | None]
"""Sends a frame; returns its length in bytes, where there is a limit on them."""

INTERVAL = 0.02
"""Seconds between frames, so that a run which is killed loses no more than its last moment."""

FULL = 40_000
"""The weight at which a frame is sent before its time: about half a megabyte. A number weighs 1, an item 10."""

LISTS = ("spans", "scopes", "tensors", "values", "ops", "nodes", "edges", "formulas", "events")


class Stream:
    """Counts what was appended to each list, so that an index is known at once, and sends what is new."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._lists: dict[str, list[Any]] = {name: [] for name in LISTS}
        self._before = dict.fromkeys(LISTS, 0)
        self._outputs: list[dict[str, Any]] = []
        self._weight = 0
        self._sent_at = time.monotonic()
        self.sent = 0
        """Bytes sent so far."""

    def append(self, name: str, item: Any) -> int:
        """Add an item to one of the trace's lists; returns its index."""
        items = self._lists[name]
        items.append(item)
        self._weight += 10 + len(item["data"]) if name == "values" else 10
        return self._before[name] + len(items) - 1

    def event(self, item: dict[str, Any]) -> None:
        """Add an event."""
        self._lists["events"].append(item)
        self._weight += 10

    def count(self, name: str) -> int:
        """How long a list is."""
        return self._before[name] + len(self._lists[name])

    def output(self, part: dict[str, Any], length: int) -> None:
        """Text that a cell printed, to go with the next frame; ``length`` is that of its whole chunk.

        One ``print`` writes several times: what nothing came between is one event.
        """
        event = {"kind": "output", "cell": part["cell"], "output": part["output"], "length": length}
        parts, events = self._outputs, self._lists["events"]
        if parts and events and event | {"length": 0} == events[-1] | {"length": 0}:
            parts[-1]["text"] += part["text"]
            events[-1] = event
        else:
            parts.append(part)
            self.event(event)

    def flush_if_due(self) -> None:
        """Send what is new if it is much, or if the last frame went out long enough ago."""
        if self._weight and (self._weight > FULL or time.monotonic() - self._sent_at > INTERVAL):
            self.flush()

    def flush(self) -> None:
        """Send what is new."""
        frame = self._frame()
        if frame:
            self.sent += self._emit(frame) or 0
        self._sent_at = time.monotonic()

    def finish(self, outcome: dict[str, Any]) -> None:
        """Send the last frame."""
        self._emit(self._frame() | {"outcome": outcome})

    def _frame(self) -> dict[str, Any]:
        """What is new, which is then new no more."""
        frame: dict[str, Any] = {name: items for name, items in self._lists.items() if items}
        for name, items in frame.items():
            self._before[name] += len(items)
            self._lists[name] = []
        if self._outputs:
            frame["outputs"], self._outputs = self._outputs, []
        self._weight = 0
        return frame


def sparse(fields: dict[str, Any]) -> dict[str, Any]:
    """Without what is null: the schema's default for every field that may be."""
    return {name: value for name, value in fields.items() if value is not None}
