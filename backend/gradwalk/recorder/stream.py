"""The growing lists of a trace, sent off in frames: everything new since the last one, every 20 ms or 50 kB."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

import orjson

from .growing import Growing
from .rows import row
from .values import Values

Emit = Callable[[dict[str, Any]], int | None]
"""Sends a frame, whose lists are encoded already; returns its length in bytes, where there is a limit on them."""

INTERVAL = 0.02
"""Seconds between frames, so that a run which is killed loses no more than its last moment."""

FULL = 4_000
"""The weight at which a frame is sent before its time: about 50 kB. A number weighs 1, an item 10."""

LISTS = ("spans", "scopes", "tensors", "values", "ops", "nodes", "edges", "formulas", "events")


class Stream:
    """The lists, so that an index is known at once, and what sends off what is new in them."""

    __slots__ = ("_emit", "_output_event", "_outputs", "due", "events", "lists", "sent", "sift", "values")

    def __init__(self, emit: Emit, max_elements: int) -> None:
        self._emit = emit
        self.values = Values(max_elements)
        self.lists = {name: self.values if name == "values" else Growing() for name in LISTS}
        self.events = self.lists["events"]
        self._outputs: list[dict[str, Any]] = []
        self._output_event: str | None = None
        """The last event that an output grew by."""
        self.due = monotonic() + INTERVAL
        """When the next frame is to be sent."""
        self.sent = 0
        """Bytes sent so far."""
        self.sift: Callable[[list[Any]], tuple[list[Any], list[Any]]] | None = None
        """Of the new events, which to send now and which to keep back; None if all are to be sent."""

    def output(self, part: dict[str, Any], length: int) -> None:
        """Text that a cell printed, to go with the next frame; ``length`` is that of its whole chunk.

        One ``print`` writes several times: what nothing came between is one event.
        """
        cell, output = part["cell"], part["output"]
        event = row({"kind": "output", "cell": cell, "output": output, "length": length})
        parts, events = self._outputs, self.events.items
        same = parts and (parts[-1]["cell"], parts[-1]["output"]) == (cell, output)
        if same and events and events[-1] is self._output_event:
            parts[-1]["text"] += part["text"]
            events[-1] = event
        else:
            parts.append(part)
            events.append(event)
        self._output_event = event

    def flush_if_full(self) -> None:
        """Send what is new if it is much."""
        values = self.values
        items = len(values.waiting) + sum(len(growing.items) for growing in self.lists.values())
        if values.elements + 10 * items > FULL:
            self.flush()

    def flush(self) -> None:
        """Send what is new. Where that fails, for want of memory or of stack, it is new still."""
        frame, counts = self._frame()
        if frame:
            self.sent += self._emit(frame) or 0
        for name, growing in self.lists.items():  # calls nothing, which could fail: what is sent is sent once
            del growing.items[: counts[name]]  # and others hold this list
            growing.before += counts[name]
        del self._outputs[: counts["outputs"]]
        self.values.elements = 0
        self.due = monotonic() + INTERVAL

    def finish(self, outcome: dict[str, Any]) -> None:
        """Send the last frame."""
        frame, _ = self._frame()
        self._emit(frame | {"outcome": outcome})

    def _frame(self) -> tuple[dict[str, Any], dict[str, int]]:
        """What is new, and by list how much that is: more may come while it is sent."""
        events = self.events.items
        ready = len(events)
        if self.sift is not None:
            written, kept = self.sift(events)
            events[:] = written + kept
            ready = len(written)
        self.values.settle()
        self._output_event = None  # what is printed from now on goes with the next frame
        counts = {name: len(growing.items) for name, growing in self.lists.items()} | {"events": ready}
        frame: dict[str, Any] = {}
        for name, growing in self.lists.items():
            if counts[name]:
                frame[name] = orjson.Fragment(f"[{','.join(growing.items[: counts[name]])}]")
        counts["outputs"] = len(self._outputs)
        if self._outputs:
            frame["outputs"] = self._outputs.copy()
        return frame, counts
