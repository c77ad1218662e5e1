"""The filter that stands for Docker's does what that does, as far as the facts go that are known of it."""

from __future__ import annotations

import errno

import pytest

from gradwalk.sandbox import bpf
from gradwalk.sandbox.syscalls import ARCHITECTURES
from tests.sandbox import emulate
from tests.sandbox.machine import answer

AUDIT = ARCHITECTURES["x86_64"].audit
PROGRAM = bpf.assemble(AUDIT, None, emulate.docker(), bpf.error(errno.EPERM))
NEW_USER_NAMESPACE = 0x10000000
THREAD = 0x3D0F00


@pytest.mark.parametrize(
    ("number", "arguments", "outcome"),
    [
        (0, (), bpf.ALLOW),  # read
        (41, (1,), bpf.ALLOW),  # socket, AF_UNIX
        (41, (16,), bpf.ALLOW),  # AF_NETLINK
        (41, (38,), bpf.error(errno.EPERM)),  # AF_ALG
        (41, (40,), bpf.error(errno.EPERM)),  # AF_VSOCK
        (56, (THREAD,), bpf.ALLOW),  # clone
        (56, (THREAD | NEW_USER_NAMESPACE,), bpf.error(errno.EPERM)),
        (435, (), bpf.error(errno.ENOSYS)),  # clone3
        (272, (), bpf.error(errno.EPERM)),  # unshare
        (165, (), bpf.error(errno.EPERM)),  # mount
        (321, (), bpf.error(errno.EPERM)),  # bpf
        (425, (), bpf.error(errno.EPERM)),  # io_uring_setup
        (101, (), bpf.ALLOW),  # ptrace, since Linux 4.8
        (317, (), bpf.ALLOW),  # seccomp
        (444, (), bpf.ALLOW),  # landlock_create_ruleset
        (434, (), bpf.ALLOW),  # pidfd_open
        (135, (0xFFFFFFFF,), bpf.ALLOW),  # personality
        (135, (0x40000,), bpf.error(errno.EPERM)),
        (10_000, (), bpf.error(errno.EPERM)),
    ],
)
def test_a_call_ends_as_in_a_container(number: int, arguments: tuple[int, ...], outcome: int) -> None:
    assert answer(PROGRAM, AUDIT, number, *arguments) == outcome
