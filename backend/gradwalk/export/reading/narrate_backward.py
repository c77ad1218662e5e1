"""What a backward pass did: where it began, what each node sent on, what reached the leaves and what did not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradwalk.document.schema import Accumulate, BackwardBegin, Capture, VjpRan
from gradwalk.document.values import is_sum_of
from gradwalk.export.reading.cells import line_of
from gradwalk.export.reading.formulas import Vjp, find_vjp, vjp_expression
from gradwalk.export.reading.naming import added, given_name, name_of, value_text
from gradwalk.export.reading.rules import rule_of
from gradwalk.export.reading.run import Run
from gradwalk.export.reading.sentences import Sentence, say
from gradwalk.export.reading.steps import Step

SUMMANDS_SHOWN = 4
_COPY_SLICES = "CopySlices"


_ONE = re.compile(r"\[*1\]*")
_SUMS = re.compile(r"(add|sub)_?\b")
_OF_MEANS = "grad / n"


@dataclass(frozen=True)
class _Sent:
    """A cotangent that went on."""

    slot: int
    out: str
    """What the VJP gave, before what was broadcast is summed up."""
    value: int
    """What goes on."""
    target: str
    tensor: int | None
    expression: str | None
    """The VJP with names put in, if that can be said."""
    vjp: Vjp | None

    @property
    def text(self) -> str | None:
        """Of the formula."""
        return None if self.vjp is None else self.vjp.text


def tell_begin(run: Run, step: Step, event: BackwardBegin) -> list[Sentence]:
    """Where a pass begins, and what its first gradient is."""
    name = ", ".join(name_of(run, root, step.end) for root in event.roots)
    gradient = _values(run, event.gradients)
    key = "backwardBegin" if event.accumulate else "gradBegin"
    begun = say(key, **{"pass": str(step.backward or 1)}, name=name, gradient=gradient)
    if len(event.roots) > 1:
        return [begun]
    return [begun, say("byItself" if _ONE.fullmatch(gradient) else "given")]


def tell_vjp(run: Run, step: Step, event: VjpRan, index: int) -> list[Sentence]:
    """What came into a node, what it sent on, to whom and why."""
    node = run.trace.nodes[event.node]
    name, gradient = _node_name(run, event.node, step.end), _values(run, event.cotangents_in)
    sent = [
        _sent(run, step, event, index, slot)
        for slot, ((target, _), value) in enumerate(zip(node.next_functions, event.cotangents_out, strict=False))
        if target is not None and value is not None
    ]
    told = _fan_in(run, event.node, index, name, event.cotangents_in)
    told.append(_sending(sent, name, gradient, node.name))
    for one in sent:
        told += _which(run, one, name, run.tensor_of_node(event.node), step.end)
    told += _reasons(run, node.op, sent, node.name == _COPY_SLICES)
    for one in sent:
        if _unreduced(event, one.slot) is not None:
            told.append(say("summed", name=one.target, out=value_text(run, one.value)))
    return told + ([] if node.op is None else _blocked(run, node.op, step.end))


def _sent(run: Run, step: Step, event: VjpRan, index: int, slot: int) -> _Sent:
    target, value = run.trace.nodes[event.node].next_functions[slot][0], event.cotangents_out[slot]
    assert target is not None
    assert value is not None
    unreduced, vjp = _unreduced(event, slot), find_vjp(run, index, slot)
    is_kept = vjp is not None and vjp.text == "grad"
    return _Sent(
        slot=slot,
        out=value_text(run, value if unreduced is None else unreduced),
        value=value,
        target=_node_name(run, target, step.end),
        tensor=run.tensor_of_node(target),
        expression=None if is_kept else vjp_expression(run, index, slot),
        vjp=vjp,
    )


def _unreduced(event: VjpRan, slot: int) -> int | None:
    return event.unreduced[slot] if slot < len(event.unreduced) else None


def tell_accumulate(run: Run, step: Step, event: Accumulate, index: int) -> list[Sentence]:
    """What a leaf's ``.grad`` was and is."""
    name = name_of(run, event.tensor, step.end)
    contribution = value_text(run, event.contribution)
    result = value_text(run, event.result, event.grad)
    told = _fan_in(run, event.node, index, name, [event.contribution])
    before = run.grad_before(event.tensor, index)
    if event.first or before is None:
        return [*told, say("accumulateFirst", name=name, result=result)]
    was = value_text(run, before[1], before[0])
    return [*told, say("accumulate", name=name, before=was, contribution=contribution, result=result)]


def tell_capture(run: Run, step: Step, event: Capture) -> Sentence:
    """A gradient that is handed back, or kept for a tensor that is no leaf."""
    begin = run.trace.events[run.backwards[step.backward - 1]] if step.backward else None
    retained = isinstance(begin, BackwardBegin) and begin.accumulate
    name, value = name_of(run, event.tensor, step.end), value_text(run, event.contribution)
    return say("retain" if retained else "capture", name=name, value=value)


