"""Traces kept for whoever asks again: in bounded memory, and on disk if there is a directory; never a source of truth.

What is lost can be had again by running the same code. So nothing here waits for a disk to have written, and a file
that does not read back as what was written counts as none.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import re
import tempfile
import threading
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import zstandard

from gradwalk.errors import GradwalkError
from gradwalk.store.bounded import Bounded

_log = logging.getLogger(__name__)
_SUFFIX = ".trace.zst"
_PART = ".part"
"""What is being written."""
_ABANDONED_SECONDS = 3600
"""Nobody writes for so long: other servers may, into the same directory."""
_LONGEST = 64 * 1024 * 1024
"""No trace is as long as this; a file that says it holds more is not one of ours."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A trace as it is kept."""

    tag: str
    """The hash of its document."""
    packed: bytes
    """The document, compressed by zstd."""
    steady: bool = True
    """Whether another run would give it again."""

    @classmethod
    def of(cls, document: bytes, *, steady: bool = True) -> Kept:
        """What to keep of a trace's JSON."""
        return cls(tag_of(document), compressed(document, checksum=True), steady)

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return len(self.packed)

    def document(self) -> bytes:
        """The trace's JSON."""
        return zstandard.ZstdDecompressor().decompress(self.packed, max_output_size=_LONGEST)


def compressed(data: bytes, *, checksum: bool = False) -> bytes:
    """``data`` by zstd. A copy, for zstandard gives bytes that hold the memory of the longest there could have been."""
    return bytes(memoryview(zstandard.ZstdCompressor(level=3, write_checksum=checksum).compress(data)))


def tag_of(document: bytes) -> str:
    """A hash of its content for an ``ETag``."""
    return sha256(document).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Derived:
    """Something that was made of a trace."""

    data: bytes

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return len(self.data)


class TraceCache:
    """The traces of one server, and what was made of them: a fifth of the memory is for the latter."""

    def __init__(self, most: int, directory: Path | None = None, most_on_disk: int = 0) -> None:
        self._traces: Bounded[str, Kept] = Bounded(most - most // 5)
        self.derived: Bounded[tuple[str, str], Derived] = Bounded(most // 5)
        """By (tag, what): from one document always the same."""
        self._disk = _Disk(directory, most_on_disk) if directory is not None else None

    @property
    def on_disk(self) -> bool:
        """Whether there is a directory."""
        return self._disk is not None

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return self._traces.size + self.derived.size

    def at_hand(self, trace: str) -> Kept | None:
        """The trace, if it is in memory."""
        return self._traces.get(trace)

    def fetch(self, trace: str) -> Kept | None:
        """The trace, if it is on disk; this reads a file."""
        return self._disk.read(trace) if self._disk is not None else None

    def keep(self, trace: str, kept: Kept) -> None:
        """Keep it in memory."""
        self._traces.put(trace, kept)

    def save(self, trace: str, kept: Kept) -> None:
        """Keep it on disk, if there is one; this writes a file."""
        if self._disk is not None:
            self._disk.write(trace, kept)


class _Disk:
    """A directory with a file for each trace, of at most so many bytes together; several servers may share it."""

    def __init__(self, directory: Path, most: int) -> None:
        self._directory = directory
        self._most = most
        self._lock = threading.Lock()
        self._size = 0
        try:
            directory.mkdir(parents=True, exist_ok=True)
            if not os.access(directory, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except OSError as error:
            raise GradwalkError(
                f"Traces cannot be kept in {directory} ({error.strerror}): let --cache-dir or GRADWALK_CACHE_DIR name "
                "a directory that can be written to."
            ) from error
        self._tidy()

    def read(self, trace: str) -> Kept | None:
        path = self._path(trace)
        try:
            kept = Kept("", path.read_bytes())
            return Kept(tag_of(kept.document()), kept.packed)
        except FileNotFoundError:
            return None
        except (OSError, zstandard.ZstdError, MemoryError):
            _log.warning("a kept trace could not be read back, and is forgotten")
            with contextlib.suppress(OSError):
                path.unlink()
            return None

    def write(self, trace: str, kept: Kept) -> None:
        part = None
        try:
            with tempfile.NamedTemporaryFile(dir=self._directory, suffix=_PART, delete=False) as file:
                part = Path(file.name)
                file.write(kept.packed)
            os.replace(part, self._path(trace))
        except OSError as error:
            _log.warning("a trace could not be kept on disk: %s", error.strerror)
            if part is not None:
                part.unlink(missing_ok=True)
            return
        with self._lock:
            self._size += kept.size
            if self._size > self._most:
                self._tidy()

    def _path(self, trace: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{32}", trace):
            raise ValueError("no trace has this id")
        return self._directory / f"{trace}{_SUFFIX}"

    def _tidy(self) -> None:
        """Count what is there, and let the oldest go until a tenth is free, and what a server left that was killed."""
        for path in self._directory.glob(f"*{_PART}"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < time.time() - _ABANDONED_SECONDS:
                    path.unlink()
        found = []
        for path in self._directory.glob(f"*{_SUFFIX}"):
            with contextlib.suppress(OSError):
                seen = path.stat()
                found.append((seen.st_mtime, seen.st_size, path))
        self._size = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if self._size <= self._most * 0.9:
                break
            with contextlib.suppress(OSError):
                path.unlink()
            self._size -= size
