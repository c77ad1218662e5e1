"""What a card's band says: the op as mathematics or Python writes it, with its constants in their slots."""

from __future__ import annotations

import re

from gradwalk.document.schema import Op

LONGEST = 16
"""Longer lists of parameters are left out."""

_INFIX = {
    "add": "+", "sub": "−", "mul": "×", "div": "/", "pow": "**", "matmul": "@", "mm": "@", "mv": "@",
    "floor_divide": "//", "remainder": "%", "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
    "add_": "+=", "sub_": "−=", "mul_": "×=", "div_": "/=", "pow_": "**=",
}  # fmt: skip


def title_of(op: Op, source: str) -> str:
    """``×``, ``2 ×``, ``** 2``, ``sum(dim=0)``, ``detach``."""
    operands = [operand.constant for operand in op.inputs]
    if op.name in _INFIX:
        given = [*operands, *op.params.values()]
        if len(given) <= 2:
            left, right = [*given, None, None][:2]
            return " ".join(part for part in (_short(left), _INFIX[op.name], _short(right)) if part)
    if op.name == "neg":
        return "−"
    named = [f"{name}={value}" for name, value in op.params.items()]
    # An argument that was left out is not worth a word.
    arguments = ", ".join([constant for constant in operands if constant not in (None, "None")] + named)
    name = _callee(source, op.name) or op.name
    return f"{name}({arguments})" if arguments and len(arguments) <= LONGEST else name


def _short(constant: str | None) -> str:
    """``1.4142…``: the op's code has all of it."""
    return re.sub(r"(\.\d{4})\d+$", r"\1…", constant or "")


def _callee(source: str, op: str) -> str | None:
    """``norm`` for ``b.norm()``, though the op is ``linalg_vector_norm``; None if the source calls something else."""
    if not source.endswith(")"):
        return None
    depth = 0
    opening = len(source) - 1
    while opening >= 0:
        if source[opening] == ")":
            depth += 1
        elif source[opening] == "(":
            depth -= 1
            if depth == 0:
                break
        opening -= 1
    found = re.search(r"(\w+)\s*$", source[: max(opening, 0)])
    return found.group(1) if found is not None and found.group(1) in op else None
