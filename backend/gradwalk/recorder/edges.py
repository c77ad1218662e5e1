"""Whether a gradient can flow back along an edge, and if not, why."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from gradwalk.engine import Op, Tensor
from gradwalk.engine.custom import FunctionNode
from gradwalk.engine.graph import Node

Verdict = tuple[str, str | None]
"""An ``EdgeKind`` of the trace and its ``Reason``."""

TRACKED: Verdict = ("tracked", None)


def verdicts(op: Op, operands: Sequence[Any], node: Node | None) -> list[Verdict]:
    """For each operand of an application, by slot; ``node`` is what the engine recorded for it."""
    if op.takes_list:
        slots: Sequence[int | None] = range(len(operands))
    elif isinstance(node, FunctionNode):
        slots = [node.slot_of(position) for position in range(len(operands))]
    else:
        slots = _slots_of(op)
        if len(slots) < len(operands):
            slots = (*slots, *(None for _ in range(len(operands) - len(slots))))
    return [_verdict(op, operand, node, slot) for operand, slot in zip(operands, slots, strict=False)]


@cache
def _slots_of(op: Op) -> tuple[int | None, ...]:
    """By operand, which edge of the op's node belongs to it."""
    slots = {argument: slot for slot, argument in enumerate(op.vjps)}
    return tuple(slots.get(argument) for argument in op.operands)


@cache
def arguments_of(op: Op, count: int) -> tuple[str, ...]:
    """What an op calls its operands, if there are ``count``."""
    if op.takes_list:
        return tuple(f"{op.operands[0]}[{position}]" for position in range(count))
    return (*op.operands[:count], *(f"data[{position}]" for position in range(len(op.operands), count)))


def _verdict(op: Op, operand: Any, node: Node | None, slot: int | None) -> Verdict:
    if not isinstance(operand, Tensor):
        return "constant", "python_number"
    if node is not None and slot is not None and node.edges[slot][0] is not None:
        return TRACKED
    if not operand.requires_grad:
        return "constant", "does_not_require_grad"
    if op.name in ("detach", "data"):
        return "detached", op.name
    if op.category == "exit":
        return "detached", "exit"
    if op.name in ("tensor", "as_tensor"):
        return "detached", "rewrap"
    if slot is None:
        return "detached", "not_differentiable"
    return "detached", "no_grad"
