"""The VJP of one slot with the operands' names put in: ``grad * u``."""

from __future__ import annotations

from gradwalk.document.schema import Operand, VjpRan
from gradwalk.export.reading.binding import NAME, put_into
from gradwalk.export.reading.naming import name_of
from gradwalk.export.reading.run import Run


def vjp_expression(run: Run, event: int, slot: int) -> str | None:
    """None if the formula is not known, or is of nothing (``0``) or of more than operands, ``grad`` and ``result``."""
    ran = run.trace.events[event]
    if not isinstance(ran, VjpRan) or slot >= len(ran.cotangents_out) or ran.cotangents_out[slot] is None:
        return None
    index = run.trace.nodes[ran.node].op
    text = None if index is None else _formula(run, index, ran.node, slot)
    if index is None or text is None:
        return None
    op = run.trace.ops[index]
    names = {operand.argument: _operand(run, operand, event) for operand in op.inputs}
    if text == "0" or any(found not in names.keys() | {"grad", "result"} for found in NAME.findall(text)):
        return None
    if op.outputs:
        names["result"] = name_of(run, op.outputs[0], event)
    return put_into(text, names)


def _formula(run: Run, index: int, node: int, slot: int) -> str | None:
    op = run.trace.ops[index]
    edge = next((edge for edge, own in run.tracked_edges(node) if own == slot), None)
    if op.formula is None or edge is None:
        return None
    operand = run.trace.edges[edge].slot
    argument = op.inputs[operand].argument if operand < len(op.inputs) else None
    vjps = run.trace.formulas[op.formula].vjps
    return next((vjp.formula.text for vjp in vjps if vjp.argument == argument), None) or None


def _operand(run: Run, operand: Operand, k: int) -> str:
    return (operand.constant or "?") if operand.tensor is None else name_of(run, operand.tensor, k)
