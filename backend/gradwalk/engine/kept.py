"""What a run has instead of files: a small file system in its memory, which ends with it.

Everything that a snippet does with files comes here: ``open`` and ``os`` by way of the runner, ``torch.save`` by way of
the facade. No path leads out of it, for there is nothing else behind it.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn

HERE: Final = "/lesson"
"""The folder that a run begins in, which is empty."""
NAME_BYTES: Final = 255
PATH_BYTES: Final = 4095
_GIVEN: Final = 5
"""How many files and folders are there before a run begins."""

_RUN: Tree | None = None
"""None outside a run, where whoever saves means a file."""


class Room:
    """How much a run may still keep. Raises OSError, which names the limit, for more."""

    def __init__(self, bytes: int, files: int) -> None:
        self._most_bytes = self._bytes = bytes
        self._most_files = files
        self._files = files + _GIVEN
        self._made = 0

    def take(self, bytes: int) -> None:
        """Take so many bytes; a negative number gives them back."""
        if bytes > self._bytes:
            mebibytes = self._most_bytes / (1 << 20)
            raise OSError(errno.ENOSPC, f"No space left: the files of a run may hold {mebibytes:g} MiB together")
        self._bytes -= bytes

    def one_more(self, path: str) -> int:
        """Take a place for a file or folder; gives its number."""
        if not self._files:
            raise OSError(errno.ENOSPC, f"No space left: a run may have {self._most_files:,} files and folders", path)
        self._files -= 1
        self._made += 1
        return self._made

    def one_less(self) -> None:
        """Give a place back."""
        self._files += 1


class _Node:
    """What files and folders have in common."""

    def __init__(self, room: Room, path: str, mode: int) -> None:
        self.room = room
        self.number = room.one_more(path)
        self.mode = mode
        self.links = 1
        self.changed = time.time_ns()


class File(_Node):
    """Bytes, which are there as long as the file has a name or somebody has it open."""

    def __init__(self, room: Room, path: str) -> None:
        super().__init__(room, path, stat.S_IFREG | 0o644)
        self.data = bytearray()
        self.beside: Any = None
        """What ``torch.save`` was given that PyTorch would write otherwise: ``data`` is not what would be read then."""
        self._readers = 0

    def write(self, at: int, data: bytes | memoryview) -> None:
        """Put bytes in at a place, which may lie past the end."""
        self._stretch(max(at, len(self.data)))
        self.room.take(max(0, at + len(data) - len(self.data)))
        self.data[at : at + len(data)] = data
        self.changed = time.time_ns()

    def cut(self, size: int) -> None:
        """Have it end there; what is added is zeros."""
        self.room.take(min(0, size - len(self.data)))
        del self.data[size:]
        self._stretch(size)
        self.beside = None
        self.changed = time.time_ns()

    def opened(self) -> None:
        """Somebody reads or writes it now."""
        self._readers += 1

    def let_go(self, *, link: bool = False) -> None:
        """Somebody has closed it, or taken its name away."""
        self.links -= link
        self._readers -= not link
        if not self.links and not self._readers:
            self.room.take(-len(self.data))
            self.room.one_less()

    def _stretch(self, size: int) -> None:
        more = size - len(self.data)
        self.room.take(more)
        self.data.extend(bytes(more))


class Nowhere(File):
    """``/dev/null``."""

    def __init__(self, room: Room, path: str) -> None:
        super().__init__(room, path)
        self.mode = stat.S_IFCHR | 0o666

    def write(self, at: int, data: bytes | memoryview) -> None:
        """Nothing is kept."""

    def cut(self, size: int) -> None:
        """There is nothing."""


class Folder(_Node, dict[str, "File | Folder"]):
    """By name what is in it."""

    def __init__(self, room: Room, path: str, above: Folder | None = None, mode: int = 0o755) -> None:
        _Node.__init__(self, room, path, stat.S_IFDIR | mode)
        dict.__init__(self)
        self.above = self if above is None else above

    def lies_in(self, other: Folder) -> bool:
        """Whether it is ``other``, or somewhere below it."""
        at = self
        while at is not other and at is not at.above:
            at = at.above
        return at is other


class Tree:
    """Finds by path what a run has. Errors are those of the operating system, for a file system of Linux.

    It begins with the run's folder, ``/tmp`` and ``/dev/null``. There are no links, and nobody lacks a right.
    """

    def __init__(self, bytes: int, files: int) -> None:
        self._room = Room(bytes, files)
        self.open_files: dict[int, Any] = {}
        """What the runner has open under a number."""
        self._top = Folder(self._room, "/")
        self._here, _, dev = [self._given(path) for path in (HERE, "/tmp", "/dev")]
        dev["null"] = Nowhere(self._room, "/dev/null")

    def _given(self, path: str) -> Folder:
        self._top[path[1:]] = folder = Folder(self._room, path, self._top)
        return folder

    def find(self, path: str) -> File | Folder:
        """The folder or file at ``path``."""
        if not path:
            _refuse(errno.ENOENT, path)
        return self._walk(path, path.split("/"))

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder."""
        try:
            return isinstance(self.find(path), Folder)
        except OSError:
            return False

    def here(self) -> str:
        """The path of the folder that the run is in."""
        at, names = self._here, list[str]()
        while at is not self._top:
            if not at.links:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            names.append(next(name for name, found in at.above.items() if found is at))
            at = at.above
        return "/" + "/".join(reversed(names))

    def enter(self, path: str) -> None:
        """Be in another folder."""
        self._here = self._folder(path)

    def make(self, path: str, mode: int = 0o755) -> None:
        """Make one folder."""
        folder, name = self._place(path)
        if name in ("", ".", "..") or name in folder:
            _refuse(errno.EEXIST, path)
        self._check_linked(folder, path)
        folder[name] = Folder(self._room, path, folder, mode)

    def open(self, path: str, flags: int) -> File:
        """The file at ``path``, made or emptied as ``flags`` of ``os.open`` say."""
        folder, name = self._place(path)
        if flags & os.O_CREAT and path.endswith("/"):
            _refuse(errno.EISDIR, path)
        if name in ("", ".", "..") or path.endswith("/") or name in folder:
            found = self.find(path)
            if flags & os.O_CREAT and flags & os.O_EXCL:
                _refuse(errno.EEXIST, path)
            if isinstance(found, Folder):
                _refuse(errno.EISDIR, path)
            if flags & os.O_TRUNC:
                found.cut(0)
            return found
        if not flags & os.O_CREAT:
            _refuse(errno.ENOENT, path)
        self._check_linked(folder, path)
        folder[name] = made = File(self._room, path)
        return made

    def remove(self, path: str) -> None:
        """Take a file away."""
        found = self.find(path)
        if isinstance(found, Folder):
            _refuse(errno.EISDIR, path)
        folder, name = self._place(path)
        del folder[name]
        found.let_go(link=True)

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
        found.links = 0
        self._room.one_less()

    def move(self, path: str, to: str) -> None:
        """Give what lies at ``path`` another place, and take away what was there."""
        folder, name = self._place(path, path, to)
        target, new = self._place(to, path, to)
        if {name, new} & {"", ".", ".."}:
            _refuse(errno.EBUSY, path, to)
        if name not in folder:
            _refuse(errno.ENOENT, path, to)
        found, there = folder[name], target.get(new)
        if isinstance(found, Folder):
            if target.lies_in(found):
                _refuse(errno.EINVAL, path, to)
        elif path.endswith("/") or to.endswith("/"):
            _refuse(errno.ENOTDIR, path, to)
        if there is found:
            return
        if isinstance(there, Folder):
            if folder.lies_in(there):
                _refuse(errno.ENOTEMPTY, path, to)
            if not isinstance(found, Folder):
                _refuse(errno.EISDIR, path, to)
            if there:
                _refuse(errno.ENOTEMPTY, path, to)
            self.remove_folder(to)
        elif there is not None:
            if isinstance(found, Folder):
                _refuse(errno.ENOTDIR, path, to)
            self.remove(to)
        self._check_linked(target, path, to)
        del folder[name]
        target[new] = found
        if isinstance(found, Folder):
            found.above = target

    def _folder(self, path: str) -> Folder:
        found = self.find(path)
        if not isinstance(found, Folder):
            _refuse(errno.ENOTDIR, path)
        return found

    def _place(self, path: str, *told: str) -> tuple[Folder, str]:
        """The folder that ``path`` lies in, or would, and its name there."""
        told = told or (path,)
        if not path:
            _refuse(errno.ENOENT, *told)
        *parts, name = (path.rstrip("/") or "/").split("/")
        folder = self._walk(path, parts, *told)
        if not isinstance(folder, Folder):
            _refuse(errno.ENOTDIR, *told)
        if len(os.fsencode(name)) > NAME_BYTES:
            _refuse(errno.ENAMETOOLONG, *told)
        return folder, name

    def _walk(self, path: str, parts: list[str], *told: str) -> File | Folder:
        told = told or (path,)
        if len(os.fsencode(path)) > PATH_BYTES:
            _refuse(errno.ENAMETOOLONG, *told)
        at: File | Folder = self._top if path.startswith("/") else self._here
        for part in parts:
            if not isinstance(at, Folder):
                _refuse(errno.ENOTDIR, *told)
            if part == "..":
                at = at.above
            elif part not in ("", "."):
                if part not in at:
                    _refuse(errno.ENAMETOOLONG if len(os.fsencode(part)) > NAME_BYTES else errno.ENOENT, *told)
                at = at[part]
        return at

    def _check_linked(self, folder: Folder, *told: str) -> None:
        """Raises FileNotFoundError where nothing can be made, in a folder that was taken away."""
        if not folder.links:
            _refuse(errno.ENOENT, *told)


def _refuse(number: int, path: str, to: str | None = None) -> NoReturn:
    raise OSError(number, os.strerror(number), path, None, to)


@contextmanager
def run_with(bytes: int, files: int) -> Iterator[None]:
    """As long as a run lasts, which has no files yet, and may have so many, and bytes in them."""
    global _RUN
    _RUN = Tree(bytes, files)
    try:
        yield
    finally:
        _RUN = None


def of_run() -> Tree | None:
    """What the run has; None outside one."""
    return _RUN
