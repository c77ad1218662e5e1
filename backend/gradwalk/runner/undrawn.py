"""A stand-in for a plotting library: it has every name, takes every call, and draws nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np


class Undrawn:
    """Whatever is asked of it, it is there and does nothing. ``real`` gives things that do, by their dotted names."""

    def __init__(self, path: str, real: Mapping[str, Any]) -> None:
        self._path = path
        self._real = real

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        path = f"{self._path}.{name}"
        return self._real[path] if path in self._real else Undrawn(path, self._real)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """What the call would return, in the shape that callers take apart."""
        name = self._path.rpartition(".")[2]
        if name == "subplots":
            return self._same("figure"), self._axes(*arguments, **keywords)
        if name == "plot":
            return [self._same("line")]
        if name in ("show", "savefig", "close", "clear_output", "set_matplotlib_formats"):
            return None
        return self._same(name)

    def _axes(self, nrows: int = 1, ncols: int = 1, *, squeeze: bool = True, **keywords: Any) -> Any:
        axes = np.empty((nrows, ncols), dtype=object)
        for index in np.ndindex(axes.shape):
            axes[index] = self._same("axes")
        if not squeeze:
            return axes
        return axes.item() if axes.size == 1 else axes.squeeze()

    def _same(self, name: str) -> Undrawn:
        return Undrawn(f"{self._path.partition('.')[0]}.{name}", self._real)

    def __getitem__(self, key: object) -> Undrawn:
        return self

    def __setitem__(self, key: object, value: object) -> None:
        """Settings are taken and forgotten."""

    def __setattr__(self, name: str, value: object) -> None:
        if name.startswith("_"):
            super().__setattr__(name, value)

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __enter__(self) -> Undrawn:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing was begun."""

    def __repr__(self) -> str:
        return f"<{self._path}: not drawn>"
