"""The VJP of one slot with the operands' names put in: ``grad * u``."""

from __future__ import annotations

import re

from gradwalk.document.schema import Operand, VjpRan
from gradwalk.export.reading.naming import name_of
from gradwalk.export.reading.run import Run

_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?![\w(])")
"""A name that stands for a value: no function, no attribute."""


def vjp_expression(run: Run, event: int, slot: int) -> str | None:
    """None if the formula is not known, or speaks of anything but operands, ``grad`` and ``result``."""
    ran = run.trace.events[event]
    if not isinstance(ran, VjpRan) or slot >= len(ran.cotangents_out) or ran.cotangents_out[slot] is None:
        return None
    index = run.trace.nodes[ran.node].op
    text = None if index is None else _formula(run, index, ran.node, slot)
    if index is None or text is None:
        return None
    op = run.trace.ops[index]
    names = {operand.argument: _operand(run, operand, event) for operand in op.inputs}
    if any(found not in names.keys() | {"grad", "result"} for found in _NAME.findall(text)):
        return None
    if op.outputs:
        names["result"] = name_of(run, op.outputs[0], event)
    return _NAME.sub(lambda found: _put(names.get(found.group(), found.group()), found), text)


_OPERATORS = [re.compile(r"[:=<>&|^~]|\b(?:if|or|and|not|in|is)\b"), *map(re.compile, ("[-+]", "[*/@%·]", "↑"))]
"""From loose to tight: comparisons (and what has no arithmetic), sums, products, powers."""
_ATOM = len(_OPERATORS)
_BRACKETED = re.compile(r"""[([{][^()\[\]{}]*[)\]}]|"[^"]*"|'[^']*'""")


def _binding(text: str) -> int:
    """The loosest operator outside of all brackets; a sign belongs to its number."""
    text, count = text.replace("**", "↑"), 1
    while count:
        text, count = _BRACKETED.subn("", text)
    text = re.sub(r"^-|(?<=\d)[eE][-+]", "", text)
    return next((held for held, operator in enumerate(_OPERATORS) if operator.search(text)), _ATOM)


def _put(name: str, found: re.Match[str]) -> str:
    """In brackets where it would fall apart: ``2 * (a - b)``."""
    left = re.search(r"(\*\*|[-+*/@]) ?$", found.string[: found.start()])
    right = re.match(r" ?(\*\*|[-+*/@.[])", found.string[found.end() :])
    held = _binding(name)
    is_base = right is not None and right[1] == "**"
    wants = (
        (name.startswith("-") and (left is not None or is_base))
        or (left is not None and held <= _binding(f"a{left[1]}b"))
        or (right is not None and held < _binding(f"a{right[1]}b"))
        or (is_base and held < _ATOM)
    )
    return f"({name})" if wants else name


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
