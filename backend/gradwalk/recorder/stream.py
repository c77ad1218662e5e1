"""The growing lists of a trace, sent off in frames: everything new since the last one, every 20 ms or 50 kB."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

import orjson

from .core import Core
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


class Printed:
    """What a cell printed while nothing else happened, for one ``print`` writes several times."""

    __slots__ = ("is_written", "length", "part", "place")

    def __init__(self, part: dict[str, Any], length: int, place: int) -> None:
        self.part, self.length = part, length
        self.place = place
        """How many entries there were when it was noted."""
        self.is_written = False

    def goes_on(self, part: dict[str, Any], place: int) -> bool:
        """Whether more of it comes at this place."""
        same = self.part["cell"], self.part["output"]
        return self.place == place and not self.is_written and same == (part["cell"], part["output"])

    def grow(self, part: dict[str, Any], length: int) -> None:
        """More of the same."""
        self.part["text"] += part["text"]
        self.length = length


class Stream:
    """The lists, so that an index is known at once, and what sends off what is new in them."""

    __slots__ = ("_core", "_emit", "_outputs", "_sending", "due", "events", "lists", "sent", "sift", "values")

    def __init__(self, emit: Emit, max_elements: int, core: Core | None = None) -> None:
        self._emit, self._core = emit, core
        rows = Growing if core is None else core.Rows
        self.lists = {name: rows() for name in LISTS}
        self.values = Values(self.lists["values"], max_elements, core)
        self.events = self.lists["events"]
        self._outputs: list[dict[str, Any]] = []
        self._sending = False
        self.due = monotonic() + INTERVAL
        """When the next frame is to be sent."""
        self.sent = 0
        """Bytes sent so far."""
        self.sift: Callable[[Growing], int] | None = None
        """Puts in order the new events; gives how many are to be sent now. None if all are."""

    def output(self, part: dict[str, Any], length: int) -> None:
        """Text that a cell printed, to go with the next frame; ``length`` is that of its whole chunk."""
        self._outputs.append(part)
        self.events.append(row({"kind": "output", "cell": part["cell"], "output": part["output"], "length": length}))

    def printed(self, text: Printed) -> None:
        """The same, of text that has grown so far."""
        text.is_written = True
        self.output(text.part, text.length)

    def flush_if_full(self) -> None:
        """Send what is new if it is much."""
        waiting = self.values.waiting
        items = len(waiting) + sum(growing.new for growing in self.lists.values())
        if waiting.written + 10 * items > FULL or waiting.is_full():
            self.flush()

    def flush(self) -> None:
        """Send what is new. Where that fails, for want of memory or of stack, it is new still."""
        if self._sending:  # a finalizer of the snippet's may run while this does
            return
        self._sending = True
        try:
            self._send_new()
        finally:
            self._sending = False
        self.due = monotonic() + INTERVAL

    def _send_new(self) -> None:
        values = self.values
        while values.waiting.elements > FULL:  # more wait than go into a frame
            values.settle(FULL)
            self._send({"values": self.lists["values"].new}, 0)
        counts, outputs = self._new()
        if counts or outputs:
            self._send(counts, outputs)

    def finish(self, outcome: dict[str, Any]) -> None:
        """Send the last frame."""
        self._sending = True  # for good
        self._emit(self._frame(*self._new()) | {"outcome": outcome})

    def _new(self) -> tuple[dict[str, int], int]:
        """How much is new of each list, and of outputs. More may come while it is sent."""
        ready = None if self.sift is None else self.sift(self.events)
        self.values.settle()
        counts = _counted(self.lists) if self._core is None else self._core.counted(self.lists)
        if ready is not None and counts.pop("events", 0) and ready:
            counts["events"] = ready
        return counts, len(self._outputs)

    def _frame(self, counts: dict[str, int], outputs: int) -> dict[str, Any]:
        core = self._core
        frame = _texts(self.lists, counts) if core is None else core.texts(self.lists, counts, orjson.Fragment)
        if outputs:
            frame["outputs"] = self._outputs[:outputs]
        return frame

    def _send(self, counts: dict[str, int], outputs: int) -> None:
        self.sent += self._emit(self._frame(counts, outputs)) or 0
        for name, count in counts.items():  # calls nothing that could fail: what is sent is sent once
            self.lists[name].forget(count)
        del self._outputs[:outputs]
        self.values.waiting.written = 0


def _counted(lists: dict[str, Growing]) -> dict[str, int]:
    """How many rows are new in each list that has any."""
    return {name: growing.new for name, growing in lists.items() if growing.new}


def _texts(lists: dict[str, Growing], counts: dict[str, int]) -> dict[str, Any]:
    """The first new rows of each list that is counted, as JSON."""
    return {name: orjson.Fragment(lists[name].text(count)) for name, count in counts.items()}
