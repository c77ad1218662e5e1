"""The door to system calls that Python has no function for: the C library through ctypes, errors as exceptions."""

from __future__ import annotations

import ctypes
import os
from typing import Final

PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_SET_NO_NEW_PRIVS: Final = 38

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long


def prctl(option: int, value: int, more: int = 0) -> None:
    """``prctl(2)`` with up to two arguments."""
    if libc.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(more), 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, f"prctl {option}: {os.strerror(number)}")


def syscall(number: int, *arguments: object) -> int:
    """``syscall(2)``; ``arguments`` are ctypes values."""
    result: int = libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"system call {number}: {os.strerror(error)}")
    return result
