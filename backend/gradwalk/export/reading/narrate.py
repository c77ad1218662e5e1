"""One plain sentence for a step, made of what its events say: nothing is claimed that the trace does not hold.

``frontend/src/core/narrate.ts`` says the same on the page, from the same templates; ``frontend/test/walks.test.ts``
holds the two together.
"""

from __future__ import annotations

from gradwalk.document import schema
from gradwalk.document.schema import Event, Op
from gradwalk.export.reading.cells import line_of
from gradwalk.export.reading.naming import (
    code_of,
    message_text,
    name_of,
    shorten,
    source_of,
    tensor_text,
    value_text,
)
from gradwalk.export.reading.narrate_backward import tell_accumulate, tell_begin, tell_capture, tell_vjp
from gradwalk.export.reading.narrate_branch import tell_branch
from gradwalk.export.reading.narrate_write import tell_write
from gradwalk.export.reading.run import Run
from gradwalk.export.reading.sentences import Sentence, say
from gradwalk.export.reading.steps import Step
from gradwalk.export.reading.stop import tell_stop

_TOLD = {"detach", "data", "no_grad", "exit", "not_differentiable", "rewrap"}
"""Reasons that have a sentence of their own; the others are told by `notRecorded`."""


def narrate(run: Run, step: Step) -> list[Sentence]:
    """What is said of a step: at least one sentence."""
    events = range(step.end - 1, step.start - 1, -1)
    if step.kind == "line":
        index = _main_of_line(run, events)
    else:
        # What a step is about is its last event of that kind.
        index = next((i for i in events if run.trace.events[i].kind == step.kind), None)
    told = [_plain_line(run, step)] if index is None else _about(run, step, run.trace.events[index], index)
    return told or [say("cell")]


def _main_of_line(run: Run, events: range) -> int | None:
    """Of a whole line: what it did to a gradient, else what it computed, else what it named, else what it showed."""

    def computes(event: Event) -> bool:
        return isinstance(event, schema.OpApplied) and bool(run.trace.ops[event.op].outputs)

    def names(event: Event) -> bool:
        return isinstance(event, schema.Bind) and event.tensor is not None

    for fits in (
        lambda event: isinstance(event, schema.GradCleared | schema.RequiresGrad),
        computes,
        names,
        lambda event: isinstance(event, schema.OutputWritten),
    ):
        for i in events:
            if fits(run.trace.events[i]):
                return i
    return None


def _about(run: Run, step: Step, event: Event, index: int) -> list[Sentence]:
    match event:
        case schema.OpApplied():
            return _tell_op(run, step, event.op)
        case schema.Bind():
            return [_bind(run, step, event)]
        case schema.RequiresGrad():
            key = "requiresGrad" if event.value else "requiresGradOff"
            return [say(key, name=name_of(run, event.tensor, step.end))]
        case schema.Branch():
            return [tell_branch(run, event, index)]
        case schema.OutputWritten():
            return [_output(run, step, event)]
        case schema.BackwardBegin():
            return tell_begin(run, step, event)
        case schema.VjpRan():
            return tell_vjp(run, step, event, index)
        case schema.Accumulate():
            return tell_accumulate(run, step, event, index)
        case schema.Capture():
            return [tell_capture(run, step, event)]
        case schema.GradCleared():
            return [_grad_cleared(run, step, event)]
        case schema.Gap():
            if event.full is not None:
                return [say("full", count=f"{event.full:,}")]
            return [say("gap", count=f"{event.lines:,}")]
        case schema.WarningRaised():
            return [say("warning", message=message_text(event.message))]
        case schema.ErrorRaised():
            return _error(run)
    return [_plain_line(run, step)]


def _error(run: Run) -> list[Sentence]:
    outcome = run.trace.outcome
    if outcome.status != "error":
        return [say("stopped"), *tell_stop(run.trace)]
    kind, message = ("", "") if outcome.error is None else (outcome.error.type, outcome.error.message)
    return [say("error", type=kind, message=message_text(message))]


def _plain_line(run: Run, step: Step) -> Sentence:
    if step.span is None:
        return say("cell")
    code, iteration = source_of(run, step.span), _round_of(run, step)
    if iteration is None:
        return say("line", line=str(line_of(run.trace.cells, run.trace.spans[step.span])), code=code)
    return say("forRound", code=code, iteration=str(iteration)) if iteration else say("forEnd", code=code)


