"""An assembler for the classic BPF programs that seccomp runs at each system call: only the instructions it needs."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# Offsets into what the kernel shows a program, ``struct seccomp_data``.
NUMBER: Final = 0
ARCH: Final = 4
_ARGUMENTS: Final = 16

ALLOW: Final = 0x7FFF0000
KILL_PROCESS: Final = 0x80000000
_ERRNO: Final = 0x00050000

LOAD: Final = 0x20
AND: Final = 0x54
JUMP_IF_EQUAL: Final = 0x15
JUMP_IF_AT_LEAST: Final = 0x35
RETURN: Final = 0x06


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction; ``then`` and ``otherwise`` are how many of those that follow it a jump leaves out."""

    code: int
    operand: int
    then: int = 0
    otherwise: int = 0

    def pack(self) -> bytes:
        """The instruction as the kernel reads it."""
        return struct.pack("=HBBI", self.code, self.then, self.otherwise, self.operand)


@dataclass(frozen=True, slots=True)
class Check:
    """A system call's argument, as far as ``mask`` shows it, must be one of ``allowed``.

    Only the lower half is looked at: descriptors, flags and operations have 32 bits, and the kernel drops the rest.
    """

    argument: int
    allowed: tuple[int, ...]
    mask: int = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of one system call if all checks hold."""

    number: int
    action: int
    checks: tuple[Check, ...] = ()


def error(number: int) -> int:
    """The action that lets a system call fail with this ``errno``."""
    return _ERRNO | number


def assemble(audit: int, foreign_from: int | None, rules: Sequence[Rule], otherwise: int) -> tuple[Instruction, ...]:
    """The program: kill what comes in by another interface, follow the first rule for a call, else ``otherwise``."""
    program = [
        Instruction(LOAD, ARCH),
        Instruction(JUMP_IF_EQUAL, audit, then=1),
        Instruction(RETURN, KILL_PROCESS),
        Instruction(LOAD, NUMBER),
    ]
    if foreign_from is not None:
        program += [Instruction(JUMP_IF_AT_LEAST, foreign_from, otherwise=1), Instruction(RETURN, KILL_PROCESS)]
    for rule in rules:
        body = _body(rule, otherwise)
        program += [Instruction(JUMP_IF_EQUAL, rule.number, otherwise=len(body)), *body]
    return (*program, Instruction(RETURN, otherwise))


def pack(program: Sequence[Instruction]) -> bytes:
    """The whole program's bytes."""
    return b"".join(instruction.pack() for instruction in program)


def _body(rule: Rule, otherwise: int) -> list[Instruction]:
    body = []
    for check in rule.checks:
        body += [Instruction(LOAD, _ARGUMENTS + 8 * check.argument), Instruction(AND, check.mask)]
        last = len(check.allowed)
        body += [Instruction(JUMP_IF_EQUAL, value, then=last - k) for k, value in enumerate(check.allowed)]
        body += [Instruction(RETURN, otherwise)]
    return [*body, Instruction(RETURN, rule.action)]
