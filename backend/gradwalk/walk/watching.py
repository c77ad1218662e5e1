"""``gradwalk.watch``: the walk through a block of one's own program, as it runs on real PyTorch."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import FrameType, TracebackType
from typing import Any, Self

from gradwalk.document.assemble import Assembler
from gradwalk.document.schema import Cell, Options, Outcome
from gradwalk.errors import NoWalkYet
from gradwalk.limits import LIMITS, Limits
from gradwalk.walk.given import options_of
from gradwalk.walk.pytorch import listening
from gradwalk.walk.tracing import held_to
from gradwalk.walk.walk import Walk


class Watched(Walk):
    """A walk that is there when the ``with`` block has ended."""

    def __init__(self, also: tuple[object, ...], options: Options, limits: Limits) -> None:
        self.id = None
        self._also = also
        self._options = options
        self._limits = limits

    def __getattr__(self, name: str) -> Any:
        if name == "document":
            raise NoWalkYet("There is nothing to walk through before the 'with' block has ended.")
        raise AttributeError(f"'Watched' object has no attribute {name!r}")

    def __enter__(self) -> Self:
        return self._begin(sys._getframe(1))

    def _begin(self, frame: FrameType) -> Self:
        watching = listening("watching").Watching
        self._watching = watching(frame, self._also, self._options.model_dump(), self._take, self._limits)
        cells = [Cell(source=file.source) for file in self._watching.files.values()]
        self._assembler = Assembler(cells, self._options)
        self._watching.begin()
        return self

    def _take(self, frame: Mapping[str, Any]) -> None:
        self._assembler.feed(frame)

    def __exit__(self, kind: object, error: BaseException | None, link: TracebackType | None) -> None:
        self._watching.end(error, link)
        self.document = self._assembler.finish(Outcome(status="ok"))
        del self._watching, self._assembler


def watch(*also: object, max_elements: int = 1000, limits: Limits | Mapping[str, float] = LIMITS) -> Watched:
    """Record what real PyTorch does inside a ``with`` block; ``as`` names the walk, which is there after it.

    The file or notebook cell that the block stands in is shown beside the graph, and the files that the code of
    ``also`` is from: modules, classes, functions, or an ``nn.Module`` itself. ``max_elements`` and ``limits`` are those
    of :func:`gradwalk.trace`; a block that does more than can be recorded runs on, and ``outcome`` says so.

    Only this thread is watched. Raises :class:`~gradwalk.errors.ExtraMissing` if there is no PyTorch.
    """
    listening("watching")
    return Watched(also, options_of(max_elements=max_elements), held_to(limits))
