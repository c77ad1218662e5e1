"""What a run has instead of files: folders and what ``torch.save`` was given, in its memory, which ends with it."""

from __future__ import annotations

import errno
import os
from typing import Any, NoReturn

_RUN: Tree | None = None
"""None outside a run, where whoever saves means a file."""


class Folder(dict[str, Any]):
    """By name what is in it: folders, and what was saved."""

    def __init__(self, above: Folder | None = None, *, made: bool = False) -> None:
        super().__init__()
        self.above = self if above is None else above
        self.made = made
        """Whether the run made it, so that all that is in it is known."""


class Tree:
    """Finds by path what a run has saved. Errors are those of the operating system, for a file system of Linux.

    There are a folder where the run is, the one above it, ``/`` and ``/tmp``; others have to be made. Where the run's
    folder lies is not told, so absolute and relative paths never meet.
    """

    def __init__(self) -> None:
        self._top = Folder()
        self._top["tmp"] = Folder(self._top)
        self._here = Folder(Folder())

    def find(self, path: str) -> Any:
        """The folder at ``path``, or what was saved there."""
        if not path:
            _refuse(errno.ENOENT, path)
        return self._walk(path, path.split("/"))

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder."""
        try:
            return isinstance(self.find(path), Folder)
        except OSError:
            return False

    def make(self, path: str) -> None:
        """Make one folder."""
        folder, name = self._place(path)
        if name in ("", ".", "..") or name in folder:
            _refuse(errno.EEXIST, path)
        folder[name] = Folder(folder, made=True)

    def keep(self, path: str, thing: Any) -> None:
        """Have ``thing`` lie at ``path``, in place of what did."""
        folder, name = self._place(path)
        folder[name] = thing

    def remove(self, path: str) -> None:
        """Forget what was saved."""
        if isinstance(self.find(path), Folder):
            _refuse(errno.EISDIR, path)
        folder, name = self._place(path)
        del folder[name]

    def remove_folder(self, path: str) -> None:
        """Take an empty folder away."""
        found = self.find(path)
        if not isinstance(found, Folder):
            _refuse(errno.ENOTDIR, path)
        folder, name = self._place(path)
        if name in ("", "."):
            _refuse(errno.EINVAL if name else errno.EBUSY, path)
        if found or name == "..":
            _refuse(errno.ENOTEMPTY, path)
        del folder[name]

    def _place(self, path: str) -> tuple[Folder, str]:
        """The folder that ``path`` lies in, or would, and its name there."""
        if not path:
            _refuse(errno.ENOENT, path)
        *parts, name = (path.rstrip("/") or "/").split("/")
        folder = self._walk(path, parts)
        if not isinstance(folder, Folder):
            _refuse(errno.ENOTDIR, path)
        return folder, name

    def _walk(self, path: str, parts: list[str]) -> Any:
        at: Any = self._top if path.startswith("/") else self._here
        for part in parts:
            if not isinstance(at, Folder):
                _refuse(errno.ENOTDIR, path)
            if part == "..":
                at = at.above
            elif part not in ("", "."):
                if part not in at:
                    _refuse(errno.ENOENT, path)
                at = at[part]
        return at


def _refuse(number: int, path: str) -> NoReturn:
    raise OSError(number, os.strerror(number), path)


def begin() -> None:
    """A run begins, of which nothing has been saved yet."""
    global _RUN
    _RUN = Tree()


def of_run() -> Tree | None:
    """What the run has; None outside one."""
    return _RUN