def _round_of(run: Run, step: Step) -> int | None:
    """The round of a for loop that begins where the step is at its head, from 1; 0 where it ends; None elsewhere."""
    events, scopes = run.trace.events, run.trace.scopes
    heads = [event.scope for event in events[step.start : step.end] if isinstance(event, schema.Line)]
    loop = heads[-1] if heads else None
    if loop is None or scopes[loop].kind != "loop":
        return None
    after = next((event for event in events[step.end :] if isinstance(event, schema.Line)), None)
    if after is None:
        return 0 if run.trace.outcome.status == "ok" else None
    rounds = (scopes[scope].index for scope in run.scope_path(after.scope) if scopes[scope].parent == loop)
    return next(rounds, None) or 0


def _bind(run: Run, step: Step, event: schema.Bind) -> Sentence:
    if event.tensor is None:
        return _plain_line(run, step)
    value = tensor_text(run, event.tensor, step.end)
    # A name in a function that no statement of it has given: a parameter.
    if event.scope is not None and event.scope not in run.scope_path(step.scope):
        return say("argument", call=run.trace.scopes[event.scope].label, name=event.name, value=value)
    others = [known for known in run.names_until(event.tensor, step.start) if known != event.name]
    if others:
        return say("bindAlias", name=event.name, other=others[-1])
    return say("bind", name=event.name, value=value)


def _output(run: Run, step: Step, event: schema.OutputWritten) -> Sentence:
    shown = run.written_at(event.cell, event.output, step.start)
    outputs = run.trace.cells[event.cell].outputs
    text = outputs[event.output].text if event.output < len(outputs) else ""
    units = text.encode("utf-16-le", "surrogatepass")[2 * shown : 2 * event.length]
    return say("output", text=shorten(units.decode("utf-16-le", "replace")))


def _grad_cleared(run: Run, step: Step, event: schema.GradCleared) -> Sentence:
    name = name_of(run, event.tensor, step.end)
    if event.grad is None or event.result is None:
        return say("gradNone", name=name)
    return say("gradZero", name=name, value=value_text(run, event.result, event.grad))


def _tell_op(run: Run, step: Step, index: int) -> list[Sentence]:
    """What an op did: the value it gives, and what autograd makes of it."""
    op, k, code = run.trace.ops[index], step.end, code_of(run, index)
    if not op.outputs:
        # What left for Python: the number that the tensor holds.
        source = op.inputs[0].tensor if op.inputs else None
        value = "?" if source is None else tensor_text(run, source, k)
        return [say("op", code=code, value=value), *_recording(run, op, index, k)]
    output = op.outputs[0]
    value, name = tensor_text(run, output, k), next(iter(run.names_at(output, k)), run.member_of(output))
    followed = [
        say("requiresGrad", name=name or code)
        for event in run.trace.events[step.start : step.end]
        if isinstance(event, schema.RequiresGrad) and event.value and event.tensor == output
    ]
    if op.in_place:
        return [tell_write(run, op, index, k), *followed]
    made = run.tensor_at(output, k)
    tracked = made is not None and made.requires_grad and op.node is None
    if op.name == "Parameter" and tracked:
        return [say("leafTracked", name=name or code, value=value), *_sharing(run, op, k)]
    if op.category == "creation" and not run.edges_of(index):
        return [say("leafTracked" if tracked else "leaf", name=name or code, value=value)]
    own = say("op", code=code, value=value) if name is None else say("opNamed", name=name, code=code, value=value)
    return [own, *_recording(run, op, index, k), *followed]


def _recording(run: Run, op: Op, index: int, k: int) -> list[Sentence]:
    """What autograd makes of an op: it records it, or a gradient is cut here, or there is nothing to record."""
    if op.node is not None:
        return [say("recorded", gradFn=run.trace.nodes[op.node].name)]
    edges = [run.trace.edges[edge] for edge in run.edges_of(index)]
    reason = next((edge.reason for edge in edges if edge.kind == "detached"), None)
    return [say(reason if reason in _TOLD else "notRecorded"), *_sharing(run, op, k)]


def _sharing(run: Run, op: Op, k: int) -> list[Sentence]:
    """Two tensors on one storage: ``detach()``, a view."""
    source = next((operand.tensor for operand in op.inputs if operand.tensor is not None), None)
    if not op.outputs or source is None:
        return []
    tensors = run.trace.tensors
    is_shared = tensors[op.outputs[0]].storage == tensors[source].storage
    return [say("sharesStorage", other=name_of(run, source, k))] if is_shared else []
