"""How what happens to tensors is written down: ops with the edges into them, steps of the backward pass, writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradwalk.engine import Op, Tensor
from gradwalk.engine.graph import AccumulateGrad, Node
from gradwalk.engine.storage import Storage

from .document import Document
from .edges import arguments_of, slots_of, why_cut
from .stream import Stream, sparse
from .text import shown


@dataclass(slots=True)
class _Plan:
    """What is the same of all applications of an op to so many operands."""

    name: str
    arguments: tuple[str, ...]
    formula: int | None
    """Where there are no params to put in; else it is found for each application."""


class Transcript:
    """Writes what the journal has noted to the lists of the trace."""

    def __init__(self, stream: Stream, document: Document) -> None:
        self._document = document
        self._ops = stream.lists["ops"]
        self._edges = stream.lists["edges"]
        self._events = stream.lists["events"]
        self._plans: dict[tuple[Op, int], _Plan] = {}
        self._producers: dict[int, int] = {}
        """By tensor, the op that made it or wrote it last."""
        self._writers: dict[int, int] = {}
        """By storage, the op that wrote it last."""

    def event(self, kind: str, fields: dict[str, Any]) -> None:
        """An event; what is null is left out."""
        self._events.append(sparse({"kind": kind, **fields}))

    def op(
        self,
        op: Op,
        operands: Sequence[Any],
        params: dict[str, Any],
        outputs: Sequence[Tensor],
        node: Node | None,
        span: int | None,
        scope: int | None,
        during: Node | None,
    ) -> None:
        """An application of an op."""
        index = len(self._ops)
        try:
            described, edges = self._op_and_edges(index, op, operands, params, outputs, node)
            if span is not None:
                described["span"] = span
            if scope is not None:
                described["scope"] = scope
            if during is not None:
                described["during"] = self._document.node(during)
        except BaseException:  # no memory or stack left: tensors may already point at this op
            self._ops.append({"name": op.name, "category": op.category, "inputs": [], "outputs": []})
            raise
        self._ops.append(described)
        self._edges.items.extend(edges)
        self._events.append({"kind": "op", "op": index})
        if op.name == "zero" and "in_place" in described:
            self._zeroed_gradient(described["outputs"][0], outputs[0])

    def _op_and_edges(
        self,
        index: int,
        op: Op,
        operands: Sequence[Any],
        params: dict[str, Any],
        outputs: Sequence[Tensor],
        node: Node | None,
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        document = self._document
        plan = self._plans.get((op, len(operands))) or self._plan(op, len(operands), params)
        in_place = bool(outputs and operands) and any(output is operands[0] for output in outputs)
        inputs: list[dict[str, Any]] = []
        edges: list[dict[str, Any]] = []
        slots = slots_of(op, node, len(operands))
        for slot, x in enumerate(operands):
            if not isinstance(x, Tensor):
                inputs.append({"argument": plan.arguments[slot], "constant": shown(repr(x))})
                edges.append({"op": index, "slot": slot, "kind": "constant", "reason": "python_number"})
                continue
            tensor, version = document.tensor(x), x._storage.version
            if in_place and x._storage is outputs[0]._storage:
                version -= 1  # it was read before it was written
            inputs.append({"argument": plan.arguments[slot], "tensor": tensor, "version": version})
            of_node = slots[slot]
            if node is not None and of_node is not None and node.edges[of_node][0] is not None:
                edge: dict[str, Any] = {"op": index, "slot": slot, "kind": "tracked"}
            else:
                kind, reason = why_cut(op, x, of_node)
                edge = {"op": index, "slot": slot, "kind": kind, "reason": reason}
            producer = self._producers.get(tensor) if not self._writers else self._producer(tensor, x)
            if producer is not None:
                edge["producer"] = producer
            edges.append(edge)
        if op.category == "custom":
            for output in outputs:  # made by ops inside its forward, and now by the Function
                if not any(output is x for x in operands):
                    document.renew(output)
        described: dict[str, Any] = {"name": plan.name, "category": op.category, "inputs": inputs}
        if in_place:
            outputs_written = self._with_base(outputs, node)
            if node is not None:
                node = outputs_written[-1]._grad_fn
            described["in_place"] = True
            if not op.name.endswith("_"):
                described["name"] += "_"
        else:
            outputs_written = outputs
        if node is not None:
            described["node"] = document.node(node, index, outputs)
        results = described["outputs"] = [document.tensor(output, op=index) for output in outputs_written]
        for result in results:
            self._producers[result] = index
        if in_place:
            for output in outputs_written:
                self._writers[document.storage(output._storage)] = index
        if op.params and (params_shown := _params_of(op, params)):
            described["params"] = params_shown
        formula = document.formula(op, params) if op.params else plan.formula
        if formula is not None:
            described["formula"] = formula
        return described, edges

    def _plan(self, op: Op, count: int, params: dict[str, Any]) -> _Plan:
        formula = None if op.params else self._document.formula(op, params)
        plan = self._plans[op, count] = _Plan(op.name.partition(".")[0], arguments_of(op, count), formula)
        return plan

    def _producer(self, index: int, x: Tensor) -> int | None:
        """The op that made or last wrote what an operand holds."""
        own, writer = self._producers.get(index), self._writers.get(self._document.storage(x._storage))
        return writer if own is None or (writer is not None and writer > own) else own

    @staticmethod
    def _with_base(outputs: Sequence[Tensor], node: Node | None) -> Sequence[Tensor]:
        """What an in-place op gave a new history: through a view, its base too."""
        target = outputs[0]
        base = target._base
        return [target, base] if node is not None and base is not None else [target]

    def _zeroed_gradient(self, grad: int, gradient: Tensor) -> None:
        leaf = self._document.leaf_of(grad)
        if leaf is not None:
            content = self._document.content(gradient._storage)
            self.event("grad_cleared", {"tensor": leaf, "grad": grad, "result": content})

    def write(self, storage: Storage) -> None:
        """A storage was written, and with it those that see the same memory."""
        for index, mate in self._document.over_same_memory(storage):
            value = self._document.write(mate, index)
            self.event("write", {"storage": index, "version": mate.version, "value": value})

    def requires_grad(self, tensor: Tensor, value: bool) -> None:
        """``requires_grad`` was set."""
        self.event("requires_grad", {"tensor": self._document.tensor(tensor), "value": value})

    def bind(self, name: str, tensor: Tensor, scope: int | None) -> None:
        """A name was bound to a tensor."""
        self.event("bind", {"name": name, "tensor": self._document.tensor(tensor), "scope": scope})

    def branch(self, fields: dict[str, Any], tensor: Tensor) -> None:
        """A test of a tensor came out."""
        self.event("branch", fields | {"tensor": self._document.tensor(tensor)})

    def backward_begin(self, roots: Sequence[Tensor], gradients: Sequence[Any], fields: dict[str, Any]) -> None:
        """A backward pass begins."""
        document = self._document
        document.forget_cotangents()
        for root in roots:
            if root.grad_fn is not None:
                document.node(root.grad_fn)
        starts = {
            "roots": [document.tensor(root) for root in roots],
            "gradients": [document.cotangent(gradient) for gradient in gradients],
        }
        self.event("backward_begin", starts | fields)

    def vjp(
        self, node: Node, cotangents_in: Sequence[Any], cotangents_out: Sequence[Any], unreduced: Mapping[int, Any]
    ) -> None:
        """A node ran."""
        cotangent = self._document.cotangent
        event: dict[str, Any] = {
            "kind": "vjp",
            "node": self._document.node(node),
            "cotangents_in": [cotangent(c) for c in cotangents_in],
            "cotangents_out": [cotangent(c) for c in cotangents_out],
        }
        if unreduced:
            event["unreduced"] = [cotangent(unreduced.get(slot)) for slot in range(len(cotangents_out))]
        self._events.append(event)

    def accumulate(self, node: AccumulateGrad, gradient: Tensor, contribution: Any, first: bool) -> None:
        """A leaf's ``.grad``, which is now ``gradient``, received a cotangent."""
        document = self._document
        leaf = document.tensor(node.variable)
        grad = document.tensor(gradient, gradient_of=leaf)
        event = {
            "kind": "accumulate",
            "node": document.node(node),
            "tensor": leaf,
            "grad": grad,
            "contribution": document.cotangent(contribution),
            "result": document.content(gradient._storage),
            "first": first,
        }
        self._events.append(event)

    def capture(self, tensor: Tensor, contribution: Any) -> None:
        """``autograd.grad`` took a gradient out, or ``retain_grad`` kept it."""
        document = self._document
        self.event("capture", {"tensor": document.tensor(tensor), "contribution": document.cotangent(contribution)})

    def free(self, node: Node) -> None:
        """A node's saved tensors were released."""
        self._events.append({"kind": "free", "node": self._document.node(node)})

    def backward_end(self) -> None:
        """The backward pass is over."""
        self._document.forget_cotangents()
        self._events.append({"kind": "backward_end"})

    def grad_cleared(self, leaf: Tensor) -> None:
        """``leaf.grad`` was set to None."""
        self._events.append({"kind": "grad_cleared", "tensor": self._document.tensor(leaf)})


_NOT_SHOWN = ("array", "data", "memory", "origin")


def _params_of(op: Op, params: dict[str, Any]) -> dict[str, str]:
    """Arguments worth showing: those that differ from their defaults."""
    return {
        name: shown(repr(value))
        for name, value in params.items()
        if name not in _NOT_SHOWN and (name not in op.params or op.params[name] != value)
    }
