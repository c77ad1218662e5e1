"""Whose attribute access a subclass's own ``__getattribute__`` sees: the snippet's, not the engine's.

PyTorch reads tensors in C++, past the class; here slots are read in Python.
"""

from __future__ import annotations

import functools
import sys
from typing import Any


def keep_to_the_snippet(kind: type) -> None:
    """Let the ``__getattribute__`` that a class defines be passed over by the engine and by whoever watches it."""
    own = vars(kind).get("__getattribute__")
    if own is None:
        return

    @functools.wraps(own)
    def getattribute(self: Any, name: str) -> Any:
        if _is_gradwalks(sys._getframe(1).f_globals):
            return object.__getattribute__(self, name)
        return own(self, name)

    kind.__getattribute__ = getattribute  # type: ignore[assignment, method-assign]


def _is_gradwalks(names: dict[str, Any]) -> bool:
    """Whether these are the globals of a module of Gradwalk's, or of code it has written out, which has no name."""
    name = names.get("__name__")
    return name is None or (isinstance(name, str) and name.startswith("gradwalk."))
