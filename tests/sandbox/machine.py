"""A machine for classic BPF programs, like the kernel's: what a filter answers to any call on any architecture."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from gradwalk.sandbox.bpf import (
    AND,
    JUMP_IF_AT_LEAST,
    JUMP_IF_EQUAL,
    LOAD,
    RETURN,
    Instruction,
)


def answer(program: Sequence[Instruction], audit: int, number: int, *arguments: int) -> int:
    """What ``program`` returns for one call, given as ``struct seccomp_data``."""
    six = (*arguments, *(0,) * (6 - len(arguments)))
    data = struct.pack("<IIQ6Q", number, audit, 0, *six)
    accumulator = position = 0
    while True:
        instruction = program[position]
        position += 1
        match instruction.code:
            case code if code == LOAD:
                accumulator = struct.unpack_from("<I", data, instruction.operand)[0]
            case code if code == AND:
                accumulator &= instruction.operand
            case code if code == JUMP_IF_EQUAL:
                position += instruction.then if accumulator == instruction.operand else instruction.otherwise
            case code if code == JUMP_IF_AT_LEAST:
                position += instruction.then if accumulator >= instruction.operand else instruction.otherwise
            case code if code == RETURN:
                return instruction.operand
            case _:
                raise AssertionError(f"no such instruction: {instruction}")
