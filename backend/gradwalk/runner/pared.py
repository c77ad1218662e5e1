"""A module of which only the part works that needs nothing from outside: ``os.path.join`` does, ``os.system`` not."""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from typing import Any, Final, NoReturn

KEPT: Final[dict[str, frozenset[str]]] = {
    "os": frozenset((
        "PathLike", "access", "altsep", "chdir", "chmod", "close", "curdir", "devnull", "environ", "extsep", "fdopen",
        "fsdecode", "fsencode", "fspath", "fstat", "getcwd", "getcwdb", "getenv", "linesep", "link", "listdir", "lseek",
        "lstat", "makedirs", "mkdir", "name", "open", "pardir", "pathsep", "read", "readlink", "remove", "removedirs",
        "rename", "renames", "replace", "rmdir", "scandir", "sep", "stat", "strerror", "symlink", "truncate", "unlink",
        "utime", "walk", "write",
    )),
    "os.path": frozenset((
        "abspath", "basename", "commonpath", "commonprefix", "dirname", "exists", "expanduser", "expandvars",
        "getatime", "getctime", "getmtime", "getsize", "isabs", "isdir", "isfile", "islink", "ismount", "join",
        "lexists", "normcase", "normpath", "realpath", "relpath", "samefile", "samestat", "split", "splitdrive",
        "splitext", "splitroot",
    )),
    "asyncio": frozenset(),
    "builtins": frozenset(dir(builtins))
    - {"__import__", "breakpoint", "compile", "eval", "exec", "exit", "input", "quit"},
    "concurrent": frozenset(),
    "concurrent.futures": frozenset(),
    "getpass": frozenset(),
    "importlib": frozenset(),
    "importlib.resources": frozenset(),
    "importlib.util": frozenset(),
    "multiprocessing": frozenset(),
    "pdb": frozenset(),
    "platform": frozenset((
        "python_branch", "python_build", "python_compiler", "python_implementation", "python_revision",
        "python_version", "python_version_tuple",
    )),
    "resource": frozenset(),
    "signal": frozenset(("Handlers", "Sigmasks", "Signals", "strsignal")),
    "subprocess": frozenset(),
    "threading": frozenset((
        "BoundedSemaphore", "Condition", "Event", "Lock", "RLock", "Semaphore", "active_count", "current_thread",
        "enumerate", "get_ident", "local", "main_thread",
    )),
    "urllib": frozenset(),
    "urllib.request": frozenset(),
    "uuid": frozenset(("SafeUUID", "UUID", "uuid3", "uuid5")),
}  # fmt: skip
"""What is as Python has it, of files as the run's memory has it."""

PARTS: Final[dict[str, tuple[str, ...]]] = {"urllib": ("error", "parse")}
"""Modules inside one that are as Python has them."""

UNLOADED: Final = frozenset((
    "asyncio", "concurrent", "concurrent.futures", "importlib.resources", "importlib.util", "multiprocessing",
    "urllib.request",
))  # fmt: skip
"""Modules of which nothing works; they are not even loaded."""

_WHY: Final = "a snippet here has files in its memory alone, no processes and no environment"
_ONE_AT_A_TIME: Final = "a run has one thread and one process; call the functions one after another"
_WHY_OF: Final = dict.fromkeys(
    ("asyncio", "concurrent", "concurrent.futures", "multiprocessing", "threading"), _ONE_AT_A_TIME
)


class _Thread:
    """A class, for programs have classes of their own of it."""

    def __init__(self, *_: Any, **__: Any) -> None:
        raise PermissionError(f"threading.Thread() does not work here: {_ONE_AT_A_TIME}.")


def _unnamed(*_: Any, **__: Any) -> str:
    """What :mod:`platform` says of what it cannot find out."""
    return ""


def _uuid4() -> Callable[[], Any]:
    """Names drawn at random, in every run the same."""
    from random import Random
    from uuid import UUID

    drawn = Random(0)
    return lambda: UUID(int=drawn.getrandbits(128), version=4)


_SERVED: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "multiprocessing": lambda: {"cpu_count": lambda: 1},
    "os": lambda: {"cpu_count": lambda: 1, "path": Pared("os.path")},
    "platform": lambda: {
        "system": lambda *_, **__: sys.platform.capitalize(),
        "platform": lambda *_, **__: sys.platform.capitalize(),
        **dict.fromkeys(("machine", "node", "processor", "release", "version"), _unnamed),
    },
    "threading": lambda: {"Thread": _Thread},
    "uuid": lambda: {"uuid4": _uuid4()},
}
"""What a module has instead of Python's own, for a run has one processor and is the same on every machine."""


def _found(name: str, package: str | None = None) -> ModuleSpec | None:
    """What there is to be told of a module that a snippet can import: its name. None of others."""
    from gradwalk.runner.allowed import IMPORTABLE

    return ModuleSpec(name, None) if name.partition(".")[0] in IMPORTABLE else None


class Pared:
    """The module ``name``; what is not kept says why when it is called."""

    def __init__(self, name: str) -> None:
        self.__name__ = name
        self._real = None if name in UNLOADED else importlib.import_module(name)
        for part in PARTS.get(name, ()):
            importlib.import_module(f"{name}.{part}")
        self.__dict__.update(_SERVED[name]() if name in _SERVED else {})

    def __getattr__(self, name: str) -> Any:
        if (self.__name__, name) == ("importlib", "metadata"):
            from gradwalk.runner.packages import METADATA

            return METADATA
        if (self.__name__, name) == ("importlib.util", "find_spec"):
            return _found
        if f"{self.__name__}.{name}" in UNLOADED:
            return Pared(f"{self.__name__}.{name}")
        value = self._refusing(name) if self._real is None else getattr(self._real, name)
        is_error = isinstance(value, type) and issubclass(value, BaseException)
        if name in KEPT[self.__name__] or is_error or not callable(value):
            return value

        return self._refusing(name)

    def _refusing(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        def refuse(*_: Any, **__: Any) -> NoReturn:
            raise PermissionError(f"{self.__name__}.{name}() does not work here: {_WHY_OF.get(self.__name__, _WHY)}.")

        return refuse

    def __repr__(self) -> str:
        return f"<module {self.__name__!r}>"
