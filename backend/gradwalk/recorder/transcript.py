"""How what happens to tensors is written down: ops with the edges into them, steps of the backward pass, writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradwalk.engine import Op, Tensor
from gradwalk.engine.graph import AccumulateGrad, Edge, Node
from gradwalk.engine.storage import Storage

from .document import Document
from .edges import arguments_of, slots_of, why_cut
from .marks import ROOM
from .rows import numbers, quoted, quoted_as_shown, row, sparse
from .stream import Stream
from .text import shown


@dataclass(slots=True)
class _Plan:
    """What is the same of all applications of an op to so many operands."""

    name: str
    category: str
    arguments: tuple[str, ...]
    """How the row of each operand begins."""
    slots: Sequence[int | None]
    """By operand, which edge of the op's node belongs to it."""
    formula: str | None
    """What its row has of the formula, with the usual params; None as long as it is not known."""
    head: str
    """How that row begins."""
    is_usual: bool
    """Whether it may be written in one piece."""


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
        self._events.append(row(sparse({"kind": kind, **fields})))

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
        usual = len(outputs) == 1 and during is None
        try:
            if not (usual and self._usual_op(op, operands, params, outputs[0], node, span, scope)):
                self._any_op(op, operands, params, outputs, node, span, scope, during)
        except BaseException:  # no memory or stack left: tensors may already point at this op
            if len(self._ops) == index:
                self._ops.append(row({"name": op.name, "category": op.category, "inputs": [], "outputs": []}))
            raise

    def _any_op(
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
        document = self._document
        index = len(self._ops)
        in_place = bool(outputs and operands) and any(output is operands[0] for output in outputs)
        plan = self._plans.get((op, len(operands))) or self._plan(op, len(operands))
        written = outputs[0]._storage if in_place else None
        inputs, edges = self._inputs_and_edges(index, op, plan, operands, node, written)
        if op.category == "custom":
            for output in outputs:  # made by ops inside its forward, and now by the Function
                if not any(output is x for x in operands):
                    document.renew(output)
        results, own_node = self._results(index, outputs, node, in_place)
        more = {
            "in_place": in_place or None,
            "node": own_node,
            "params": (_params_of(op, params) if op.params else None) or None,
            "formula": document.formula(op, params),
            "span": span,
            "scope": scope,
            "during": None if during is None else document.node(during),
        }
        name = f"{plan.name}_" if in_place and not op.name.endswith("_") else plan.name
        known = f'"name":"{name}","category":"{plan.category}","inputs":[{inputs}],"outputs":{numbers(results)}'
        found = row(sparse(more))[1:-1]
        self._ops.append(f"{{{known},{found}}}" if found else f"{{{known}}}")
        self._edges.items.extend(edges)
        self._events.append(f'{{"kind":"op","op":{index}}}')
        if op.name == "zero" and in_place:
            self._zeroed_gradient(results[0], outputs[0])

    def _usual_op(
        self,
        op: Op,
        operands: Sequence[Any],
        params: dict[str, Any],
        output: Tensor,
        node: Node | None,
        span: int | None,
        scope: int | None,
    ) -> bool:
        """:meth:`_any_op` in one piece for a new tensor in memory of its own that was made, with the usual params, of
        tensors that are known. False for anything else, and nothing is written then."""
        first_mark = self._document.first_mark
        plan = self._plans.get((op, len(operands)))
        array, storage = output._array, output._storage
        if plan is None or not plan.is_usual or len(params) != len(op.params):
            return False
        if storage.base is not array or storage.mark >= first_mark or output._mark >= first_mark:
            return False
        if output._grad_fn is not node or (node is None and output._requires_grad):
            return False
        for given, usual in zip(params.values(), op.params.values(), strict=True):
            if given is not usual:
                return False
        ends: Sequence[Edge] = ()
        if node is not None:
            ends = node.edges
            for following, _ in ends:
                if following is not None and following.mark < first_mark:
                    return False
        index = len(self._ops)
        inputs, edges = [], []
        for slot, x in enumerate(operands):
            head = plan.arguments[slot]
            if not isinstance(x, Tensor):
                inputs.append(f'{head},"constant":{quoted_as_shown(repr(x))}}}')
                edges.append(f'{{"op":{index},"slot":{slot},"kind":"constant","reason":"python_number"}}')
                continue
            tensor = x._mark - first_mark
            if tensor < 0:
                return False
            inputs.append(f'{head},"tensor":{tensor},"version":{x._storage.version}}}')
            of_node = plan.slots[slot]
            how = '"tracked"'
            if node is None or of_node is None or ends[of_node][0] is None:
                kind, reason = why_cut(op, x, of_node)
                how = f'"{kind}","reason":"{reason}"'
            producer = self._producer(tensor, x) if self._writers else self._producers.get(tensor)
            by = "" if producer is None else f',"producer":{producer}'
            edges.append(f'{{"op":{index},"slot":{slot},"kind":{how}{by}}}')
        made = self._document.fresh(output, index, node)
        self._producers[output._mark - first_mark] = index
        if plan.formula is None:
            formula = self._document.formula(op, params)
            plan.formula = "" if formula is None else f',"formula":{formula}'
        where = plan.formula if span is None else f'{plan.formula},"span":{span}'
        if scope is not None:
            where = f'{where},"scope":{scope}'
        self._ops.append(f"{plan.head}{','.join(inputs)}],{made}{where}}}")
        self._edges.items.extend(edges)
        self._events.append(f'{{"kind":"op","op":{index}}}')
        return True

    def _inputs_and_edges(
        self, index: int, op: Op, plan: _Plan, operands: Sequence[Any], node: Node | None, written: Storage | None
    ) -> tuple[str, list[str]]:
        """The rows of an op's operands and of the edges that they come by; ``written`` is what it wrote in place."""
        document = self._document
        first_mark = document.first_mark
        inputs: list[str] = []
        edges: list[str] = []
        slots = slots_of(op, node, len(operands))
        for slot, x in enumerate(operands):
            if not isinstance(x, Tensor):
                inputs.append(f'{plan.arguments[slot]},"constant":{quoted_as_shown(repr(x))}}}')
                edges.append(f'{{"op":{index},"slot":{slot},"kind":"constant","reason":"python_number"}}')
                continue
            tensor, storage = x._mark - first_mark, x._storage
            if not 0 <= tensor < ROOM:
                tensor = document.tensor(x)
            version = storage.version if storage is not written else storage.version - 1  # it was read before
            inputs.append(f'{plan.arguments[slot]},"tensor":{tensor},"version":{version}}}')
            of_node = slots[slot]
            if node is not None and of_node is not None and node.edges[of_node][0] is not None:
                how = '"tracked"'
            else:
                kind, reason = why_cut(op, x, of_node)
                how = f'"{kind}","reason":"{reason}"'
            producer = self._producer(tensor, x) if self._writers else self._producers.get(tensor)
            by = "" if producer is None else f',"producer":{producer}'
            edges.append(f'{{"op":{index},"slot":{slot},"kind":{how}{by}}}')
        return ",".join(inputs), edges

    def _results(
        self, index: int, outputs: Sequence[Tensor], node: Node | None, in_place: bool
    ) -> tuple[list[int], int | None]:
        """The tensors that an op made or wrote, and its node."""
        document = self._document
        if in_place:
            given = outputs
            outputs = self._with_base(outputs, node)
            if node is not None:
                node = outputs[-1]._grad_fn
            own_node = None if node is None else document.node(node, index, given)
        else:
            own_node = None if node is None else document.node(node, index, outputs)
        results = [document.tensor(output, op=index) for output in outputs]
        for result in results:
            self._producers[result] = index
        if in_place:
            for output in outputs:
                self._writers[document.storage(output._storage)] = index
        return results, own_node

    def _plan(self, op: Op, count: int) -> _Plan:
        name, category = quoted(op.name.partition(".")[0])[1:-1], quoted(op.category)[1:-1]
        plan = self._plans[op, count] = _Plan(
            name=name,
            category=category,
            arguments=tuple(f'{{"argument":{quoted(argument)}' for argument in arguments_of(op, count)),
            slots=slots_of(op, None, count),
            formula=None,
            head=f'{{"name":"{name}","category":"{category}","inputs":[',
            is_usual=op.category not in ("custom", "creation", "exit") and not op.is_view,
        )
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
        inside = "" if scope is None else f',"scope":{scope}'
        index = self._document.tensor(tensor)
        self._events.append(f'{{"kind":"bind","name":{quoted_as_shown(name)},"tensor":{index}{inside}}}')

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
        cotangents = self._document.cotangents
        ran, given, passed_on = self._document.node(node), cotangents(cotangents_in), cotangents(cotangents_out)
        more = ""
        if unreduced:
            more = f',"unreduced":{cotangents(unreduced.get(slot) for slot in range(len(cotangents_out)))}'
        self._events.append(f'{{"kind":"vjp","node":{ran},"cotangents_in":{given},"cotangents_out":{passed_on}{more}}}')

    def accumulate(self, node: AccumulateGrad, gradient: Tensor, contribution: Any, first: bool) -> None:
        """A leaf's ``.grad``, which is now ``gradient``, received a cotangent."""
        document = self._document
        leaf = document.tensor(node.variable)
        grad = document.tensor(gradient, gradient_of=leaf)
        fields = {
            "node": document.node(node),
            "tensor": leaf,
            "grad": grad,
            "contribution": document.cotangent(contribution),
            "result": document.content(gradient._storage),
            "first": first,
        }
        self.event("accumulate", fields)

    def capture(self, tensor: Tensor, contribution: Any) -> None:
        """``autograd.grad`` took a gradient out, or ``retain_grad`` kept it."""
        document = self._document
        self.event("capture", {"tensor": document.tensor(tensor), "contribution": document.cotangent(contribution)})

    def free(self, node: Node) -> None:
        """A node's saved tensors were released."""
        self._events.append(f'{{"kind":"free","node":{self._document.node(node)}}}')

    def backward_end(self) -> None:
        """The backward pass is over."""
        self._document.forget_cotangents()
        self.event("backward_end", {})

    def grad_cleared(self, leaf: Tensor) -> None:
        """``leaf.grad`` was set to None."""
        self.event("grad_cleared", {"tensor": self._document.tensor(leaf)})


_NOT_SHOWN = ("array", "data", "memory", "origin")


def _params_of(op: Op, params: dict[str, Any]) -> dict[str, str]:
    """Arguments worth showing: those that differ from their defaults."""
    return {
        name: shown(repr(value))
        for name, value in params.items()
        if name not in _NOT_SHOWN and (name not in op.params or op.params[name] != value)
    }
