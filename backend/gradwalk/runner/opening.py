"""``open`` in a snippet: Python's own layers for text and for buffers, over a file in the run's memory."""

from __future__ import annotations

import errno
import io
import os
import sys
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from gradwalk.engine.kept import File, Tree, of_run

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_FIRST_DESCRIPTOR: Final = 1 << 20
"""What ``os.open`` counts from: no process has so many real descriptors, so that none is ever taken for one."""
_FLAGS: Final = {
    "r": os.O_RDONLY, "w": os.O_WRONLY | os.O_CREAT | os.O_TRUNC, "x": os.O_WRONLY | os.O_CREAT | os.O_EXCL,
    "a": os.O_WRONLY | os.O_CREAT | os.O_APPEND,
}  # fmt: skip
_ENCODING: Final = "UTF-8"
_NO_NUMBER: Final = (
    "fileno: a snippet's files are in its memory (numpy's save, load, frombuffer and tobytes work, not what asks the "
    "system: tofile, fromfile and memmap)"
)
_NO_LINES: Final = "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used"


class OpenFile(io.RawIOBase):
    """A file that is open: where in it one reads and writes."""

    def __init__(self, file: File, name: Any, flags: int) -> None:
        super().__init__()
        if file.beside is not None and not flags & os.O_TRUNC:
            super().close()  # as what Python ends is
            raise NotImplementedError(
                f"What torch.save has put into {name!r} is not written here as PyTorch would: torch.load reads it."
            )
        self.name = name
        self._file = file
        self._at = len(file.data) if flags & os.O_APPEND else 0
        self._reads = not flags & os.O_WRONLY
        self._writes = bool(flags & (os.O_WRONLY | os.O_RDWR))
        self._appends = bool(flags & os.O_APPEND)
        self._first = "xb" if flags & os.O_EXCL else "ab" if self._appends else "rb" if self._reads else "wb"
        file.opened()

    @property
    def mode(self) -> str:
        """As Python says it of files without buffers."""
        return self._first + "+" * (self._reads and self._writes)

    @property
    def file(self) -> File:
        """What is open. Raises ValueError if it is no longer."""
        if self.closed:
            raise ValueError("I/O operation on closed file")
        return self._file

    def readable(self) -> bool:
        return bool(self.file) and self._reads

    def writable(self) -> bool:
        return bool(self.file) and self._writes

    def seekable(self) -> bool:
        return bool(self.file)

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        into = memoryview(buffer).cast("B")
        found = self._next(len(into))
        into[: len(found)] = found
        return len(found)

    def read(self, size: int | None = -1, /) -> bytes:
        return self._next(len(self._file.data) if size is None or size < 0 else size)

    def readall(self) -> bytes:
        return self.read()

    def write(self, data: Any, /) -> int:
        file = self.file
        if not self._writes:
            raise io.UnsupportedOperation("File not open for writing")
        given = memoryview(data).cast("B")
        if self._appends:
            self._at = len(file.data)
        file.write(self._at, given)
        self._at += len(given)
        return len(given)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        file = self.file
        at = offset + {0: 0, 1: self._at, 2: len(file.data)}.get(whence, -offset - 1)
        if at < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._at = at
        return at

    def tell(self) -> int:
        return self.seek(0, 1)

    def truncate(self, size: int | None = None, /) -> int:
        file = self.file
        if not self._writes:
            raise io.UnsupportedOperation("File not open for writing")
        size = self._at if size is None else size
        if size < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        file.cut(size)
        return size

    def fileno(self) -> int:
        self.seekable()
        raise io.UnsupportedOperation(_NO_NUMBER)

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._file.let_go()

    def __repr__(self) -> str:
        told = "[closed]" if self.closed else f"name={self.name!r} mode={self.mode!r} closefd=True"
        return f"<_io.FileIO {told}>"

    def _next(self, size: int) -> bytes:
        file = self.file
        if not self._reads:
            raise io.UnsupportedOperation("File not open for reading")
        found = bytes(file.data[self._at : self._at + size])
        self._at += len(found)
        return found


def tree() -> Tree:
    """What the run has instead of files."""
    found = of_run()
    if found is None:
        raise PermissionError("There are no files outside a run.")
    return found


def text_of(path: Any, function: str = "") -> str:
    """A path as text. Raises what Python raises for what is none, if ``function`` of ``os`` is given it or ``open``."""
    text = os.fsdecode(path)
    if "\0" in text:
        named = function and sys.version_info >= (3, 13)
        raise ValueError(f"{function}: embedded null character in path" if named else "embedded null byte")
    os.fsencode(text)
    return text


