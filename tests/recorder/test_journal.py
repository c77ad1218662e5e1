"""What the journal lets go of does not fill the memory."""

from __future__ import annotations

import gc
import weakref

from gradwalk.recorder.journal import GARBAGE, Journal
from gradwalk.recorder.stream import Stream


class InACycle:
    """What only the collector frees."""

    def __init__(self) -> None:
        self.itself = self


def test_large_arrays_in_cycles_are_freed_though_they_are_few() -> None:
    journal = Journal(Stream(lambda frame: None, 1000))
    gc.disable()
    try:
        thing = InACycle()
        gone = weakref.ref(thing)
        journal.note((lambda thing: None, (thing,)), GARBAGE // 2)
        del thing
        journal.settle()
        assert gone() is not None
        journal.note("{}", GARBAGE // 2 + 1)
        journal.settle()
        assert gone() is None
    finally:
        gc.enable()
