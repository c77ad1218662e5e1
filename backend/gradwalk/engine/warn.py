"""Warnings that point at the line of the snippet, however deep in the engine they are given."""

from __future__ import annotations

import sys
import warnings

from .home import HOME

FORMULA = "<formula>"
"""The file name that formulas are compiled under."""

_GIVEN: set[str] = set()
"""Warnings of the kind that PyTorch gives once in a process."""


class Repeated:
    """Whether these are given each time, as ``torch.set_warn_always`` asks for."""

    always = False


def warn_once(message: str) -> None:
    """Give a warning in the name of whoever called Gradwalk, unless it was given before in this process."""
    warn_once_for_all(message, message)


def warn_once_for_all(reason: str, message: str) -> None:
    """As :func:`warn_once`, unless any warning was given for the same reason."""
    if reason not in _GIVEN or Repeated.always:
        _GIVEN.add(reason)
        warn(message)


def was_given(reason: str) -> bool:
    """Whether there was such a warning in this process."""
    return reason in _GIVEN


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Give a warning in the name of whoever called Gradwalk."""
    frame, depth = sys._getframe(1), 2
    while frame.f_back is not None and frame.f_code.co_filename.startswith((HOME, FORMULA)):
        frame, depth = frame.f_back, depth + 1
    warnings.warn(message, category, stacklevel=depth)
