"""``tqdm`` for a snippet: loops run through it as they are, and no bar is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sized
from types import ModuleType
from typing import Any, Final, TextIO


class tqdm:  # noqa: N801, its name there
    """A loop over ``iterable``, or a count that ``update`` raises up to ``total``."""

    def __init__(self, iterable: Any = None, desc: str | None = None, total: float | None = None,
                 *_: Any, **options: Any) -> None:  # fmt: skip
        self.iterable: Any = iterable
        self.desc = f"{desc}: " if desc else ""
        self.total = total
        if total is None and isinstance(self.iterable, Sized):
            self.total = len(self.iterable)
        self.initial = self.n = options.get("initial", 0)
        self.disable = options.get("disable", False)
        self.unit = options.get("unit", "it")
        self.postfix: Any = options.get("postfix")

    def __iter__(self) -> Iterator[Any]:
        for item in self.iterable or ():
            yield item
            self.n += 1

    def __len__(self) -> int:
        if isinstance(self.iterable, Sized):
            return len(self.iterable)
        if self.total is None:
            raise TypeError("object of type 'tqdm' has no len()")
        return int(self.total)

    def __bool__(self) -> bool:
        return self.total is None or self.total > 0

    def __enter__(self) -> tqdm:
        return self

    def __exit__(self, *_: object) -> None:
        """There is no bar to close."""

    def update(self, n: float = 1) -> None:
        """Count ``n`` more."""
        self.n += n

    def reset(self, total: float | None = None) -> None:
        """Count from the beginning, up to ``total`` if it is given."""
        self.n = 0
        if total is not None:
            self.total = total

    def set_description(self, desc: str | None = None, refresh: bool = True) -> None:
        """Remember what the loop is called."""
        self.desc = f"{desc}: " if desc else ""

    def set_description_str(self, desc: str | None = None, refresh: bool = True) -> None:
        """Remember what the loop is called, without a colon."""
        self.desc = desc or ""

    def set_postfix(self, ordered_dict: Any = None, refresh: bool = True, **kwargs: Any) -> None:
        """Take what a bar would say, and say nothing."""

    def set_postfix_str(self, s: str = "", refresh: bool = True) -> None:
        """Take what a bar would say, and say nothing."""

    def close(self) -> None:
        """There is no bar to close."""

    clear = refresh = display = unpause = lambda self, *_, **__: None

    @classmethod
    def write(cls, s: str, file: TextIO | None = None, end: str = "\n", nolock: bool = False) -> None:
        """Print ``s``."""
        print(s, file=file, end=end)


def trange(*args: Any, **kwargs: Any) -> tqdm:
    """A loop over ``range(*args)``."""
    return tqdm(range(*args), **kwargs)


def _module() -> ModuleType:
    """The package with the modules in it that scripts import from."""
    package = ModuleType("tqdm")
    for part in ("auto", "notebook", "std", "autonotebook"):
        inner = ModuleType(f"tqdm.{part}")
        inner.__dict__.update(tqdm=tqdm, trange=trange)
        setattr(package, part, inner)
    package.__dict__.update(tqdm=tqdm, trange=trange, tqdm_notebook=tqdm, tnrange=trange)
    return package


tqdm.__module__ = "tqdm.std"
MODULE: Final = _module()
"""What ``import tqdm`` gives."""
