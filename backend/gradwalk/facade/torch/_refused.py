"""Parts of PyTorch that can be imported and not used: a script's first lines run, and the call says what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn


def refused(module: str, names: tuple[str, ...], instead: str) -> dict[str, Any]:
    """A function for each name that raises NotImplementedError with a way out when it is called; for a name that
    begins as a class's does a class, of which nothing is and from which none is derived."""
    return {
        name: (_class if name[0].isupper() else _refusing)(module, name, f"Gradwalk has no {module}.{name}: {instead}.")
        for name in names
    }


def _refusing(module: str, name: str, words: str) -> Callable[..., NoReturn]:
    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError(words)

    refuse.__name__ = refuse.__qualname__ = name
    refuse.__mro_entries__ = refuse  # type: ignore[attr-defined]  # what a class statement asks of a base
    return refuse


class _Refused(type):
    """The kind of such classes: what they lack is refused in the same words."""

    _words: str

    def __getattr__(cls, name: str) -> NoReturn:
        raise AttributeError(cls._words)


def _class(module: str, name: str, words: str) -> type:
    refuse = _refusing(module, name, words)
    inside = {"__module__": module, "__new__": refuse, "__init_subclass__": refuse, "_words": words}
    return _Refused(name, (), inside)