def _sending(sent: list[_Sent], name: str, gradient: str, op: str) -> Sentence:
    if not sent:
        return say("vjpNowhere", name=name, gradient=gradient)
    if len(sent) > 1:
        parts = "; ".join(f"{one.expression} = " * bool(one.expression) + f"{one.out} → {one.target}" for one in sent)
        return say("vjpMany", name=name, gradient=gradient, op=op, parts=parts)
    [one] = sent
    said = {"name": name, "gradient": gradient, "target": one.target}
    if one.expression is not None:
        return say("vjpFormula", **said, formula=one.expression, out=one.out)
    if one.out == gradient and (one.text in (None, "grad") or rule_of(one.text or "") == "ruleMoved"):
        return say("vjpUnchanged", **said)
    return say("vjp", **said, op=op, out=one.out)


def _reasons(run: Run, op: int | None, sent: list[_Sent], is_write: bool) -> list[Sentence]:
    """Why it is that which goes on, once for all that get something for the same reason."""
    if op is None:
        return []
    name = run.trace.ops[op].name
    if _SUMS.match(name) and all(one.text == "grad" for one in sent):
        return [say("ruleAdd")]
    told: dict[str, Sentence] = {}
    for one in sent:
        if one.vjp is None:
            continue
        key = rule_of(one.vjp.text)
        if one.text == _OF_MEANS and name.startswith("mean"):
            key = "ruleMean" if one.vjp.share != "1" else None
        if is_write:
            key = "ruleWritten" if one.text == "0" else None
        if key is not None:
            told.setdefault(key, say(key, name=one.target, count=one.vjp.share, out=value_text(run, one.value)))
    return list(told.values())


def _which(run: Run, one: _Sent, own_name: str, own: int | None, k: int) -> list[Sentence]:
    """Which one it is that gets something, where its name is another's by now: that of another round, or line."""
    tensor = one.tensor
    op = None if tensor is None else run.trace.tensors[tensor].op
    if tensor is None or op is None or run.names_at(tensor, k):
        return []
    made, rounds = run.trace.ops[op], _rounds_of(run, tensor)
    if rounds and rounds != _rounds_of(run, own):
        return [say("ofRound", name=one.target, round=rounds)]
    if made.span is None or made.during is not None or one.target != own_name:
        return []
    return [say("ofLine", name=one.target, line=str(line_of(run.trace.cells, run.trace.spans[made.span])))]


def _rounds_of(run: Run, tensor: int | None) -> str:
    """The rounds of loops in which a tensor was made, from the outermost: ``2.1``; nothing where in none."""
    op = None if tensor is None else run.trace.tensors[tensor].op
    scopes = () if op is None else run.scope_path(run.trace.ops[op].scope)
    return ".".join(str(index) for scope in scopes if (index := run.trace.scopes[scope].index) is not None)


def _blocked(run: Run, op: int, k: int) -> list[Sentence]:
    """Named operands that get nothing."""
    told = []
    for index in run.edges_of(op):
        edge = run.trace.edges[index]
        inputs = run.trace.ops[op].inputs
        tensor = inputs[edge.slot].tensor if edge.slot < len(inputs) else None
        name = None if tensor is None else given_name(run, tensor, k)
        if edge.kind == "tracked" or name is None:
            continue
        detached = edge.producer is not None and run.trace.ops[edge.producer].name.startswith("detach")
        told.append(say("blockedDetach" if detached else "blocked", name=name))
    return told


def _fan_in(run: Run, node: int, index: int, name: str, made: list[int] | list[int | None]) -> list[Sentence]:
    """What came in along several edges, if it did, and what a hook made of what came in."""
    received = run.received_at(node, index)
    total = made[0] if made else None
    if total is None or len({output for _, output in received}) != 1:
        return []
    parts = [value_text(run, value) for value, _ in received[:SUMMANDS_SHOWN]]
    if len(received) > len(parts):
        parts.append("…")
    said = {"name": name, "parts": added(parts), "total": value_text(run, total)}
    if not is_sum_of(run.numbers(total), [run.numbers(value) for value, _ in received]):
        return [say("hooked", **said)]
    return [say("fanIn", **said, count=str(len(received)))] if len(received) > 1 else []


def _node_name(run: Run, node: int, k: int) -> str:
    """A node is called by the tensor whose gradient comes into it."""
    tensor = run.tensor_of_node(node)
    return run.trace.nodes[node].name if tensor is None else name_of(run, tensor, k)


def _values(run: Run, values: list[int] | list[int | None]) -> str:
    return ", ".join("None" if value is None else value_text(run, value) for value in values)
