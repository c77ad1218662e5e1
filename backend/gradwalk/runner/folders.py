"""What ``os`` does with paths in a snippet: it looks at the run's own folders and files, in its memory."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any, Final, NamedTuple, NoReturn

from gradwalk.engine.kept import File, Folder
from gradwalk.runner.opening import (
    close_number,
    numbered,
    open_number,
    read_number,
    seek_number,
    text_of,
    tree,
    write_number,
)

_BLOCK: Final = 4096
_DEVICE: Final = 1
_KINDS: Final = "string, bytes or os.PathLike"
_KINDS_AND_NUMBERS: Final = "string, bytes, os.PathLike or integer"
_KINDS_AND_NONE: Final = "string, bytes, os.PathLike, integer or None"


class _Unmeasured:
    """Of ``os.stat_result`` what is known of a file that PyTorch would write otherwise: not how large it is."""

    def __init__(self, found: File) -> None:
        self.st_mode = found.mode

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        raise PermissionError(f"{name} is not known here: what torch.save was given is kept as it is, and is no file.")

    def __repr__(self) -> str:
        return f"os.stat_result(st_mode={self.st_mode}, ...)"


class _Entry(NamedTuple):
    """What ``os.scandir`` gives."""

    name: Any
    path: Any
    found: File | Folder

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        return isinstance(self.found, Folder)

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        return stat.S_ISREG(self.found.mode)

    def is_symlink(self) -> bool:
        return False

    def is_junction(self) -> bool:
        return False

    def inode(self) -> int:
        return self.found.number

    def stat(self, *, follow_symlinks: bool = True) -> Any:
        return _status(self.found)

    def __fspath__(self) -> Any:
        return self.path

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"


class _Entries(nullcontext[Iterator[_Entry]], Iterator[_Entry]):
    """They come one by one, and nothing has to be closed after them."""

    def __next__(self) -> _Entry:
        return next(self.enter_result)

    def close(self) -> None:
        """No more are wanted."""
        self.enter_result = iter([])


def _text(function: str, path: Any, kinds: str = _KINDS, argument: str = "path") -> str:
    try:
        os.fspath(path)
    except TypeError:
        raise TypeError(f"{function}: {argument} should be {kinds}, not {type(path).__name__}") from None
    return text_of(path, function)


def _status(found: File | Folder) -> Any:
    """What ``os.stat`` tells of it."""
    if isinstance(found, File) and found.beside is not None:
        return _Unmeasured(found)
    size = len(found.data) if isinstance(found, File) else _BLOCK
    links = found.links if isinstance(found, File) else 2 + sum(isinstance(within, Folder) for within in found.values())
    seconds, whole = found.changed / 1e9, found.changed // 10**9
    known = (found.mode, found.number, _DEVICE, links, 0, 0, size, whole, whole, whole)
    further = (seconds,) * 3 + (found.changed,) * 3 + (_BLOCK, -(-size // 512), 0)
    return os.stat_result((*known, *further))


def _found(function: str, path: Any, kinds: str = _KINDS) -> File | Folder:
    """What lies at a path, or is open under a number where one may be given."""
    if isinstance(path, int) and kinds is not _KINDS:
        try:
            return numbered(path).file
        except OSError as error:
            raise OSError(error.errno, error.strerror, path) from None
    return tree().find(_text(function, path, kinds))


def _stat(path: Any, *, dir_fd: int | None = None, follow_symlinks: bool = True) -> Any:
    return _status(_found("stat", path, _KINDS_AND_NUMBERS))


def _lstat(path: Any, *, dir_fd: int | None = None) -> Any:
    return _status(_found("lstat", path))


def _fstat(fd: int) -> Any:
    return _status(numbered(fd).file)


def _access(path: Any, mode: int, *, dir_fd: int | None = None, effective_ids: bool = False,
            follow_symlinks: bool = True) -> bool:  # fmt: skip
    try:
        _found("access", path)
    except OSError:
        return False
    return True


def _chmod(path: Any, mode: int, *, dir_fd: int | None = None, follow_symlinks: bool = True) -> None:
    found = _found("chmod", path, _KINDS_AND_NUMBERS)
    found.mode = stat.S_IFMT(found.mode) | stat.S_IMODE(mode)


def _utime(path: Any, times: Any = None, *, ns: Any = None, dir_fd: int | None = None,
           follow_symlinks: bool = True) -> None:  # fmt: skip
    found = _found("utime", path, _KINDS_AND_NUMBERS)
    found.changed = int(times[1] * 1e9) if times else ns[1] if ns else time.time_ns()


def _readlink(path: Any, *, dir_fd: int | None = None) -> NoReturn:
    _found("readlink", path)
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path)


def _listxattr(path: Any = None, *, follow_symlinks: bool = True) -> list[str]:
    _found("listxattr", "." if path is None else path, _KINDS_AND_NONE)
    return []


def _getcwd() -> str:
    return tree().here()


def _getcwdb() -> bytes:
    return os.fsencode(tree().here())


def _chdir(path: Any) -> None:
    tree().enter(_text("chdir", path, _KINDS_AND_NUMBERS))


def _mkdir(path: Any, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
    tree().make(_text("mkdir", path), mode & 0o755)


def _rmdir(path: Any, *, dir_fd: int | None = None) -> None:
    tree().remove_folder(_text("rmdir", path))


def _remove(path: Any, *, dir_fd: int | None = None) -> None:
    tree().remove(_text("remove", path))


def _unlink(path: Any, *, dir_fd: int | None = None) -> None:
    tree().remove(_text("unlink", path))


def _rename(src: Any, dst: Any, *, src_dir_fd: int | None = None, dst_dir_fd: int | None = None) -> None:
    tree().move(_text("rename", src, argument="src"), _text("rename", dst, argument="dst"))


def _replace(src: Any, dst: Any, *, src_dir_fd: int | None = None, dst_dir_fd: int | None = None) -> None:
    tree().move(_text("replace", src, argument="src"), _text("replace", dst, argument="dst"))


def _folder(function: str, path: Any) -> Folder:
    found = _found(function, path, _KINDS_AND_NONE)
    if not isinstance(found, Folder):
        raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path if isinstance(path, int) else os.fspath(path))
    return found


def _listdir(path: Any = None) -> list[Any]:
    names = list(_folder("listdir", "." if path is None else path))
    return [os.fsencode(name) for name in names] if isinstance(path, bytes) else names


def _scandir(path: Any = None) -> _Entries:
    path = "." if path is None else path
    folder = _folder("scandir", path)
    text: Any = os.fspath(path)
    called = os.fsencode if isinstance(text, bytes) else os.fsdecode
    return _Entries(iter([_Entry(called(name), os.path.join(text, called(name)), at) for name, at in folder.items()]))


OS: Final[dict[str, Any]] = {
    "access": _access, "chdir": _chdir, "chmod": _chmod, "close": close_number, "fstat": _fstat, "getcwd": _getcwd,
    "getcwdb": _getcwdb, "listdir": _listdir, "listxattr": _listxattr, "lseek": seek_number, "lstat": _lstat,
    "mkdir": _mkdir, "open": open_number, "read": read_number, "readlink": _readlink, "remove": _remove,
    "rename": _rename, "replace": _replace, "rmdir": _rmdir, "scandir": _scandir, "stat": _stat, "unlink": _unlink,
    "utime": _utime, "write": write_number,
}  # fmt: skip
"""Of ``os``: what all else in Python that has to do with files and folders is made of, beside ``open``."""
