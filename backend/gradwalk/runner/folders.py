"""What ``os`` and ``os.path`` do with paths in a snippet: they look at the run's own folders, in its memory."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any, Final, NamedTuple, NoReturn

from gradwalk.engine.kept import Folder, Tree, of_run


class _Status:
    """Of ``os.stat_result`` what is known: whether it is a folder. How large a file would be is not."""

    def __init__(self, found: Any) -> None:
        self.st_mode = stat.S_IFDIR | 0o755 if isinstance(found, Folder) else stat.S_IFREG | 0o644

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        raise PermissionError(f"{name} is not known here: what a snippet saves stays in its memory, and is no file.")

    def __repr__(self) -> str:
        return f"os.stat_result(st_mode={self.st_mode}, ...)"


class _Entry(NamedTuple):
    """What ``os.scandir`` gives."""

    name: str
    path: str
    found: Any

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        return isinstance(self.found, Folder)

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        return not isinstance(self.found, Folder)

    def is_symlink(self) -> bool:
        return False

    def __fspath__(self) -> str:
        return self.path

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"


class _Entries(nullcontext[Iterator[_Entry]], Iterator[_Entry]):
    """They come one by one, and nothing has to be closed after them."""

    def __next__(self) -> _Entry:
        return next(self.enter_result)


def _tree() -> Tree:
    tree = of_run()
    if tree is None:
        raise PermissionError("There are no folders outside a run.")
    return tree


def _text(function: str, path: Any, kinds: str = "string, bytes or os.PathLike") -> str:
    try:
        text = os.fsdecode(path)
    except TypeError:
        raise TypeError(f"{function}: path should be {kinds}, not {type(path).__name__}") from None
    if "\0" in text:
        raise ValueError("embedded null byte")
    return text


def _mkdir(path: Any, mode: int = 0o777) -> None:
    _tree().make(_text("mkdir", path))


def _makedirs(name: Any, mode: int = 0o777, exist_ok: bool = False) -> None:
    above = os.path.dirname(os.fspath(name).rstrip("/"))
    if above and not _exists(above):
        _makedirs(above, mode, exist_ok)
    try:
        _mkdir(name, mode)
    except FileExistsError:
        if not exist_ok or not _isdir(name):
            raise


def _rmdir(path: Any) -> None:
    _tree().remove_folder(_text("rmdir", path))


def _remove(path: Any) -> None:
    _tree().remove(_text("remove", path))


def _unlink(path: Any) -> None:
    _tree().remove(_text("unlink", path))


def _stat(path: Any, *, follow_symlinks: bool = True) -> Any:
    if isinstance(path, int):
        raise OSError(errno.EBADF, os.strerror(errno.EBADF), path)
    return _Status(_tree().find(_text("stat", path, "string, bytes, os.PathLike or integer")))


def _lstat(path: Any) -> Any:
    return _Status(_tree().find(_text("lstat", path)))


def _made(function: str, path: Any) -> tuple[str, Folder]:
    """The folder, of which all that is in it is known. The refusal is no OSError, which ``Path.glob`` would hide."""
    text = _text(function, path)
    found = _tree().find(text)
    if not isinstance(found, Folder):
        raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), text)
    if not found.made:
        raise NotImplementedError(f"os.{function}({text!r}) does not work here: a snippet sees only what it has made.")
    return text, found


def _listdir(path: Any = ".") -> list[str]:
    return list(_made("listdir", path)[1])


def _scandir(path: Any = ".") -> _Entries:
    text, folder = _made("scandir", path)
    return _Entries(iter([_Entry(name, os.path.join(text, name), found) for name, found in folder.items()]))


def _mode(path: Any) -> int:
    """0 where there is nothing."""
    try:
        mode: int = _stat(path).st_mode
    except (OSError, ValueError):
        return 0
    return mode


def _exists(path: Any) -> bool:
    return _mode(path) != 0


def _isdir(s: Any) -> bool:
    return stat.S_ISDIR(_mode(s))


def _isfile(path: Any) -> bool:
    return stat.S_ISREG(_mode(path))


PATH: Final[dict[str, Any]] = {"exists": _exists, "lexists": _exists, "isdir": _isdir, "isfile": _isfile}
"""Of ``os.path``."""

OS: Final[dict[str, Any]] = {
    "listdir": _listdir, "lstat": _lstat, "makedirs": _makedirs, "mkdir": _mkdir, "remove": _remove, "rmdir": _rmdir,
    "scandir": _scandir, "stat": _stat, "unlink": _unlink,
}  # fmt: skip
"""Of ``os``."""
