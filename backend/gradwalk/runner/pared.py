"""A module of which only the part works that needs nothing from outside: ``os.path.join`` does, ``os.system`` not."""

from __future__ import annotations

import builtins
import importlib
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
    "builtins": frozenset(dir(builtins))
    - {"__import__", "breakpoint", "compile", "eval", "exec", "exit", "input", "quit"},
    "importlib": frozenset(),
    "importlib.resources": frozenset(),
    "importlib.util": frozenset(),
    "pdb": frozenset(),
    "subprocess": frozenset(),
    "urllib": frozenset(),
    "urllib.request": frozenset(),
}  # fmt: skip
"""What is as Python has it, of files as the run's memory has it."""

PARTS: Final[dict[str, tuple[str, ...]]] = {"urllib": ("error", "parse")}
"""Modules inside one that are as Python has them."""

WITHIN: Final = frozenset({"importlib.resources", "importlib.util", "urllib.request"})
"""Modules inside one of which nothing works; they are not even loaded."""

_WHY: Final = "a snippet here has files in its memory alone, no processes and no environment"


def _found(name: str, package: str | None = None) -> ModuleSpec | None:
    """What there is to be told of a module that a snippet can import: its name. None of others."""
    from gradwalk.runner.allowed import IMPORTABLE

    return ModuleSpec(name, None) if name.partition(".")[0] in IMPORTABLE else None


class Pared:
    """The module ``name``; what is not kept says why when it is called."""

    def __init__(self, name: str) -> None:
        self.__name__ = name
        self._real = None if name in WITHIN else importlib.import_module(name)
        for part in PARTS.get(name, ()):
            importlib.import_module(f"{name}.{part}")
        if name == "os":
            self.path = Pared("os.path")

    def __getattr__(self, name: str) -> Any:
        if (self.__name__, name) == ("importlib", "metadata"):
            from gradwalk.runner.packages import METADATA

            return METADATA
        if (self.__name__, name) == ("importlib.util", "find_spec"):
            return _found
        if f"{self.__name__}.{name}" in WITHIN:
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
            raise PermissionError(f"{self.__name__}.{name}() does not work here: {_WHY}.")

        return refuse

    def __repr__(self) -> str:
        return f"<module {self.__name__!r}>"
