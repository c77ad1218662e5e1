"""A call that has failed: its error is raised again as it was, or something is done instead of the call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E", bound=Exception)
Instead = Callable[[], Any]
Answer = Callable[[Exception, Any, dict[str, Any]], Instead | None]
"""From the error and the arguments, by place and by name, what is done instead; None lets the error go on. It may raise
another, in other words."""


def beyond(error: E) -> E:
    """An error as it was where it came from: without who has caught it first."""
    return error.with_traceback(error.__traceback__ and error.__traceback__.tb_next)


def again(failure: Exception, args: Any, kwargs: dict[str, Any], answer: Answer | None = None) -> Any:
    """Raises a failed call's error once more, in its own context, or gives what is done instead.

    The arguments have the names of this frame, though nothing here may use them: who shows the error reads its operands
    in the frames that it came through. What is done instead is done when the error is forgotten, so that no error in it
    shows that the call was tried otherwise before.
    """
    context = failure.__context__
    try:
        raise failure
    except Exception as error:
        error.__context__ = context
        instead = None if answer is None else answer(error, args, kwargs)
        if instead is None:
            raise
    finally:
        del failure, context  # which would hold this frame, and it them
    try:
        return instead()
    finally:
        del instead
