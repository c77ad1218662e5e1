"""The VJP of one slot, as its formula has it and with the operands' names put in: ``grad * u``."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gradwalk.document.schema import Operand, VjpRan
from gradwalk.export.reading.binding import NAME, put_into
from gradwalk.export.reading.naming import name_of
from gradwalk.export.reading.rules import rule_of
from gradwalk.export.reading.run import Run

_COPY_SLICES = "CopySlices"


@dataclass(frozen=True)
class Vjp:
    """The formula of what a slot sent, and of how many elements each of those that came is shared by."""

    text: str
    share: str


def find_vjp(run: Run, event: int, slot: int) -> Vjp | None:
    """None if the formula is not known."""
    ran = run.trace.events[event]
    if not isinstance(ran, VjpRan) or slot >= len(ran.cotangents_out):
        return None
    value, index = ran.cotangents_out[slot], run.trace.nodes[ran.node].op
    text = None if index is None or value is None else _formula(run, index, ran.node, slot)
    if text is None:
        return None
    unreduced = ran.unreduced[slot] if slot < len(ran.unreduced) else None
    gradient = ran.cotangents_in[0] if ran.cotangents_in else None
    return Vjp(text, str(_size(run, value if unreduced is None else unreduced) // _size(run, gradient)))


def vjp_expression(run: Run, event: int, slot: int) -> str | None:
    """None if the formula is not known, or is no arithmetic or of more than operands, ``grad`` and ``result``."""
    ran, found = run.trace.events[event], find_vjp(run, event, slot)
    if not isinstance(ran, VjpRan) or found is None:
        return None
    node = run.trace.nodes[ran.node]
    # The formula of a write is about the part that was written: it is not what the whole gets.
    if node.op is None or node.name == _COPY_SLICES:
        return None
    op = run.trace.ops[node.op]
    names = {operand.argument: _operand(run, operand, event) for operand in op.inputs}
    names["n"] = found.share
    if rule_of(found.text) or any(each not in names.keys() | {"grad", "result"} for each in NAME.findall(found.text)):
        return None
    if op.outputs:
        names["result"] = name_of(run, op.outputs[0], event)
    # Of a gradient that is an operand, too, it would say `grad * grad`.
    if "grad" in names.values():
        return None
    return put_into(found.text, names).replace(".T.T", "")


def _size(run: Run, value: int | None) -> int:
    return 1 if value is None else max(1, math.prod(run.trace.values[value].shape))


def _formula(run: Run, index: int, node: int, slot: int) -> str | None:
    op = run.trace.ops[index]
    edge = next((edge for edge, own in run.tracked_edges(node) if own == slot), None)
    if op.formula is None or edge is None:
        return None
    operand = run.trace.edges[edge].slot
    argument = op.inputs[operand].argument if operand < len(op.inputs) else None
    vjps = run.trace.formulas[op.formula].vjps
    # The operands in a list have one formula: `tensors[0]` is of `tensors`.
    name = None if argument is None else argument.partition("[")[0]
    return next((vjp.formula.text for vjp in vjps if vjp.argument == name), None) or None


def _operand(run: Run, operand: Operand, k: int) -> str:
    return (operand.constant or "?") if operand.tensor is None else name_of(run, operand.tensor, k)
