"""What a write in place did: which code wrote, into which numbers, and through which view of them.

``frontend/src/core/narrate-write.ts`` says the same on the page.
"""

from __future__ import annotations

import re

from gradwalk.document import schema
from gradwalk.document.schema import Op
from gradwalk.export.reading.naming import code_of, given_name, name_of, shorten, tensor_text
from gradwalk.export.reading.run import Run
from gradwalk.export.reading.sentences import Sentence, say

_AUGMENTED = re.compile(r"\s*(?:[-+*/@%&|^]|\*\*|//|<<|>>)=")


def tell_write(run: Run, op: Op, index: int, k: int) -> Sentence:
    """One sentence about an op that wrote in place."""
    written = op.outputs[0]
    name = name_of(run, written, k)
    state = run.storage_at(run.trace.tensors[written].storage, k)
    version = str(0 if state is None else state.version)
    statement = _statement_of(run, index)
    target = _target_of(run, op, statement)
    rest = statement[len(target) :] if target is not None and statement.startswith(target) else ""
    if _AUGMENTED.match(rest):
        return say("storedBack", code=shorten(statement), name=name, version=version)
    own = code_of(run, index)
    code = own if target is None else shorten(statement) if rest else f"{own} = …"
    base = _base_of(run, written, k)
    value = tensor_text(run, base, k)
    if base == written:
        return say("inPlace", code=code, name=name, value=value, version=version)
    return say("inPlaceThrough", code=code, name=name, base=name_of(run, base, k), value=value, version=version)


def _statement_of(run: Run, op: int) -> str:
    for index in range(run.event_of_op(op) or 0, -1, -1):
        before = run.trace.events[index]
        if isinstance(before, schema.Line):
            return run.source(before.span)
        if isinstance(before, schema.CellBegin):
            break
    return ""


def _target_of(run: Run, op: Op, statement: str) -> str | None:
    """The target of ``x[0] = 1``, whose write has no more code than that; None where an op has its own."""
    code = "" if op.span is None or op.during is not None else run.source(op.span)
    if not code.endswith("]") or code == statement:
        return None
    return code if statement.startswith(code) or "=" not in code else None


def _base_of(run: Run, tensor: int, k: int) -> int:
    """What has a name among a nameless view and what it is a view of, else the first of them."""
    while given_name(run, tensor, k) is None:
        made = run.trace.tensors[tensor]
        inputs = [] if made.op is None else run.trace.ops[made.op].inputs
        source = inputs[0].tensor if inputs else None
        if source is None or source == tensor or run.trace.tensors[source].storage != made.storage:
            break
        tensor = source
    return tensor
