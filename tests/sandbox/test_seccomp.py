"""The filter on system calls, call by call, for both architectures: what passes, what fails, what kills."""

from __future__ import annotations

import errno

import pytest

from gradwalk.sandbox import bpf, seccomp
from gradwalk.sandbox.syscalls import ARCHITECTURES, Architecture
from tests.sandbox.machine import answer

EPERM = bpf.error(errno.EPERM)
X86_64 = ARCHITECTURES["x86_64"]
ANONYMOUS = (0, 4096, 3, 0x22)
"""``mmap`` as the C library's allocator calls it."""

each = pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ARCHITECTURES.keys())


def ask(architecture: Architecture, call: str | int, *arguments: int) -> int:
    number = architecture.numbers[call] if isinstance(call, str) else call
    return answer(seccomp.program(architecture), architecture.audit, number, *arguments)


@each
def test_fourteen_calls_pass_as_python_makes_them(architecture: Architecture) -> None:
    usual = {"read": (3,), "write": (3,), "mmap": ANONYMOUS, "madvise": (0, 4096, 4), "futex": (0, 0x189)}
    passing = [name for name in architecture.numbers if ask(architecture, name, *usual.get(name, ())) == bpf.ALLOW]
    assert sorted(passing) == sorted(seccomp.ALLOWED)
    assert len(passing) == 14


@each
@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("read", (0,)),
        ("read", (4,)),
        ("write", (2,)),
        ("write", (0xFFFFFFFF,)),
        ("mmap", (0, 4096, 4, 0x22)),
        ("mmap", (0, 4096, 7, 0x22)),
        ("mmap", (0, 4096, 3, 0x21)),
        ("mmap", (0, 4096, 3, 0x02, 3)),
        ("mmap", (0, 4096, 3, 0x32)),
        ("mmap", (0, 4096, 3, 0x2022)),
        ("madvise", (0, 4096, 100)),
        ("madvise", (0, 4096, 12)),
        ("futex", (0, 6)),
        ("futex", (0, 3)),
        ("futex", (0, 13)),
    ],
)
def test_they_fail_with_arguments_that_python_has_no_use_for(
    architecture: Architecture, call: str, arguments: tuple[int, ...]
) -> None:
    assert ask(architecture, call, *arguments) == EPERM


@each
def test_what_has_no_honest_use_kills(architecture: Architecture) -> None:
    for call in seccomp.DEADLY:
        if call in architecture.numbers:
            assert ask(architecture, call) == bpf.KILL_PROCESS, call


@each
def test_every_other_call_fails_and_clone3_as_if_it_were_not_there(architecture: Architecture) -> None:
    known = {architecture.numbers[name] for name in (*seccomp.ALLOWED, *seccomp.DEADLY) if name in architecture.numbers}
    others = set(range(600)) - known - {architecture.numbers["clone3"]}
    assert {ask(architecture, number) for number in others} == {EPERM}
    assert ask(architecture, "clone3") == bpf.error(errno.ENOSYS)


def test_calls_that_come_in_by_another_interface_kill() -> None:
    program = seccomp.program(X86_64)
    i386 = 0x40000003
    assert answer(program, i386, X86_64.numbers["write"], 3) == bpf.KILL_PROCESS
    assert answer(program, X86_64.audit, 0x40000000 + X86_64.numbers["write"], 3) == bpf.KILL_PROCESS
    assert answer(program, ARCHITECTURES["aarch64"].audit, 1, 3) == bpf.KILL_PROCESS


def test_the_deadly_of_both_architectures_are_the_same_but_for_those_that_only_one_has() -> None:
    missing = set(seccomp.DEADLY) - set(ARCHITECTURES["aarch64"].numbers)
    assert missing == {"fork", "vfork", "iopl", "ioperm", "modify_ldt"}
    assert set(seccomp.DEADLY) <= set(X86_64.numbers)


@each
def test_the_kernel_takes_programs_of_this_length(architecture: Architecture) -> None:
    program = seccomp.program(architecture)
    assert len(program) < 4096
    assert len(bpf.pack(program)) == 8 * len(program)
    assert all(instruction.then < 256 and instruction.otherwise < 256 for instruction in program)
