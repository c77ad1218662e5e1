"""Steps: a run's events cut into moves, each op, test, output, VJP and accumulation one.

Events that say no more than what came before them (a name for the op's result) belong to that step; events that only
lead in (a line begins, a storage is written) to the next. ``frontend/src/core/by-op.ts`` cuts the same for the page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from gradwalk.document import schema
from gradwalk.document.schema import Event, Trace
from gradwalk.export.reading.statements import Statements

Role = Literal["opens", "follows", "turns", "leads"]
"""An event opens a step, follows in the open one, turns it into one about itself, or leads in to the next."""

_LINES = ("cell_begin", "cell_end", "write", "free", "backward_end")


@dataclass(frozen=True)
class Step:
    """One move: the events ``[start, end)``. The picture of it shows the state after them.

    ``kind`` is that of the event it is about; ``backward`` the pass that it belongs to, from 1, or None.
    """

    start: int
    end: int
    kind: str
    span: int | None
    scope: int | None
    cell: int | None
    backward: int | None
    op: int | None = None
    node: int | None = None


def steps_of(trace: Trace) -> list[Step]:
    """The steps of a run."""
    return _Cutter(trace).cut()


def step_at(steps: list[Step], k: int) -> Step | None:
    """The step that the last of the first ``k`` events is in."""
    return next((step for step in steps if step.start < k <= step.end), steps[0] if steps else None)


class _Cutter:
    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._statements = Statements(trace)
        self._steps: list[Step] = []
        self._open: Step | None = None
        self._running: list[int] = []
        self._backwards = 0
        self._cell: int | None = None
        self._lead: str | None = None
        """The kind of event that led in to the open step, if nothing has opened it since."""

    def cut(self) -> list[Step]:
        for index, event in enumerate(self._trace.events):
            self._take(event, index)
        self._close(len(self._trace.events))
        return self._steps

    def _take(self, event: Event, index: int) -> None:
        if isinstance(event, schema.CellBegin):
            self._cell = event.cell
            self._statements.clear()
        elif isinstance(event, schema.Line):
            self._statements.begin(event.span, event.scope)
        elif isinstance(event, schema.BackwardBegin):
            self._backwards += 1
            self._running.append(self._backwards)
        role = self._role(event)
        if role == "turns" and self._open is not None:
            known = self._open
            self._open = replace(self._step(event), start=known.start, op=known.op)
            self._lead = None
        elif self._open is None or role != "follows":
            # Of two lines in a row, the first came to nothing else and is a step of its own.
            leads_on = role == "opens" or self._lead == "cell_begin" or not isinstance(event, schema.Line)
            taken = self._lead is not None and leads_on
            start = self._open.start if taken and self._open is not None else index
            if not taken:
                self._close(index)
            self._open = replace(self._step(event), start=start)
            self._lead = event.kind if role == "leads" else None
        else:
            self._lead = None
        if isinstance(event, schema.BackwardEnd) and self._running:
            self._running.pop()
        if isinstance(event, schema.CellEnd):
            self._cell = None

    def _close(self, end: int) -> None:
        if self._open is not None:
            self._steps.append(replace(self._open, end=end))
        self._open = self._lead = None

    def _step(self, event: Event) -> Step:
        statement = self._statements.current
        span, scope = (None, None) if statement is None else (statement.span, statement.scope)
        op = node = None
        if isinstance(event, schema.OpApplied):
            op = event.op
            made = self._trace.ops[op]
            if made.span is not None:
                span, scope = made.span, made.scope
        elif isinstance(event, schema.Branch) or (isinstance(event, schema.BackwardBegin) and event.span is not None):
            span, scope = event.span, event.scope
        elif isinstance(event, schema.VjpRan | schema.Accumulate):
            node = event.node
        elif isinstance(event, schema.ErrorRaised) and event.span is not None:
            span = event.span
        kind = "line" if event.kind in _LINES else event.kind
        return Step(0, 0, kind, span, scope, self._cell, self._running[-1] if self._running else None, op, node)

    def _role(self, event: Event) -> Role:
        match event:
            case schema.CellBegin() | schema.Line() | schema.Write():
                # A write comes just before the op or the accumulation that made it.
                return "leads"
            case schema.CellEnd() | schema.Free() | schema.BackwardEnd():
                return "follows"
            case schema.OpApplied():
                return self._role_of_op(event.op)
            case schema.Bind():
                self._statements.resume(None, event.scope)
                # A module's parameters are named along with it.
                named = event.tensor is None or "." in event.name or self._just_made(event.tensor)
                return "follows" if named else "opens"
            case schema.RequiresGrad():
                return "follows" if self._just_made(event.tensor) else "opens"
            case schema.OutputWritten():
                return self._role_of_output(event.cell, event.output)
            case schema.Branch():
                # The op that asked the tensor for its truth value came just before.
                asked = self._open_op()
                return "turns" if asked is not None and not asked.outputs else "opens"
            case schema.GradCleared():
                known = event.grad is not None and self._open_op() is not None and self._just_made(event.grad)
                return "turns" if known else "opens"
            case schema.VjpRan():
                # With create_graph, the ops that this node ran came first: they are part of it.
                return "turns" if self._open_op() is not None and self._node_at_work() == event.node else "opens"
            case schema.Accumulate():
                return "turns" if self._open_op() is not None and self._just_made(event.grad) else "opens"
        return "opens"

    def _role_of_op(self, index: int) -> Role:
        op = self._trace.ops[index]
        if op.during is not None and self._open_op() is not None and self._node_at_work() == op.during:
            return "follows"
        # x.grad.zero_() is told as what it does to .grad, whichever of the two events comes first.
        known = self._open
        if known is not None and known.kind == "grad_cleared" and op.in_place and known.span == op.span:
            return "follows"
        self._statements.resume(op.span, op.scope)
        return "opens"

    def _role_of_output(self, cell: int, output: int) -> Role:
        """A traceback or a warning's text comes just before the event that says what it is."""
        outputs = self._trace.cells[cell].outputs
        if output < len(outputs) and outputs[output].kind in ("error", "warning"):
            return "leads"
        known = self._open
        return "follows" if known is not None and known.kind == "output" and known.cell == cell else "opens"

    def _open_op(self) -> schema.Op | None:
        """The op that the open step is about."""
        known = self._open
        if known is None or known.kind != "op" or known.op is None:
            return None
        return self._trace.ops[known.op]

    def _just_made(self, tensor: int) -> bool:
        op = None if self._open is None else self._open.op
        return op is not None and tensor in self._trace.ops[op].outputs

    def _node_at_work(self) -> int | None:
        op = None if self._open is None else self._open.op
        return None if op is None else self._trace.ops[op].during
