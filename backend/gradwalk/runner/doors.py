"""Files in a snippet: as long as a run lasts, all of Python's ways to one end in the run's own memory.

``pathlib``, ``shutil``, ``tempfile``, ``glob``, ``zipfile``, ``logging`` and numpy are left as they are: they are made
of ``open`` and of a few functions of ``os``, which are exchanged for the process, for it does nothing else meanwhile.
"""

from __future__ import annotations

import builtins
import bz2
import io
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
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
    try:
        yield
    finally:
        for owner, name, real in before:
            setattr(owner, name, real)


def _refusing(name: str) -> Callable[..., NoReturn]:
    """A function that says why there is none such."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise PermissionError(f"os.{name}() does not work here: a snippet's files are in its memory, and nowhere else.")

    return refuse


def _doors() -> Iterator[tuple[Any, str, Any]]:
    """Whose name stands for what meanwhile."""
    for owner, name in ((builtins, "open"), (io, "open"), (bz2, "_builtin_open"), (tarfile, "bltn_open")):
        yield owner, name, open_file
    exchanged = OS | {name: _refusing(name) for name in _REFUSED}
    here = {name: own for name, own in exchanged.items() if hasattr(os, name)}
    for name, own in here.items():
        yield os, name, own
    closer: Any = vars(tempfile)["_TemporaryFileCloser"]
    own_of = {getattr(os, name): own for name, own in here.items()}
    for method in vars(closer).values():
        if isinstance(method, FunctionType) and method.__defaults__:  # they have noted what takes a file away
            yield method, "__defaults__", tuple(own_of.get(default, default) for default in method.__defaults__)
    yield shutil, "_use_fd_functions", False  # numbers of open folders, of which there are none
    openers: Any = vars(_datasource)["_file_openers"]
    openers._load()
    yield openers, "_file_openers", openers._file_openers | {None: open_file}


_DOORS: Final = list(_doors())
