"""How what happens to tensors is written down: ops with the edges into them, steps of the backward pass, writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from gradwalk.engine import Op, Tensor
from gradwalk.engine.accumulate_grad import AccumulateGrad
from gradwalk.engine.graph import Node
from gradwalk.engine.storage import Storage

from .core import Core, Scribe
from .document import Document
from .edges import slots_of, why_cut
from .formulas import formula_key, formula_of, has_formula
from .marks import ROOM
from .rows import numbers, quoted, quoted_as_shown, row, sparse
from .stream import Stream
from .text import shown
from .usual import Producers, UsualOps, declared, operand_heads


class Plan:
    """What is the same of all applications of an op to so many operands."""

    __slots__ = ("arguments", "category", "name")

    def __init__(self, name: str, category: str, arguments: tuple[str, ...]) -> None:
        self.name, self.category = name, category
        self.arguments = arguments
        """How the row of each operand begins."""

    @classmethod
    @cache
    def of(cls, op: Op, count: int) -> Plan:
        """The plan for an op and ``count`` operands."""
        return cls(
            name=quoted(op.name.partition(".")[0])[1:-1],
            category=quoted(op.category)[1:-1],
            arguments=operand_heads(op, count),
        )


class Transcript:
    """Writes what the journal has noted to the lists of the trace."""

    def __init__(self, stream: Stream, document: Document, core: Core | None = None) -> None:
        self._core = core
        self._document = document
        self._ops = stream.lists["ops"]
        self._edges = stream.lists["edges"]
        self._events = stream.events
        self._producers = Producers(core)
        self._usual = UsualOps(stream, document, self._producers)
        self._writers = self._usual.writers

    def scribe(self, stream: Stream) -> Scribe | None:
        """What writes in this transcript's place where it can, and else has it write; None if that is not compiled."""
        if self._core is None:
            return None
        parts = stream, self._document, self._producers, self
        return self._core.Scribe(*parts, declared, why_cut, quoted_as_shown)

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
        try:
            is_usual = len(outputs) == 1 and during is None
            write = (self._writers.get(op) or self._usual.used(op)) if is_usual else None
            if write is not None and write(operands, params, outputs[0], node, span, scope):
                return
            self._any_op(op, operands, params, outputs, node, span, scope, during)
        except BaseException:
            self.leave_gap(op, index)
            raise

    def unusual_op(self, op: Op, *application: Any) -> None:
        """:meth:`op`, of an application that is known not to be usual."""
        index = len(self._ops)
        try:
            self._any_op(op, *application)
        except BaseException:
            self.leave_gap(op, index)
            raise

    @staticmethod
    def params(op: Op, params: dict[str, Any]) -> str:
        """What an op's row says of its params."""
        found = _params_of(op, params) if op.params else None
        return f',"params":{row(found)}' if found else ""

    def described(self, op: Op, params: dict[str, Any]) -> tuple[str, object]:
        """:meth:`params`, and the key of the formula; None for an op that has none."""
        return self.params(op, params), formula_key(op, params) if has_formula(op) else None

    formula = staticmethod(formula_of)

    def leave_gap(self, op: Op, index: int) -> None:
        """No memory or stack was left to write an op down: tensors may already point at it."""
        if len(self._ops) == index:
            self._ops.append(row({"name": op.name, "category": op.category, "inputs": [], "outputs": []}))

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
        plan = Plan.of(op, len(operands))
        # `detach_` is the one that changes a tensor in place and writes no numbers.
        written = outputs[0]._storage if in_place and op.name != "detach_" else None
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
        name = f"{plan.name}_" if in_place and not plan.name.endswith("_") else plan.name
        known = f'"name":"{name}","category":"{plan.category}","inputs":[{inputs}],"outputs":{numbers(results)}'
        found = row(sparse(more))[1:-1]
        self._ops.append(f"{{{known},{found}}}" if found else f"{{{known}}}")
        self._edges.extend(edges)
        self._events.append(f'{{"kind":"op","op":{index}}}')
        if op.name == "zero" and in_place:
            self._zeroed_gradient(results[0], outputs[0])

    def _inputs_and_edges(
        self, index: int, op: Op, plan: Plan, operands: Sequence[Any], node: Node | None, written: Storage | None
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
                how = ""
            else:
                kind, reason = why_cut(op, x, of_node)
                how = f',"kind":"{kind}","reason":"{reason}"'
            producer = self._producers.of(tensor, document.storage(storage))
            by = "" if producer is None else f',"producer":{producer}'
            edges.append(f'{{"op":{index},"slot":{slot}{how}{by}}}')
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
            self._producers.makers[result] = index
        if in_place:
            for output in outputs:
                self._producers.writers[document.storage(output._storage)] = index
        return results, own_node

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

    def write(self, mates: Sequence[Storage]) -> None:
        """Storages over the same memory were written, those of them that the trace knows."""
        document = self._document
        for storage in filter(document.is_met, mates):
            index = document.storage(storage)
            value = document.write(storage, index)
            self.event("write", {"storage": index, "version": storage.version, "value": value})

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

    def backward_begin(
        self,
        roots: Sequence[Tensor],
        gradients: Sequence[Any],
        accumulate: bool,
        retain_graph: bool,
        create_graph: bool,
        span: int | None,
        scope: int | None,
    ) -> None:
        """A backward pass begins."""
        document = self._document
        document.forget_cotangents()
        for root in roots:
            if root.grad_fn is not None:
                document.node(root.grad_fn)
        fields = {
            "roots": [document.tensor(root) for root in roots],
            "gradients": [document.cotangent(gradient) for gradient in gradients],
            "accumulate": accumulate,
            "retain_graph": retain_graph,
            "create_graph": create_graph,
            "span": span,
            "scope": scope,
        }
        self.event("backward_begin", fields)

    def vjp(
        self, node: Node, cotangents_in: Sequence[Any], cotangents_out: Sequence[Any], unreduced: Mapping[int, Any]
    ) -> None:
        """A node ran."""
        document = self._document
        cotangents = document.cotangents
        ran = node.mark - document.first_mark
        if not 0 <= ran < ROOM:
            ran = document.node(node)
        given, passed_on = cotangents(cotangents_in), cotangents(cotangents_out)
        more = ""
        if unreduced:
            more = f',"unreduced":{cotangents([unreduced.get(slot) for slot in range(len(cotangents_out))])}'
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
        freed = node.mark - self._document.first_mark
        if not 0 <= freed < ROOM:
            freed = self._document.node(node)
        self._events.append(f'{{"kind":"free","node":{freed}}}')

    def backward_end(self) -> None:
        """The backward pass is over."""
        self._document.forget_cotangents()
        self._events.append('{"kind":"backward_end"}')

    def grad_cleared(self, leaf: Tensor) -> None:
        """``leaf.grad`` was set to None."""
        self._events.append(f'{{"kind":"grad_cleared","tensor":{self._document.tensor(leaf)}}}')


_NOT_SHOWN = ("array", "data", "memory", "origin")


def _params_of(op: Op, params: dict[str, Any]) -> dict[str, str]:
    """Arguments worth showing: those that differ from their defaults."""
    return {
        name: shown(repr(value))
        for name, value in params.items()
        if name not in _NOT_SHOWN and (name not in op.params or op.params[name] != value)
    }
