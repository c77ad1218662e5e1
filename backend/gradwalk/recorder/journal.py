"""What was told and is not written down yet: while a program runs, noting it is all that is done.

An entry is the row of an event, or how to write one down and what of. It refers to the engine's own objects and
copies nothing; so before any of them changes, all that is noted is written down (:meth:`Journal.settle`).
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from gradwalk.engine.overrides import plainly

from .core import Core, Scribe
from .stream import FULL, Stream
from .values import HELD

Entry = str | tuple[Callable[..., None], tuple[Any, ...]]

MOST = 100
"""Entries that may wait: writing down many at once is quicker, but they hold what they refer to."""

LOOK = 16
"""After how many entries it is looked whether a frame is full."""


class Entries(list[Entry]):
    """Entries in the order in which things happened. Where the recorder's core is compiled, its own stand for these."""

    __slots__ = ("held",)

    def __init__(self) -> None:
        super().__init__()
        self.held = 0
        """Bytes of arrays that they hold."""


class Journal:
    """What waits, and what has it written down."""

    __slots__ = ("_settling", "_stream", "at_once", "entries", "on_let_go", "scribe")

    def __init__(self, stream: Stream, core: Core | None = None) -> None:
        self._stream = stream
        self.entries = Entries() if core is None else core.Entries()
        self.on_let_go: Callable[[int], None] | None = None
        """Told how many bytes of arrays entries held that are written down now."""
        self.at_once = False
        """Whether nothing may wait, for it would keep alive what should be gone."""
        self._settling = False
        self.scribe: Scribe | None = None
        """Goes through the entries, where that is compiled."""

    def note(self, entry: Entry, held: int) -> None:
        """Add an entry that refers to arrays of ``held`` bytes; send a frame if it is time, settle if much waits."""
        entries = self.entries
        entries.append(entry)
        entries.held += held
        if monotonic() > self._stream.due:
            self.send()
        elif len(entries) > MOST or entries.held > HELD or self.at_once:
            self.settle()

    @property
    def is_writing(self) -> bool:
        """Whether something is being written down: a snippet's own ``__repr__`` may run while it is."""
        return self._settling or (self.scribe is not None and self.scribe.is_writing)

    def settle(self) -> None:
        """Write down everything noted. What is left when one entry fails is noted still."""
        values, held = self._stream.values, self.entries.held
        if (not self.entries and not held) or self.is_writing:
            return
        self._settling = True
        try:
            with plainly():  # no subclass of a snippet's own is asked about what is looked at here
                if self.scribe is None:
                    self._write()
                else:
                    self.scribe.settle(self.entries, FULL, LOOK)
        finally:
            self._settling = False
            if self.at_once or values.shared:
                values.settle()
        if self.on_let_go is not None:
            self.on_let_go(held)

    def _write(self) -> None:
        """Write down what was noted, which is all held until it is over."""
        stream, entries, position = self._stream, self.entries, 0
        self.entries = Entries()
        try:
            for position, entry in enumerate(entries, start=1):
                if isinstance(entry, str):
                    stream.events.append(entry)
                else:
                    write, what = entry
                    write(*what)
                if stream.values.waiting.is_full() or not position % LOOK:
                    stream.flush_if_full()
        finally:
            self.entries[:0] = entries[position:]

    def drain(self) -> None:
        """Write the rows that the compiled core has put off, in as many frames as they fill."""
        if self.scribe is not None:
            self.scribe.drain(FULL, LOOK)

    def send(self) -> None:
        """Write everything down and send it. Nothing is sent of what is half written."""
        if self.is_writing:
            return
        self.settle()
        self.drain()
        self._stream.flush()

    def send_if_due(self) -> None:
        """Write everything down and send it, if the last frame went out long enough ago."""
        if monotonic() > self._stream.due:
            self.send()
