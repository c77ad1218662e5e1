"""Parts of PyTorch that can be imported and not used: a script's first lines run, and the call says what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn


def refused(module: str, names: tuple[str, ...], instead: str) -> dict[str, Callable[..., NoReturn]]:
    """A function for each name that raises NotImplementedError with a way out when it is called, or a
    class is derived from it."""
    return {name: _refusing(f"{module}.{name}", instead) for name in names}


def _refusing(path: str, instead: str) -> Callable[..., NoReturn]:
    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError(f"Gradwalk has no {path}: {instead}.")

    refuse.__name__ = refuse.__qualname__ = path.rpartition(".")[2]
    refuse.__mro_entries__ = refuse  # type: ignore[attr-defined]  # what a class statement asks of a base
    return refuse
