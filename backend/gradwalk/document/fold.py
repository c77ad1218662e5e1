"""The state of a run after its first *k* events: a pure fold of ``trace.events[:k]``.

``frontend/src/core/fold.ts`` is the same reader in TypeScript; ``tests/golden/*.frames.json`` holds what both give.
A :class:`Fold` can be stepped event by event; :func:`frame_at` runs one from the start.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, replace
from typing import Any

from gradwalk.document import schema
from gradwalk.document.frame import CellState, Frame, NodeState, StorageState, TensorState
from gradwalk.document.schema import Trace

_PENDING = NodeState()
_FREED = NodeState(freed=True)


@dataclass(frozen=True)
class Received:
    """The contributions to a node so far: the first ``count`` of a list that only grows; so many cost no copies."""

    list: list[tuple[int, int]]
    count: int


def frame_at(trace: Trace, k: int) -> Frame:
    """The state after the first ``k`` events."""
    fold = Fold(trace)
    for event in trace.events[:k]:
        fold.apply(event)
    return fold.frame()


class Fold:
    """The state after some events, ready for the next.

    ``table`` makes the tables that it writes to: one that remembers every change can tell the state at any event.
    """

    def __init__(self, trace: Trace, table: Callable[[], MutableMapping[Any, Any]] = dict) -> None:
        self._trace = trace
        self._at = 0
        self._cell: int | None = None
        self._span: int | None = None
        self._scope: int | None = None
        self._running: list[int] = []
        self._backwards = 0
        self._active: int | None = None
        self._cells = [CellState() for _ in trace.cells]
        self.tensors: MutableMapping[int, TensorState] = table()
        self.storages: MutableMapping[int, StorageState] = table()
        self.names: MutableMapping[tuple[int | None, str], int] = table()
        self._ops: list[int] = []
        self.nodes: MutableMapping[int, NodeState] = table()
        self.contributions: MutableMapping[int, Received] = table()
        self.edges: MutableMapping[int, int] = table()
        self.captured: MutableMapping[int, int] = table()
        self._first_values = first_values(trace)
        self._tracked = tracked_edges(trace)

    def apply(self, event: schema.Event) -> None:
        """Take in one event."""
        if (handler := _HANDLERS.get(event.kind)) is not None:
            handler(self, event)
        self._at += 1

    def frame(self) -> Frame:
        """The state now."""
        scopes = {scope for scope, _ in self.names if scope is not None}
        grads = {tensor: state.grad for tensor, state in self.tensors.items() if state.grad is not None}
        return Frame(
            at=self._at,
            cell=self._cell,
            span=self._span,
            scope=self._scope,
            backward=self._running[-1] if self._running else None,
            backwards=self._backwards,
            cells=list(self._cells),
            tensors=dict(self.tensors),
            storages=dict(self.storages),
            globals={name: tensor for (scope, name), tensor in self.names.items() if scope is None},
            locals={s: {name: t for (scope, name), t in self.names.items() if scope == s} for s in sorted(scopes)},
            ops=list(self._ops),
            nodes={node: self._told(node, state) for node, state in self.nodes.items()},
            edges=dict(self.edges),
            grads={tensor: self.storages[self._trace.tensors[grad].storage].value for tensor, grad in grads.items()},
            captured=dict(self.captured),
        )

    def _told(self, node: int, state: NodeState) -> NodeState:
        if not (received := self.received(node)):
            return state
        return NodeState(state.state, state.freed, received, state.cotangents_in, state.cotangents_out)

    @property
    def scope(self) -> int | None:
        """The scope that the run is in now."""
        return self._scope

    def received(self, node: int) -> tuple[tuple[int, int], ...]:
        """What has come to a node in this backward pass, in order of arrival: (value, output number)."""
        so_far = self.contributions.get(node)
        return () if so_far is None else tuple(so_far.list[: so_far.count])

    # -- cells, lines, names --

    def _on_cell_begin(self, event: schema.CellBegin) -> None:
        self._cell, self._span, self._scope = event.cell, None, None
        self._cells[event.cell] = replace(self._cells[event.cell], status="running")

    def _on_cell_end(self, event: schema.CellEnd) -> None:
        self._cell, self._span, self._scope = None, None, None
        self._cells[event.cell] = replace(self._cells[event.cell], status=event.status)

    def _on_line(self, event: schema.Line) -> None:
        self._span, self._scope = event.span, event.scope

    def _on_bind(self, event: schema.Bind) -> None:
        if event.tensor is None:
            self.names.pop((event.scope, event.name), None)
        else:
            self._touch(event.tensor)
            self.names[event.scope, event.name] = event.tensor

    def _on_branch(self, event: schema.Branch) -> None:
        self._span, self._scope = event.span, event.scope

    def _on_output(self, event: schema.OutputWritten) -> None:
        cell = self._cells[event.cell]
        lengths = list(cell.outputs) + [0] * (event.output + 1 - len(cell.outputs))
        lengths[event.output] = event.length
        self._cells[event.cell] = replace(cell, outputs=tuple(lengths))

    def _on_error(self, event: schema.ErrorRaised) -> None:
        if event.span is not None:
            self._span = event.span

    # -- tensors --

    def _on_op(self, event: schema.OpApplied) -> None:
        op = self._trace.ops[event.op]
        self._ops.append(event.op)
        if op.span is not None:
            self._span, self._scope = op.span, op.scope
        for operand in op.inputs:
            if operand.tensor is not None:
                self._touch(operand.tensor)
        for output in op.outputs:
            self._touch(output)
        if op.node is not None:
            self._touch_node(op.node)
            for node, _ in self._trace.nodes[op.node].next_functions:
                if node is not None:
                    self._touch_node(node)
        if op.in_place:
            self._rebase(op)

    def _rebase(self, op: schema.Op) -> None:
        """An in-place op gives the tensor it wrote a new history; ``detach_`` takes its history away."""
        for output in op.outputs:
            state = self.tensors[output]
            if op.node is not None:
                grad_fn = (op.node, 0)
                self.tensors[output] = replace(state, requires_grad=True, is_leaf=False, grad_fn=grad_fn)
            elif op.name == "detach_":
                self.tensors[output] = replace(state, requires_grad=False, is_leaf=True, grad_fn=None)

    def _on_write(self, event: schema.Write) -> None:
        self.storages[event.storage] = StorageState(event.version, event.value)

    def _on_requires_grad(self, event: schema.RequiresGrad) -> None:
        self._touch(event.tensor)
        self.tensors[event.tensor] = replace(self.tensors[event.tensor], requires_grad=event.value)

    def _touch(self, tensor: int) -> None:
        """A tensor is mentioned for the first time: it exists as it was made."""
        if tensor in self.tensors:
            return
        made = self._trace.tensors[tensor]
        # An in-place op or requires_grad_() may precede the first mention only if the trace was cut; then as made is
        # all there is to go by.
        self.tensors[tensor] = TensorState(made.requires_grad, made.is_leaf, made.grad_fn)
        if made.storage not in self.storages:
            self.storages[made.storage] = self._first_values.get(made.storage, StorageState(0, None))

    def _set_grad(self, tensor: int, grad: int, value: int) -> None:
        """``grad`` is the tensor's .grad and holds ``value`` now."""
        self._touch(tensor)
        self._touch(grad)
        self.tensors[tensor] = replace(self.tensors[tensor], grad=grad)
        storage = self._trace.tensors[grad].storage
        version = self._trace.values[value].version
        self.storages[storage] = StorageState(self.storages[storage].version if version is None else version, value)

    # -- backward --

    def _on_backward_begin(self, event: schema.BackwardBegin) -> None:
        self._finish_active()
        if not self._running:
            self._forget_last_pass()
        self._backwards += 1
        self._running.append(self._backwards)
        for root, gradient in zip(event.roots, event.gradients, strict=False):
            self._touch(root)
            grad_fn = self.tensors[root].grad_fn
            if grad_fn is not None:
                self._receive(grad_fn[0], gradient, grad_fn[1])

    def _forget_last_pass(self) -> None:
        """A pass begins with a clean slate, unless it runs inside another (a hook may call ``backward()``)."""
        self.edges.clear()
        self.contributions.clear()
        for node, state in self.nodes.items():
            self.nodes[node] = _FREED if state.freed else _PENDING

    def _on_vjp(self, event: schema.VjpRan) -> None:
        self._activate(event.node, event.cotangents_in, event.cotangents_out)
        node = self._trace.nodes[event.node]
        for (target, number), value in zip(node.next_functions, event.cotangents_out, strict=False):
            if target is not None and value is not None:
                self._receive(target, value, number)
        for edge, slot in self._tracked.get(event.node, ()):
            value = event.cotangents_out[slot] if slot < len(event.cotangents_out) else None
            if value is not None:
                self.edges[edge] = value

    def _on_accumulate(self, event: schema.Accumulate) -> None:
        self._activate(event.node, [event.contribution], [])
        self._set_grad(event.tensor, event.grad, event.result)

    def _on_capture(self, event: schema.Capture) -> None:
        self._touch(event.tensor)
        self.captured[event.tensor] = event.contribution

    def _on_free(self, event: schema.Free) -> None:
        self._touch_node(event.node)
        state = self.nodes[event.node]
        self.nodes[event.node] = NodeState(state.state, True, (), state.cotangents_in, state.cotangents_out)

    def _on_backward_end(self, event: schema.BackwardEnd) -> None:
        self._finish_active()
        if self._running:
            self._running.pop()

    def _on_grad_cleared(self, event: schema.GradCleared) -> None:
        self._touch(event.tensor)
        if event.grad is None or event.result is None:
            self.tensors[event.tensor] = replace(self.tensors[event.tensor], grad=None)
        else:
            self._set_grad(event.tensor, event.grad, event.result)

    def _touch_node(self, node: int) -> None:
        if node not in self.nodes:
            self.nodes[node] = _PENDING

    def _receive(self, node: int, value: int, number: int) -> None:
        self._touch_node(node)
        known = self.contributions.get(node)
        so_far = known.list if known is not None else []
        so_far.append((value, number))
        self.contributions[node] = Received(so_far, len(so_far))

    def _activate(self, node: int, came_in: list[int | None], went_out: list[int | None]) -> None:
        """The node is the one at work; the one before it is done."""
        self._finish_active()
        state = self.nodes.get(node, _PENDING)
        self._active = node
        self.nodes[node] = NodeState("active", state.freed, (), tuple(came_in), tuple(went_out))

    def _finish_active(self) -> None:
        if self._active is not None:
            state = self.nodes[self._active]
            self.nodes[self._active] = NodeState("done", state.freed, (), state.cotangents_in, state.cotangents_out)
            self._active = None


