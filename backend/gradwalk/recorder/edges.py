"""Whether a gradient can flow back along an edge, and if not, why."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from gradwalk.engine import Op, Tensor
from gradwalk.engine.graph import Node


def slots_of(op: Op, node: Node | None, count: int) -> Sequence[int | None]:
    """For each of ``count`` operands of an application, which edge of its node belongs to it."""
    if node is not None and hasattr(node, "slot_of"):  # a user's Function, whose class most runs have no need to load
        return [node.slot_of(position) for position in range(count)]
    return _slots_of(op, count)


@cache
def _slots_of(op: Op, count: int) -> Sequence[int | None]:
    if op.takes_list:
        return range(count)
    slots = {argument: slot for slot, argument in enumerate(op.vjps)}
    return (*(slots.get(argument) for argument in op.operands), *(None for _ in range(count - len(op.operands))))


@cache
def arguments_of(op: Op, count: int) -> tuple[str, ...]:
    """What an op calls its operands, if there are ``count``."""
    if op.takes_list:
        return tuple(f"{op.operands[0]}[{position}]" for position in range(count))
    return (*op.operands[:count], *(f"data[{position}]" for position in range(len(op.operands), count)))


def why_cut(op: Op, operand: Tensor, slot: int | None) -> tuple[str, str]:
    """An ``EdgeKind`` of the trace and its ``Reason`` for an operand along whose edge no gradient flows."""
    if not operand.requires_grad:
        return "constant", "does_not_require_grad"
    if op.name in ("detach", "data"):
        return "detached", op.name
    if op.category == "exit":
        return "detached", "exit"
    if op.name in ("tensor", "as_tensor"):
        return "detached", "rewrap"
    return "detached", "not_differentiable" if slot is None else "no_grad"
