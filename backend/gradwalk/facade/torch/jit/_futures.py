"""What ``torch.jit.fork`` gives: the value is there at once, for there is one thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ._deprecated import deprecated


class Future:
    """A value that somebody has computed."""

    __module__ = "torch"

    def __init__(self, value: Any) -> None:
        self._value = value

    def wait(self) -> Any:
        """The value."""
        return self._value

    def value(self) -> Any:
        """The value."""
        return self._value

    def done(self) -> bool:
        """It is."""
        return True


def fork(func: Callable[..., Any], *args: Any, **kwargs: Any) -> Future:
    """What the function gives, which is called at once, to be waited for."""
    deprecated("fork")
    return Future(func(*args, **kwargs))


def wait(future: Future) -> Any:
    """The value of what was forked."""
    deprecated("wait")
    return future.wait()
