"""Files in a snippet: as long as a run lasts, all of Python's ways to one end in the run's own memory.

``pathlib``, ``shutil``, ``tempfile``, ``glob``, ``zipfile``, ``logging`` and numpy are left as they are: they are made
of ``open`` and of a few functions of ``os``, which are exchanged for the process, for it does nothing else meanwhile.
"""

from __future__ import annotations

import builtins
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FunctionType
from typing import Any, Final, NoReturn

from numpy.lib import _datasource

from gradwalk.runner.folders import OS
from gradwalk.runner.opening import open_file

_REFUSED: Final = (
    "chown", "chroot", "getxattr", "lchmod", "lchown", "link", "mkfifo", "mknod", "pathconf", "removexattr", "setxattr",
    "statvfs", "symlink", "truncate",
)  # fmt: skip
"""Of ``os``, which these have no answer to in the run's memory."""


@contextmanager
def files_of_run() -> Iterator[None]:
    """While a run is under way; afterwards all is as it was."""
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in _DOORS]
    for owner, name, own in _DOORS:
        setattr(owner, name, own)
    _note(_OWN)
    try:
        yield
    finally:
        for owner, name, real in before:
            setattr(owner, name, real)
        _note(_REAL)


def _refusing(name: str) -> Callable[..., NoReturn]:
    """A function that says why there is none such."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise PermissionError(f"os.{name}() does not work here: a snippet's files are in its memory, and nowhere else.")

    return refuse


_DOORS: Final = [
    *((owner, "open", open_file) for owner in (builtins, io)),
    *((os, name, own) for name, own in OS.items() if hasattr(os, name)),
    *((os, name, _refusing(name)) for name in _REFUSED if hasattr(os, name)),
]
"""Whose name stands for what meanwhile."""

_OWN: Final[dict[Any, Any]] = {getattr(owner, name): own for owner, name, own in _DOORS}
"""By each real function, the run's own."""
_REAL: Final[dict[Any, Any]] = {own: real for real, own in _OWN.items()}


def _note(exchanged: Mapping[Any, Any]) -> None:
    """Have modules that noted some of these functions as they were loaded note those that stand for them now. Only what
    is loaded already: who is loaded during a run notes what is the run's, and the real ones when it is over."""

    def now(noted: Any) -> Any:
        return exchanged.get(noted, noted)

    for name, noted in (("bz2", "_builtin_open"), ("tarfile", "bltn_open")):
        if name in sys.modules:
            setattr(sys.modules[name], noted, now(getattr(sys.modules[name], noted)))
    if "tempfile" in sys.modules:
        closer: Any = vars(sys.modules["tempfile"])["_TemporaryFileCloser"]
        for method in vars(closer).values():
            if isinstance(method, FunctionType) and method.__defaults__:  # what takes a file away
                method.__defaults__ = tuple(map(now, method.__defaults__))
    if "glob" in sys.modules:  # from Python 3.13 on, its classes find names for pathlib
        for kind in vars(sys.modules["glob"]).values():
            for name, noted in list(vars(kind).items()) if isinstance(kind, type) else ():
                if isinstance(noted, staticmethod) and noted.__func__ in exchanged:
                    setattr(kind, name, staticmethod(exchanged[noted.__func__]))
    if "shutil" in sys.modules:  # whether it may use numbers of open folders, of which a run has none
        vars(sys.modules["shutil"])["_use_fd_functions"] = os.open in os.supports_dir_fd
    openers: Any = vars(_datasource)["_file_openers"]
    openers._file_openers[None] = now(openers._file_openers[None])
