"""Where Python's random numbers and numpy's begin in each run: at the same place, whoever loads what draws them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, Final

_DRAW: Final = ("random", "numpy.random")


@contextmanager
def seeded() -> Iterator[None]:
    """While a run is under way. What is not loaded yet begins there once it is: few snippets draw any numbers, and
    numpy's take long to load."""
    for name in _DRAW:
        if name in sys.modules:
            sys.modules[name].seed(0)
    if all(name in sys.modules for name in _DRAW):
        yield
        return
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder:
    """Finds what draws random numbers where it is, and has it begin."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in _DRAW:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None:
            loader: Any = spec.loader
            load = loader.exec_module

            def load_and_begin(module: Any) -> None:
                load(module)
                module.seed(0)

            loader.exec_module = load_and_begin
        return spec
