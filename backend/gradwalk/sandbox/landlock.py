"""Landlock, the second wall: a process that enters an empty ruleset may open nothing, connect to nothing, signal nobody
outside. Whatever might one day pass the filter on system calls meets it."""

from __future__ import annotations

import ctypes
import os
import struct
from typing import Final

from gradwalk.sandbox.kernel import syscall

# The three calls have these numbers on every architecture.
_CREATE_RULESET: Final = 444
_RESTRICT_SELF: Final = 446
_ASK_VERSION: Final = 1

_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights on files each version of the interface knows; they are its lowest bits."""
_TCP_FROM: Final = 4
_SCOPES_FROM: Final = 6


def version() -> int:
    """The kernel's version of the interface; 0 if there is no Landlock, or it has been switched off."""
    try:
        return syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))
    except OSError:
        return 0


def ruleset(abi: int) -> bytes:
    """``struct landlock_ruleset_attr`` that handles, and so forbids, all that version ``abi`` knows (of 7, the last
    that was looked at)."""
    fields = [(1 << _FILE_RIGHTS[min(abi, max(_FILE_RIGHTS))]) - 1]
    if abi >= _TCP_FROM:
        fields.append(0b11)  # bind and connect
    if abi >= _SCOPES_FROM:
        fields.append(0b11)  # abstract Unix sockets and signals, to whoever is outside
    return struct.pack(f"={len(fields)}Q", *fields)


def enter(abi: int) -> None:
    """Restrict this thread, and all it will fork, for good; entering again only nests."""
    attributes = ruleset(abi)
    fd = syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    try:
        syscall(_RESTRICT_SELF, ctypes.c_int(fd), ctypes.c_uint32(0))
    finally:
        os.close(fd)
