"""The states of a run as a sequence: ``frames[k]`` is what stands after *k* events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

from gradwalk.document.fold import Fold
from gradwalk.document.frame import Frame
from gradwalk.document.schema import Trace


class Frames(Sequence[Frame]):
    """One more state than there are events: ``frames[0]`` is the beginning, ``frames[-1]`` the end.

    Each is folded from the events when it is asked for. Going forwards costs what the events between cost.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._fold = Fold(trace)
        self._at = 0

    def __len__(self) -> int:
        return len(self._trace.events) + 1

    @overload
    def __getitem__(self, step: int) -> Frame: ...
    @overload
    def __getitem__(self, step: slice) -> list[Frame]: ...
    def __getitem__(self, step: int | slice) -> Frame | list[Frame]:
        if isinstance(step, slice):
            return [self[k] for k in range(*step.indices(len(self)))]
        last = len(self) - 1
        k = step + len(self) if step < 0 else step
        if not 0 <= k <= last:
            raise IndexError(f"there is no step {step}: the run has steps 0 to {last}")
        if k < self._at:
            self._fold, self._at = Fold(self._trace), 0
        for event in self._trace.events[self._at : k]:
            self._fold.apply(event)
        self._at = k
        return self._fold.frame()

    def __iter__(self) -> Iterator[Frame]:
        return (self[k] for k in range(len(self)))

    def __repr__(self) -> str:
        return f"<{len(self)} frames>"
