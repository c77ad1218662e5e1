"""Whether a gradient can flow back along an edge, and if not, why."""

from __future__ import annotations

from collections.abc import Sequence
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
        return [_verdict(op, operand, node, slot) for slot, operand in enumerate(operands)]
    if isinstance(node, FunctionNode):
        return [_verdict(op, operand, node, node.slot_of(position)) for position, operand in enumerate(operands)]
    slots = {argument: slot for slot, argument in enumerate(op.vjps)}
    return [
        _verdict(op, operand, node, slots.get(argument_of(op, position))) for position, operand in enumerate(operands)
    ]


def argument_of(op: Op, position: int) -> str:
    """What an op calls its operand at a position."""
    if op.takes_list:
        return f"{op.operands[0]}[{position}]"
    return op.operands[position] if position < len(op.operands) else f"data[{position}]"


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
