"""What to call a tensor, an op or a stretch of code."""

from __future__ import annotations

import re

from gradwalk.export.reading.binding import put_into
from gradwalk.export.reading.numbers import brief_text
from gradwalk.export.reading.run import Run

LONGEST = 64
_LONGEST_MESSAGE = 240

_UNSEEN = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]")
"""Controls, and what turns the direction of the text that follows it."""


def name_of(run: Run, tensor: int, k: int) -> str:
    """A tensor after k events: the variable that names it, or named it last, or the code that made it."""
    given = given_name(run, tensor, k)
    if given is not None:
        return given
    op = run.trace.tensors[tensor].op
    return "grad" if op is None else code_of(run, op)


def given_name(run: Run, tensor: int, k: int) -> str | None:
    """The variable that names a tensor after k events, or named it last; or what it will be in a module."""
    now = run.names_at(tensor, k)
    if now:
        return now[0]
    before = run.names_until(tensor, k)
    return before[-1] if before else run.member_of(tensor)


def code_of(run: Run, op: int) -> str:
    """The sub-expression of an op.

    What a VJP ran has none of its own and is called by its node and its formula, but in a Function's own ``backward``:
    ``PowBackward0: grad * (x * 2.0)``; what a module inside another ran, by that module: ``0: Linear · addmm``. What is
    on the way to the value of its code is called by its name too: ``m[0, 1]`` takes ``m[0, 1] · select`` first.
    """
    made = run.trace.ops[op]
    around = None if made.scope is None else run.trace.scopes[made.scope]
    if made.during is not None and (around is None or around.kind == "vjp"):
        return f"{run.trace.nodes[made.during].name}: {shorten(_in_vjp(run, op, _DEEPEST))}"
    if around is not None and around.kind == "module" and ": " in around.label:
        return f"{around.label} · {made.name}"
    if made.span is None:
        return made.name
    code = source_of(run, made.span)
    return f"{code} · {made.name}" if _is_on_the_way(run, op) else code


_DEEPEST = 3
"""So deep the ops of a VJP are opened: further in there are dots."""


def _in_vjp(run: Run, op: int, depth: int) -> str:
    """What an op of a VJP computes from what that was given: its own ops are opened, and what came in is ``grad``."""
    own = run.trace.ops[op]

    def operand(tensor: int) -> str:
        made = run.trace.tensors[tensor].op
        by = None if made is None else run.trace.ops[made]
        if made is not None and by is not None and by.during == own.during:
            return _in_vjp(run, made, depth - 1) if depth else "…"
        # Of the same pass, for all its ops have the code that called for it.
        if by is not None and by.span == own.span:
            return "grad"
        return name_of(run, tensor, run.event_of_op(op) or 0)

    forward = None if own.formula is None else run.trace.formulas[own.formula].forward
    return put_into(
        own.name if forward is None else forward.text,
        {each.argument: (each.constant or "?") if each.tensor is None else operand(each.tensor) for each in own.inputs},
    )


_FAR = 50
"""Of what runs for the same code, so many ops are looked at."""


def _is_on_the_way(run: Run, op: int) -> bool:
    """Whether more that gives something runs for the same code: with the result, or otherwise than the same again.

    Or a write that takes the result in, or a pass back of which an op has nothing: a call of what ``torch.func.grad``
    gave has its value from that.
    """
    made = run.trace.ops[op]
    passed = run.passes_by_code.get(made.span)
    if passed is not None and all(_was_made_before(run, operand.tensor, passed) for operand in made.inputs):
        return True
    for after in run.trace.ops[op + 1 : op + _FAR]:
        if (after.span, after.scope) != (made.span, made.scope) or not after.outputs:
            continue
        takes = [operand.tensor in made.outputs for operand in after.inputs]
        if after.in_place:
            # What `t[1] *= 3` stores back is in the same storage.
            storages = {run.trace.tensors[each.outputs[0]].storage for each in (made, after)} if any(takes[1:]) else {}
            if len(storages) > 1:
                return True
        elif after.name != made.name or any(takes):
            return True
    return False


def _was_made_before(run: Run, tensor: int | None, k: int) -> bool:
    op = None if tensor is None else run.trace.tensors[tensor].op
    return op is not None and (run.event_of_op(op) or 0) < k


def source_of(run: Run, span: int) -> str:
    """Source text in one line: a line that goes on behind a backslash, too."""
    return shorten(run.source(span))


def shorten(text: str, longest: int = LONGEST) -> str:
    """In one line of at most ``longest`` characters, with nothing unseen in it."""
    line = _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", re.sub(r"(\\\n|\s)+", " ", text).strip())
    return f"{line[: longest - 1]}…" if len(line) > longest else line


def message_text(text: str) -> str:
    """A message: a long one ends with a whole sentence, or at least with a whole word."""
    return re.sub(r"(.{120,}\. |.{120,} ).*…$", r"\1…", shorten(text, _LONGEST_MESSAGE))


def added(parts: list[str]) -> str:
    """`[1, 0] + [2, 2]`, `3 − 2`: what is below zero is taken away."""
    return " + ".join(parts).replace("+ -", "− ")


def value_text(run: Run, value: int | None, tensor: int | None = None) -> str:
    """A value's numbers, short."""
    return "?" if value is None else brief_text(run.numbers(value, tensor))


def tensor_text(run: Run, tensor: int, k: int) -> str:
    """A tensor's numbers after k events, short."""
    state = run.storage_at(run.trace.tensors[tensor].storage, k)
    return value_text(run, None if state is None else state.value, tensor)
