"""``tqdm`` for a snippet: loops run as they do without, and no bar is drawn: the page says how far a loop is."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from numbers import Number
from types import ModuleType
from typing import Any, Final, TextIO

_LOOKS: Final = frozenset((
    "ascii", "bar_format", "colour", "delay", "dynamic_ncols", "file", "gui", "lock_args", "maxinterval", "mininterval",
    "miniters", "ncols", "nrows", "position", "smoothing", "unit_divisor", "unit_scale", "write_bytes",
))  # fmt: skip
"""Options about how and how often a bar is drawn."""


class TqdmTypeError(TypeError):
    """An argument of another kind than ``tqdm`` takes."""

    __module__ = "tqdm.std"


class TqdmKeyError(KeyError):
    """An argument that ``tqdm`` does not have."""

    __module__ = "tqdm.std"


class Bar:
    """``tqdm.tqdm``. Its bars are written to stderr, at intervals of the clock: no result knows of them."""

    monitor_interval = 10

    def __init__(
        self,
        iterable: Iterable[Any] | None = None,
        desc: str | None = None,
        total: float | None = None,
        leave: bool | None = True,
        *looks: object,
        disable: bool | None = False,
        unit: str = "it",
        initial: float = 0,
        postfix: Any = None,
        **options: object,
    ) -> None:
        """``total`` is the length of ``iterable`` unless given. Raises TqdmKeyError for an option that there is not."""
        unknown = {name: value for name, value in options.items() if name not in _LOOKS}
        if unknown:
            raise TqdmKeyError(f"Unknown argument(s): {unknown}")
        if total is None and iterable is not None:
            try:
                total = len(iterable)  # type: ignore[arg-type]  # which is asked
            except (TypeError, AttributeError):
                total = None
        self.iterable: Any = iterable
        self.desc = desc or ""
        self.total = None if total == float("inf") else total
        self.leave = leave
        self.disable = bool(disable)
        self.unit = unit
        self.initial = initial
        self.n = initial
        self.pos = 0
        self.postfix: str | None = None
        if postfix:
            try:
                self.set_postfix(**postfix)
            except TypeError:
                self.postfix = postfix

    def __iter__(self) -> Iterator[Any]:
        """What there is to go over. ``n`` counts when it is over, as it does there within a tenth of a second."""
        if self.disable:
            yield from self.iterable
            return
        count = self.n
        try:
            for item in self.iterable:
                yield item
                count += 1
        finally:
            self.n = count
            self.close()

    def __len__(self) -> int:
        if self.iterable is None:
            return self.total  # type: ignore[return-value]  # None has Python's words
        if hasattr(self.iterable, "shape"):
            return int(self.iterable.shape[0])
        return len(self.iterable) if hasattr(self.iterable, "__len__") else self.total  # type: ignore[return-value]

    def __bool__(self) -> bool:
        if self.total is not None:
            return self.total > 0
        if self.iterable is None:
            raise TypeError("bool() undefined when iterable == total == None")
        return bool(self.iterable)

    def __contains__(self, item: object) -> bool:
        contains = getattr(self.iterable, "__contains__", None)
        return bool(contains(item)) if contains is not None else any(item == one for one in self)

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return "<tqdm.tqdm: not drawn>"

    def update(self, n: float | None = 1) -> None:
        """``n`` more are done."""
        if not self.disable:
            self.n += n  # type: ignore[operator]  # None has Python's words

    def reset(self, total: float | None = None) -> None:
        """From the beginning, of ``total`` if it is given."""
        self.n = 0
        if total is not None:
            self.total = total

    def close(self) -> None:
        """From now on nothing is counted."""
        self.disable = True

    def set_description(self, desc: str | None = None, refresh: bool | None = True) -> None:
        """What stands before the bar, with a colon."""
        self.desc = f"{desc}: " if desc else ""

    def set_description_str(self, desc: str | None = None, refresh: bool | None = True) -> None:
        """What stands before the bar."""
        self.desc = desc or ""

    def set_postfix(self, ordered_dict: Mapping[str, Any] | None = None, refresh: bool = True, **kwargs: Any) -> None:
        """What stands after the bar: names with values, numbers in three digits."""
        values: dict[str, Any] = dict({} if ordered_dict is None else ordered_dict)
        values.update({name: kwargs[name] for name in sorted(kwargs)})
        self.postfix = ", ".join(f"{name}={_short(value).strip()}" for name, value in values.items())

    def set_postfix_str(self, s: str = "", refresh: bool = True) -> None:
        """What stands after the bar."""
        self.postfix = str(s)

    def refresh(self, nolock: bool = False, lock_args: object = None) -> bool:
        """Nothing is drawn anew."""
        return True

    def clear(self, nolock: bool = False) -> None:
        """Nothing is there to be cleared."""

    def unpause(self) -> None:
        """No clock stands still."""

    @classmethod
    def write(cls, s: str, file: TextIO | None = None, end: str = "\n", nolock: bool = False) -> None:
        """Print a line, which does not get into the bar's way."""
        into = sys.stdout if file is None else file
        into.write(s)
        into.write(end)


Bar.__name__ = Bar.__qualname__ = "tqdm"
Bar.__module__ = "tqdm.std"


def trange(*args: int, **kwargs: Any) -> Bar:
    """``tqdm(range(*args), **kwargs)``."""
    return Bar(range(*args), **kwargs)


def _module(name: str, **more: Any) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(tqdm=Bar, trange=trange, **more)
    vars(module)["__all__"] = ["tqdm", "trange", *more]
    return module


def _short(value: Any) -> str:
    """A number in three digits, if that is shorter than as it is; anything else as it prints."""
    if not isinstance(value, Number):
        return str(value)
    three = f"{value:.3g}".replace("e+0", "e+").replace("e-0", "e-")
    whole = str(value)
    return three if len(three) < len(whole) else whole


MODULE: Final = _module(
    "tqdm", tqdm_notebook=Bar, tnrange=trange, TqdmTypeError=TqdmTypeError, TqdmKeyError=TqdmKeyError
)
"""What ``import tqdm`` gives; the modules in it differ in how they draw."""
for _part, _more in {
    "std": {},
    "auto": {},
    "autonotebook": {},
    "notebook": {"tqdm_notebook": Bar, "tnrange": trange},
}.items():
    setattr(MODULE, _part, _module(f"tqdm.{_part}", **_more))
