"""What the calls that an exception came through were given, read from its traceback: calls that succeed pay nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from types import FrameType

from gradwalk.runner.cellfile import CellFile

MOST_CALLS = 30
"""Further in than that, nobody passes on what the snippet gave."""
_MODULES = os.path.join("torch", "nn", "modules")


def calls_of(error: BaseException, files: Mapping[str, CellFile]) -> list[tuple[object, ...]]:
    """The arguments of each call from the snippet's innermost expression inwards, in order; lists among them opened.

    What modules call themselves comes last: there a layer's weights are not among the arguments. What a function has
    bound anew since is as it is now.
    """
    frames: list[FrameType] = []
    link = error.__traceback__
    while link:
        if link.tb_frame.f_code.co_filename in files:
            frames.clear()
        elif len(frames) < MOST_CALLS:
            frames.append(link.tb_frame)
        link = link.tb_next
    frames.sort(key=lambda frame: _MODULES in frame.f_code.co_filename)
    return [tuple(_opened(frame)) for frame in frames]


def _opened(frame: FrameType) -> Iterator[object]:
    code, values = frame.f_code, frame.f_locals
    several = bool(code.co_flags & 0x04) + bool(code.co_flags & 0x08)  # *args and **kwargs stand behind the rest
    for name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + several]:
        value = values.get(name)
        parts = value.values() if type(value) is dict else value if isinstance(value, (list, tuple)) else (value,)
        for each in parts:
            if type(each) in (list, tuple):  # as in torch.cat([a, b]), where *args holds the list
                yield from each
            else:
                yield each