def numbered(number: int) -> OpenFile:
    """What ``os.open`` has opened under a number; real ones are out of reach."""
    found: OpenFile | None = tree().open_files.get(number)
    if found is None or found.closed:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    return found


def open_number(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
    """What ``os.open`` is in a snippet."""
    text, run = text_of(path, "open"), tree()
    number = _FIRST_DESCRIPTOR + len(run.open_files)
    run.open_files[number] = OpenFile(run.open(text, flags), number, flags)
    return number


def close_number(fd: int, /) -> None:
    """What ``os.close`` is in a snippet."""
    numbered(fd).close()


def read_number(fd: int, length: int, /) -> bytes:
    """What ``os.read`` is in a snippet."""
    return numbered(fd).read(length)


def write_number(fd: int, data: Any, /) -> int:
    """What ``os.write`` is in a snippet."""
    return numbered(fd).write(data)


def seek_number(fd: int, position: int, how: int, /) -> int:
    """What ``os.lseek`` is in a snippet."""
    return numbered(fd).seek(position, how)


def open_file(
    file: Any, mode: str = "r", buffering: int = -1, encoding: str | None = None, errors: str | None = None,
    newline: str | None = None, closefd: bool = True, opener: Callable[[Any, int], int] | None = None,
) -> Any:  # fmt: skip
    """What ``open`` is in a snippet."""
    name = file if isinstance(file, int) else os.fspath(file)
    flags = _flags(mode)
    if "b" in mode:
        for given, words in ((encoding, "an encoding"), (errors, "an errors"), (newline, "a newline")):
            if given is not None:
                raise ValueError(f"binary mode doesn't take {words} argument")
        if buffering == 1:
            warnings.warn(_NO_LINES, RuntimeWarning, stacklevel=2)
    if not set(mode) & set(_FLAGS):
        raise ValueError("Must have exactly one of create/read/write/append mode and at most one plus")
    raw = _raw(name, flags, closefd, opener)
    try:
        opened = raw if buffering == 0 and "b" in mode else _layered(raw, mode, buffering, encoding, errors, newline)
    except BaseException:
        raw.close()
        raise
    return opened


def _flags(mode: Any) -> int:
    """What ``os.open`` would be told."""
    if not isinstance(mode, str):
        raise TypeError(f"open() argument 'mode' must be str, not {type(mode).__name__}")
    if len(set(mode)) < len(mode) or set(mode) - set("rwxabt+"):
        raise ValueError(f"invalid mode: {mode!r}")
    if {"b", "t"} <= set(mode):
        raise ValueError("can't have text and binary mode at once")
    kinds = [flags for kind, flags in _FLAGS.items() if kind in mode]
    if len(kinds) > 1:
        raise ValueError("must have exactly one of create/read/write/append mode")
    flags = sum(kinds) | getattr(os, "O_CLOEXEC", 0)
    return flags & ~os.O_WRONLY | os.O_RDWR if "+" in mode else flags


def _raw(name: Any, flags: int, closefd: bool, opener: Callable[[Any, int], int] | None) -> OpenFile:
    if not isinstance(name, int):
        text = text_of(name)
        if not closefd:
            raise ValueError("Cannot use closefd=False with file name")
        if opener is None:
            return OpenFile(tree().open(text, flags), name, flags)
    number = name if opener is None else opener(name, flags)
    if not isinstance(number, int):
        raise TypeError("expected integer from opener")
    if number < 0:
        raise ValueError("negative file descriptor" if opener is None else f"opener returned {number}")
    raw = numbered(number)
    if not closefd:
        return OpenFile(raw.file, name, flags & ~os.O_TRUNC)
    raw.name = name
    return raw


def _layered(
    raw: OpenFile, mode: str, buffering: int, encoding: str | None, errors: str | None, newline: str | None
) -> Any:
    if buffering == 0:
        raise ValueError("can't have unbuffered text I/O")
    kind: Any = io.BufferedRandom if "+" in mode else io.BufferedReader if "r" in mode else io.BufferedWriter
    buffer = kind(raw, buffering if buffering > 1 else io.DEFAULT_BUFFER_SIZE)
    if "b" in mode:
        return buffer
    text: Any = io.TextIOWrapper(buffer, encoding or _ENCODING, errors, newline, line_buffering=buffering == 1)
    text.mode = mode
    return text
