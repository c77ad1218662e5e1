"""The filter on a child's system calls, the wall that holds: 14 calls pass, with the arguments that are needed.

CPython and numpy, once warm, need no more than these to compute, take memory, look at the clock, sleep, and talk over
one socket. What no snippet can have an honest reason for ends it; everything else fails with EPERM, which is Python's
PermissionError.
"""

from __future__ import annotations

import ctypes
import errno
from collections.abc import Sequence
from typing import Final

from gradwalk.sandbox import bpf
from gradwalk.sandbox.kernel import PR_SET_NO_NEW_PRIVS, libc, prctl
from gradwalk.sandbox.protocol import STREAM_FD
from gradwalk.sandbox.syscalls import Architecture, this_architecture

_PR_SET_SECCOMP: Final = 22
_SECCOMP_MODE_FILTER: Final = 2

_ONLY_THE_STREAM = bpf.Check(0, (STREAM_FD,))
_READ_WRITE_AT_MOST = bpf.Check(2, (0,), mask=~0x3 & 0xFFFFFFFF)
_PRIVATE_AND_ANONYMOUS = bpf.Check(3, (0x22,), mask=~0x24000 & 0xFFFFFFFF)  # beside MAP_STACK and MAP_NORESERVE
_WAIT_AND_WAKE = bpf.Check(1, (0, 1, 9, 10), mask=~0x180 & 0xFFFFFFFF)  # beside FUTEX_PRIVATE and FUTEX_CLOCK_REALTIME
_GIVE_BACK_AND_HUGE_PAGES = bpf.Check(2, (4, 8, 14))  # MADV_DONTNEED, MADV_FREE, MADV_HUGEPAGE

ALLOWED: Final[dict[str, tuple[bpf.Check, ...]]] = {
    "read": (_ONLY_THE_STREAM,),
    "write": (_ONLY_THE_STREAM,),
    "mmap": (_READ_WRITE_AT_MOST, _PRIVATE_AND_ANONYMOUS),
    "munmap": (),
    "mremap": (),
    "brk": (),
    "madvise": (_GIVE_BACK_AND_HUGE_PAGES,),
    "futex": (_WAIT_AND_WAKE,),
    "getrandom": (),
    "clock_gettime": (),
    "clock_nanosleep": (),
    "rt_sigreturn": (),
    "restart_syscall": (),
    "exit_group": (),
}
"""What passes, and with which arguments."""

DEADLY: Final = (
    "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kill",
    "tkill", "pidfd_send_signal", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "bpf", "userfaultfd", "perf_event_open", "unshare", "setns", "mount", "umount2", "pivot_root",
    "open_tree", "move_mount", "fsopen", "open_by_handle_at", "keyctl", "add_key", "request_key", "init_module",
    "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "iopl", "ioperm",
    "modify_ldt",
)  # fmt: skip
"""What ends the process; an architecture that lacks one has nothing to forbid."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


class Filter:
    """A program ready to be installed: made once in the fork server, installed in every child."""

    def __init__(self, instructions: Sequence[bpf.Instruction]) -> None:
        code = bpf.pack(instructions)
        self._code = ctypes.create_string_buffer(code, len(code))
        self._program = _Program(len(code) // 8, ctypes.addressof(self._code))

    def install(self) -> None:
        """Put it on this thread for good; every process it might start would have it too."""
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(self._program))


def available() -> bool:
    """Whether this kernel takes filters and this architecture's numbers are known."""
    # A filter at address 0 cannot be read: EFAULT is said by a kernel that would have read it.
    libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), None, 0, 0)
    return this_architecture() is not None and ctypes.get_errno() == errno.EFAULT


def program(architecture: Architecture) -> tuple[bpf.Instruction, ...]:
    """The filter for ``architecture``, what is called most first."""
    numbers = architecture.numbers
    rules = [bpf.Rule(numbers[name], bpf.ALLOW, checks) for name, checks in ALLOWED.items()]
    # With ENOSYS the C library falls back to clone, whose EPERM it reports as it should.
    rules.append(bpf.Rule(numbers["clone3"], bpf.error(errno.ENOSYS)))
    rules += [bpf.Rule(numbers[name], bpf.KILL_PROCESS) for name in DEADLY if name in numbers]
    return bpf.assemble(architecture.audit, architecture.foreign_from, rules, bpf.error(errno.EPERM))