_HANDLERS: dict[str, Callable[[Fold, Any], None]] = {
    name.removeprefix("_on_"): handler for name, handler in vars(Fold).items() if name.startswith("_on_")
}
"""By kind, what takes an event in; warnings and gaps did nothing to any tensor."""


def first_values(trace: Trace) -> dict[int, StorageState]:
    """By storage, the earliest version whose numbers the trace holds."""
    first: dict[int, StorageState] = {}
    for index, value in enumerate(trace.values):
        if value.storage is not None and value.version is not None:
            known = first.get(value.storage)
            if known is None or value.version < known.version:
                first[value.storage] = StorageState(value.version, index)
    return first


def tracked_edges(trace: Trace) -> dict[int, list[tuple[int, int]]]:
    """By node, the (edge, slot of next_functions) pairs along which its cotangents go.

    ``next_functions`` has a slot for each differentiable argument only, so the n-th tracked edge of an op, in order of
    its operands, belongs to the n-th slot that leads anywhere.
    """
    by_op: dict[int, list[tuple[int, int]]] = {}
    for index, edge in enumerate(trace.edges):
        if edge.kind == "tracked":
            by_op.setdefault(edge.op, []).append((edge.slot, index))
    pairs: dict[int, list[tuple[int, int]]] = {}
    for op, edges in by_op.items():
        node = trace.ops[op].node
        if node is not None:
            slots = [s for s, (target, _) in enumerate(trace.nodes[node].next_functions) if target is not None]
            pairs[node] = [(edge, slot) for (_, edge), slot in zip(sorted(edges), slots, strict=False)]
    return pairs
