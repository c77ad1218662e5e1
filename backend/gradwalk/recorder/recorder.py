"""The recorder: an observer of the engine and the runner's reporter, writing one trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from gradwalk.engine import Holder, Observer, Op, Tensor
from gradwalk.engine.graph import AccumulateGrad, Node
from gradwalk.engine.storage import Storage
from gradwalk.engine.subject import Subject, subject_of
from gradwalk.limits import LIMITS, Limits

from .document import Document
from .edges import arguments_of, verdicts
from .limits import OpLimit, RecordLimit
from .scopes import Scopes
from .source import Source
from .stream import Emit, Stream, sparse
from .tail import Tail
from .text import shown

_FULL = 0.85
"""The share of the stream after which a run is stopped; the rest is for how it ended."""

OutputKind = Literal["stdout", "stderr", "echo", "error", "warning"]


class Recorder(Observer):
    """Writes down what happens, in order, and streams it through ``emit`` in frames.

    ``options`` are those of the request; ``max_elements`` is the longest value listed whole. Raises
    :class:`~gradwalk.recorder.limits.OpLimit` from inside the op that is one too many.
    """

    def __init__(self, emit: Emit, options: Mapping[str, Any], limits: Limits = LIMITS) -> None:
        self._stream = Stream(emit)
        self._limits = limits
        self._document = Document(self._stream, options["max_elements"])
        self._source = Source(lambda span: self._stream.append("spans", span))
        self._scopes = Scopes(self._stream)
        self._outputs: dict[int, list[tuple[OutputKind, int]]] = {}
        self._bound: set[tuple[int | None, str]] = set()
        self._held: dict[str, list[str]] = {}

        self._producers: dict[int, int] = {}
        self._writers: dict[int, int] = {}

        self._running: list[int] = []
        self._layers: list[int | None] = []
        self._vjps: list[int] = []
        self._lines_left = limits.lines
        self._tail = Tail(self._stream, self._scopes, limits.last_lines)

    # -- what the runner reports ----------------------------------------------------------------------------------

    def add_source(self, cell: int, source: str, filename: str, code_filename: str) -> None:
        """Register a cell's source under the file name its code was compiled with."""
        self._source.add(cell, source, code_filename)

    def span(self, cell: int, lineno: int, column: int, end_lineno: int, end_column: int) -> int:
        """The index of a span; columns in UTF-8 bytes, as the compiler counts."""
        return self._source.span(cell, (lineno, column, end_lineno, end_column))

    def cell_begin(self, cell: int) -> None:
        self._scopes.clear()
        self._event("cell_begin", cell=cell)

    def cell_end(self, cell: int, status: Literal["done", "error", "stopped"]) -> None:
        self._tail.tell()
        self._event("cell_end", cell=cell, status=status)
        self._stream.flush()

    def line(self, span: int) -> None:
        """A statement is about to run. Past the limit on lines, only the last are recorded; what they do always is."""
        if self._lines_left:
            self._lines_left -= 1
            scope = self._scopes.current()
            line = {"kind": "line", "span": span}
            self._stream.event(line if scope is None else {**line, "scope": scope})
        else:
            self._tail.line(span)
        self._stream.flush_if_due()
        self._check_room()

    def enter(self, kind: str, span: int, label: str, index: int | None = None) -> int:
        """A scope opens inside the one that is open; what is returned is to be given to :meth:`leave`."""
        return self._scopes.enter(kind, span, label, index)

    def leave(self, scope: int) -> None:
        """A scope closes, and every scope left open inside it."""
        self._scopes.leave(scope)

    def bind(self, name: str, value: object, local: bool) -> None:
        """A name was bound; told on if it names a tensor now, or did before. A module's name names its parameters."""
        if not local and name in self._held:
            for part in self._held.pop(name):
                self.bind(part, None, local)
        if not local and isinstance(value, Holder):
            parts = {f"{name}.{part}": parameter for part, parameter in value.named_parameters()}
            self._held[name] = list(parts)
            for part, parameter in parts.items():
                self.bind(part, parameter, local)
        if isinstance(value, Tensor):
            owner = self._scopes.function() if local else None
            self._bound.add((owner, name))
            self._event("bind", name=shown(name), tensor=self._document.tensor(value), scope=owner)
        elif self._bound and (key := (self._scopes.function() if local else None, name)) in self._bound:
            self._bound.discard(key)
            self._event("bind", name=shown(name), tensor=None, scope=key[0])

    def branch(self, statement: str, span: int, value: bool, tested: object) -> None:
        """A test came out. Past the limit on lines, only tests of tensors are recorded, and the last of the others."""
        tensor = self._document.tensor(tested) if isinstance(tested, Tensor) else None
        if self._lines_left or tensor is not None:
            scope = self._scopes.current()
            self._event("branch", statement=statement, span=span, scope=scope, value=value, tensor=tensor)
        else:
            self._tail.test(statement, span, value)

    def output(self, cell: int, kind: OutputKind, text: str) -> None:
        """A cell printed something; text of the same kind joins the chunk before."""
        if kind == "error":  # which ends the run
            self._tail.tell()
        else:
            self._tail.pass_over()
        chunks = self._outputs.setdefault(cell, [])
        if kind in ("stdout", "stderr") and chunks and chunks[-1][0] == kind:
            position = len(chunks) - 1
        else:
            position = len(chunks)
            chunks.append((kind, 0))
        length = chunks[position][1] + len(text.encode("utf-16-le", "surrogatepass")) // 2
        chunks[position] = (kind, length)
        self._stream.output({"cell": cell, "output": position, "kind": kind, "text": text}, length)

    def warning(self, category: str, message: str) -> None:
        self._event("warning", category=category, message=message, span=self._source.here())

    def error(self, span: int | None) -> None:
        self._tail.tell()
        self._event("error", span=span)

    def subject(self, error: BaseException) -> dict[str, int | None]:
        """What an error is about, for the outcome: the tensor that was refused, the node whose VJP failed."""
        subject = subject_of(error) or Subject()
        tensor = None if subject.tensor is None else self._document.tensor(subject.tensor)
        return {"tensor": tensor, "node": None if subject.node is None else self._document.node(subject.node)}

    def flush(self) -> None:
        """Send what has not been sent yet."""
        self._stream.flush()

    def finish(self, outcome: dict[str, Any]) -> None:
        """Send the last frame. What was stopped is told how much of it the record does not show line by line."""
        self._tail.tell()
        if self._tail.missing and outcome["message"]:
            lines = f"Of its {self._limits.lines + self._tail.seen:,} lines"
            last = f" and the last {self._tail.told:,}" if self._tail.told else ""
            ends = f"the first {self._limits.lines:,}{last} are on record one by one."
            outcome = outcome | {"message": f"{outcome['message']} {lines}, {ends}"}
        self._stream.finish(outcome)

    # -- what the engine shows ------------------------------------------------------------------------------------

    def op_applied(
        self, op: Op, operands: Sequence[Any], params: dict[str, Any], outputs: Sequence[Tensor], node: Node | None
    ) -> None:
        if self._stream.count("ops") >= self._limits.ops:
            raise OpLimit(self._limits.ops)
        self._check_room()
        index = self._stream.count("ops")
        try:
            self._record(index, op, operands, params, outputs, node)
        except BaseException:  # a soft limit, or no memory or stack left: tensors may already point at this op
            if self._stream.count("ops") == index:
                self._stream.append("ops", {"name": op.name, "category": op.category, "inputs": [], "outputs": []})
            raise
        self._stream.flush_if_due()

    def _record(
        self,
        index: int,
        op: Op,
        operands: Sequence[Any],
        params: dict[str, Any],
        outputs: Sequence[Tensor],
        node: Node | None,
    ) -> None:
        document, stream = self._document, self._stream
        in_place = bool(outputs and operands) and any(output is operands[0] for output in outputs)
        tensors = [document.tensor(x) if isinstance(x, Tensor) else None for x in operands]
        inputs = [
            {"argument": argument, "constant": shown(repr(x))}
            if tensor is None
            else {"argument": argument, "tensor": tensor, "version": self._version_read(x, in_place, outputs)}
            for argument, tensor, x in zip(arguments_of(op, len(operands)), tensors, operands, strict=True)
        ]
        producers = [
            None if tensor is None else self._producer(tensor, x) for tensor, x in zip(tensors, operands, strict=True)
        ]
        if op.category == "custom":
            for output in outputs:  # made by ops inside its forward, and now by the Function
                if not any(output is x for x in operands):
                    document.renew(output)
        written = self._with_base(outputs, node) if in_place else outputs
        outermost = written[-1]._grad_fn if in_place and node is not None else node
        node_index = None if outermost is None else document.node(outermost, index, outputs)
        results = [document.tensor(output, op=index) for output in written]
        for result, output in zip(results, written, strict=True):
            self._producers[result] = index
            if in_place:
                self._writers[document.storage(output._storage)] = index
        described: dict[str, Any] = {
            "name": op.name.partition(".")[0] + ("_" if in_place and not op.name.endswith("_") else ""),
            "category": op.category,
            "inputs": inputs,
            "outputs": results,
        }
        if op.params and (params_shown := _params_of(op, params)):
            described["params"] = params_shown
        if in_place:
            described["in_place"] = True
        if node_index is not None:
            described["node"] = node_index
        for name, found in (
            ("formula", document.formula(op, params)),
            ("span", self._source.here()),
            ("scope", self._scopes.current()),
        ):
            if found is not None:
                described[name] = found  # noqa: PERF403
        if self._running:
            described["during"] = self._running[-1]
        stream.append("ops", described)
        for slot, (kind, reason) in enumerate(verdicts(op, operands, node)):
            edge: dict[str, Any] = {"op": index, "slot": slot, "kind": kind}
            if producers[slot] is not None:
                edge["producer"] = producers[slot]
            if reason is not None:
                edge["reason"] = reason
            stream.append("edges", edge)
        if self._tail.waiting:
            self._tail.pass_over()
        stream.event({"kind": "op", "op": index})
        if op.name == "zero" and in_place:
            self._note_zeroed_gradient(results[0], outputs[0])

    def storage_written(self, storage: Storage) -> None:
        for index, mate in self._document.over_same_memory(storage):
            self._event("write", storage=index, version=mate.version, value=self._document.write(mate, index))

    def requires_grad_changed(self, tensor: Tensor) -> None:
        self._event("requires_grad", tensor=self._document.tensor(tensor), value=tensor._requires_grad)

    def backward_begins(
        self,
        roots: Sequence[Tensor],
        gradients: Sequence[Any],
        retain_graph: bool,
        create_graph: bool,
        accumulate: bool,
    ) -> None:
        self._document.forget_cotangents()
        for root in roots:
            if root.grad_fn is not None:
                self._document.node(root.grad_fn)
        self._event(
            "backward_begin",
            roots=[self._document.tensor(root) for root in roots],
            gradients=[self._document.cotangent(gradient) for gradient in gradients],
            accumulate=accumulate,
            retain_graph=retain_graph,
            create_graph=create_graph,
            span=self._source.here(),
            scope=self._scopes.current(),
        )
        self._layers.append(self._layer("backward" if accumulate else "grad") if create_graph else None)

    def _layer(self, label: str, node: int | None = None) -> int | None:
        """Open a scope for the ops of a pass that is recorded itself, or of one node's VJP in it."""
        span = self._source.here()
        kind = "backward" if node is None else "vjp"
        return None if span is None else self._scopes.enter(kind, span, label, node=node)

    def vjp_begins(self, node: Node) -> None:
        index = self._document.node(node)
        self._running.append(index)
        if self._layers[-1] is not None and (scope := self._layer(type(node).__name__, index)) is not None:
            self._vjps.append(scope)

    def vjp_ran(
        self, node: Node, cotangents_in: Sequence[Any], cotangents_out: Sequence[Any], unreduced: Sequence[Any]
    ) -> None:
        self._running.pop()
        if self._layers[-1] is not None:
            self._scopes.leave(self._vjps.pop())
        cotangent = self._document.cotangent
        event: dict[str, Any] = {
            "kind": "vjp",
            "node": self._document.node(node),
            "cotangents_in": [cotangent(c) for c in cotangents_in],
            "cotangents_out": [cotangent(c) for c in cotangents_out],
        }
        if any(c is not None for c in unreduced):
            event["unreduced"] = [cotangent(c) for c in unreduced]
        if self._tail.waiting:
            self._tail.pass_over()
        self._stream.event(event)
        self._stream.flush_if_due()

    def accumulated(self, node: AccumulateGrad, contribution: Any, first: bool) -> None:
        leaf = self._document.tensor(node.variable)
        gradient = node.variable._grad
        assert gradient is not None
        grad = self._document.tensor(gradient, gradient_of=leaf)
        self._event(
            "accumulate",
            node=self._document.node(node),
            tensor=leaf,
            grad=grad,
            contribution=self._document.cotangent(contribution),
            result=self._document.content(gradient._storage),
            first=first,
        )

    def captured(self, tensor: Tensor, contribution: Any) -> None:
        self._event(
            "capture", tensor=self._document.tensor(tensor), contribution=self._document.cotangent(contribution)
        )

    def freed(self, node: Node) -> None:
        self._event("free", node=self._document.node(node))

    def backward_ended(self) -> None:
        self._running.clear()
        if (layer := self._layers.pop()) is not None:
            self._scopes.leave(layer)
        self._document.forget_cotangents()
        self._event("backward_end")

    def grad_cleared(self, leaf: Tensor) -> None:
        self._event("grad_cleared", tensor=self._document.tensor(leaf), grad=None, result=None)

    def work_begins(self, kind: str, label: str) -> object:
        span = self._source.here()
        return None if span is None else self._scopes.enter(kind, span, label, None)

    def work_ends(self, work: object) -> None:
        if isinstance(work, int):
            self._scopes.leave(work)

    def _note_zeroed_gradient(self, grad: int, gradient: Tensor) -> None:
        leaf = self._document.leaf_of(grad)
        if leaf is not None:
            self._event("grad_cleared", tensor=leaf, grad=grad, result=self._document.content(gradient._storage))

    def _check_room(self) -> None:
        """Stop while there is room left to say so."""
        if self._stream.sent > self._limits.stream_bytes * _FULL:
            raise RecordLimit(self._limits.stream_bytes)

    # -- parts of events ------------------------------------------------------------------------------------------

    def _event(self, kind: str, **fields: Any) -> None:
        if self._tail.waiting:
            self._tail.pass_over()
        fields["kind"] = kind
        self._stream.event(sparse(fields))

    @staticmethod
    def _version_read(x: Tensor, in_place: bool, outputs: Sequence[Tensor]) -> int:
        """The version of an operand that an op read; one that it wrote in place it had read before."""
        version = x._storage.version
        return version - 1 if in_place and x._storage is outputs[0]._storage else version

    def _producer(self, index: int, x: Tensor) -> int | None:
        """The op that made or last wrote what an operand holds."""
        own = self._producers.get(index)
        writer = self._writers.get(self._document.storage(x._storage)) if self._writers else None
        return writer if own is None or (writer is not None and writer > own) else own

    @staticmethod
    def _with_base(outputs: Sequence[Tensor], node: Node | None) -> Sequence[Tensor]:
        """What an in-place op gave a new history: through a view, its base too."""
        target = outputs[0]
        base = target._base
        return [target, base] if node is not None and base is not None else [target]


_NOT_SHOWN = ("array", "data", "memory", "origin")


def _params_of(op: Op, params: dict[str, Any]) -> dict[str, str]:
    """Arguments worth showing: those that differ from their defaults."""
    return {
        name: shown(repr(value))
        for name, value in params.items()
        if name not in _NOT_SHOWN and (name not in op.params or op.params[name] != value)
    }
