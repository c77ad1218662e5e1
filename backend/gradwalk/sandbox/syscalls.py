"""System call numbers of the two architectures a fork server runs on, as data: those that the filter knows."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Architecture:
    """One machine's view of the kernel's interface."""

    audit: int
    """``AUDIT_ARCH_*``: what the kernel tells a filter of the interface that a call came in by."""
    numbers: dict[str, int]
    foreign_from: int | None
    """Numbers from here on belong to another interface that shares ``audit`` (x32 does with x86_64)."""


# The numbers stand in the kernel's arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h; those
# from 424 on are the same everywhere.
_COMMON: Final = {
    "pidfd_send_signal": 424, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "clone3": 435, "pidfd_getfd": 438,
}  # fmt: skip

ARCHITECTURES: Final[dict[str, Architecture]] = {
    "x86_64": Architecture(
        0xC000003E,
        {
            "read": 0, "write": 1, "mmap": 9, "munmap": 11, "brk": 12, "rt_sigreturn": 15, "mremap": 25, "madvise": 28,
            "fork": 57, "vfork": 58, "execve": 59, "kill": 62, "ptrace": 101, "rt_sigqueueinfo": 129,
            "modify_ldt": 154, "pivot_root": 155, "mount": 165, "umount2": 166, "swapon": 167, "reboot": 169,
            "iopl": 172, "ioperm": 173, "init_module": 175, "delete_module": 176, "tkill": 200, "futex": 202,
            "restart_syscall": 219, "clock_gettime": 228, "clock_nanosleep": 230, "exit_group": 231,
            "kexec_load": 246, "add_key": 248, "request_key": 249, "keyctl": 250, "unshare": 272,
            "rt_tgsigqueueinfo": 297, "perf_event_open": 298, "open_by_handle_at": 304, "setns": 308,
            "process_vm_readv": 310, "process_vm_writev": 311, "finit_module": 313, "getrandom": 318,
            "kexec_file_load": 320, "bpf": 321, "execveat": 322, "userfaultfd": 323,
        } | _COMMON,
        foreign_from=0x40000000,
    ),
    "aarch64": Architecture(
        0xC00000B7,
        {
            "umount2": 39, "mount": 40, "pivot_root": 41, "read": 63, "write": 64, "exit_group": 94, "unshare": 97,
            "futex": 98, "kexec_load": 104, "init_module": 105, "delete_module": 106, "clock_gettime": 113,
            "clock_nanosleep": 115, "ptrace": 117, "restart_syscall": 128, "kill": 129, "tkill": 130,
            "rt_sigqueueinfo": 138, "rt_sigreturn": 139, "reboot": 142, "brk": 214, "munmap": 215, "mremap": 216,
            "add_key": 217, "request_key": 218, "keyctl": 219, "execve": 221, "mmap": 222, "swapon": 224,
            "madvise": 233, "rt_tgsigqueueinfo": 240, "perf_event_open": 241, "open_by_handle_at": 265, "setns": 268,
            "process_vm_readv": 270, "process_vm_writev": 271, "finit_module": 273, "getrandom": 278, "bpf": 280,
            "execveat": 281, "userfaultfd": 282, "kexec_file_load": 294,
        } | _COMMON,
        foreign_from=None,
    ),
}  # fmt: skip


def this_architecture() -> Architecture | None:
    """This machine's, or None if nobody has written its numbers down."""
    return ARCHITECTURES.get(platform.machine())
