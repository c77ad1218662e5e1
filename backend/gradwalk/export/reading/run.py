"""A trace with its indices: what an export asks about a moment is a look-up here. Made once for each trace."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from gradwalk.document import schema
from gradwalk.document.fold import Fold, tracked_edges
from gradwalk.document.frame import NodeState, StorageState, TensorState
from gradwalk.document.schema import Trace
from gradwalk.document.values import Numbers, find_values, numbers_of
from gradwalk.export.reading.history import History


class Run:
    """The state of a trace after any number ``k`` of its events, and what does not change."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.end = len(trace.events)
        self.backwards: list[int] = []
        """The events that began backward passes; the first began pass 1."""
        self.passes_by_code: dict[int | None, int] = {}
        """The last of them by the span that called for it."""
        self._clock = 0
        self._fold = Fold(trace, lambda: History(lambda: self._clock))
        self._bindings: dict[int, list[tuple[int, str]]] = defaultdict(list)
        self._event_of_op: dict[int, int] = {}
        self._leaf_of_grad: dict[int, int] = {}
        self._written: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        self._scopes: list[tuple[int, int | None]] = [(0, None)]
        self._read()
        self._values = find_values(trace)
        self._tracked = tracked_edges(trace)
        self._edges_of: dict[int, list[int]] = defaultdict(list)
        for index, edge in enumerate(trace.edges):
            self._edges_of[edge.op].append(index)
        for edges in self._edges_of.values():
            edges.sort(key=lambda index: trace.edges[index].slot)
        self._made_by: dict[int, int] = {}
        for index, tensor in enumerate(trace.tensors):
            if tensor.grad_fn is not None:
                self._made_by.setdefault(tensor.grad_fn[0], index)
        self._accumulates = {node.variable: i for i, node in enumerate(trace.nodes) if node.variable is not None}
        self._paths: dict[int, tuple[int, ...]] = {}
        self._lines: dict[int, list[str]] = {}

    def _read(self) -> None:
        for event in self.trace.events:
            if isinstance(event, schema.OpApplied):
                self._event_of_op[event.op] = self._clock
            elif isinstance(event, schema.Accumulate):
                self._leaf_of_grad[event.grad] = event.tensor
            elif isinstance(event, schema.BackwardBegin):
                self.backwards.append(self._clock)
                self.passes_by_code[event.span] = self._clock
            elif isinstance(event, schema.OutputWritten):
                self._written[event.cell, event.output].append((self._clock, event.length))
            elif isinstance(event, schema.Bind) and event.tensor is not None:
                known = self._bindings[event.tensor]
                if all(name != event.name for _, name in known):
                    known.append((self._clock, event.name))
            self._fold.apply(event)
            self._clock += 1
            if self._fold.scope != self._scopes[-1][1]:
                self._scopes.append((self._clock, self._fold.scope))

    # -- the state after k events --

    def scope_at(self, k: int) -> int | None:
        """The scope that the run is in."""
        return self._scopes[bisect_left(self._scopes, (k + 1,)) - 1][1]

    def written_at(self, cell: int, output: int, k: int) -> int:
        """How much of an output has been written, in UTF-16 code units."""
        lengths = [length for event, length in self._written[cell, output] if event < k]
        return lengths[-1] if lengths else 0

    def tensor_at(self, tensor: int, k: int) -> TensorState | None:
        """None before the tensor exists."""
        return _history(self._fold.tensors).after(tensor, k)

    def storage_at(self, storage: int, k: int) -> StorageState | None:
        """None before the storage exists."""
        return _history(self._fold.storages).after(storage, k)

    def node_at(self, node: int, k: int) -> NodeState | None:
        """What the last backward pass has done with a node; ``received_at`` has what came to it."""
        return _history(self._fold.nodes).after(node, k)

    def received_at(self, node: int, k: int) -> list[tuple[int, int]]:
        """The contributions to a node's cotangents so far in this backward pass: (value, output number)."""
        received = _history(self._fold.contributions).after(node, k)
        return [] if received is None else received.list[: received.count]

    def edge_at(self, edge: int, k: int) -> int | None:
        """The cotangent that went back along an edge in the last backward pass."""
        return _history(self._fold.edges).after(edge, k)

    def captured_at(self, tensor: int, k: int) -> int | None:
        """The gradient that was taken out or retained."""
        return _history(self._fold.captured).after(tensor, k)

    def grad_at(self, tensor: int, k: int) -> tuple[int, int | None] | None:
        """A tensor's ``.grad``: the tensor that it is and the value that it holds; None for None."""
        state = self.tensor_at(tensor, k)
        if state is None or state.grad is None:
            return None
        storage = self.storage_at(self.trace.tensors[state.grad].storage, k)
        return state.grad, None if storage is None else storage.value

    def grad_before(self, tensor: int, event: int) -> tuple[int, int | None] | None:
        """A tensor's ``.grad`` before the accumulation at an event, and before the write that leads in to it."""
        leads = event > 0 and isinstance(self.trace.events[event - 1], schema.Write)
        return self.grad_at(tensor, event - 1 if leads else event)

    def variables_at(self, k: int) -> list[tuple[int | None, str, int]]:
        """The variables that name anything: (scope or None for globals, name, tensor)."""
        names = _history(self._fold.names)
        found = ((key, names.after(key, k)) for key in names.ever())
        return [(scope, name, tensor) for (scope, name), tensor in found if tensor is not None]

    def names_at(self, tensor: int, k: int) -> list[str]:
        """The variables in sight that name a tensor, a function's own first; ``x.grad`` for a gradient."""
        in_sight = set(self.scope_path(self.scope_at(k)))
        variables = [(scope, name) for scope, name, named in self.variables_at(k) if named == tensor]
        local = [name for scope, name in variables if scope in in_sight]
        world = [name for scope, name in variables if scope is None]
        leaf = self.gradient_of(tensor)
        gradients = [] if leaf is None else [f"{name}.grad" for name in self.names_at(leaf, k)]
        return list(dict.fromkeys([*local, *world, *gradients]))

    def names_until(self, tensor: int, k: int) -> list[str]:
        """Every name a tensor was given so far, in order, though the name may have moved on."""
        names = [name for event, name in self._bindings.get(tensor, []) if event < k]
        leaf = self.gradient_of(tensor)
        if names or leaf is None:
            return names
        return [f"{name}.grad" for name in self.names_until(leaf, k)]

    def member_of(self, tensor: int) -> str | None:
        """What a tensor is in a module: a name that it has once the module has one."""
        return next((name for _, name in self._bindings.get(tensor, []) if "." in name), None)

    # -- what does not change --

    def value_at(self, tensor: int, version: int) -> int | None:
        """The position in ``trace.values`` of a tensor's numbers at a storage version."""
        return self._values.get((self.trace.tensors[tensor].storage, version))

    def numbers(self, value: int, tensor: int | None = None) -> Numbers:
        """A value as itself, or the part of a storage's value that a tensor shows."""
        return numbers_of(self.trace, value, tensor)

    def event_of_op(self, op: int) -> int | None:
        """The event at which an op ran; None if the trace was cut before it."""
        return self._event_of_op.get(op)

    def edges_of(self, op: int) -> Sequence[int]:
        """An op's edges in the order of its operands."""
        return self._edges_of.get(op, [])

    def tracked_edges(self, node: int) -> Sequence[tuple[int, int]]:
        """The edges along which a node's cotangents go back, each with its slot of ``next_functions``."""
        return self._tracked.get(node, [])

    def tensor_of_node(self, node: int) -> int | None:
        """The tensor whose gradient comes into a node: its leaf, or what its op gave."""
        made = self.trace.nodes[node]
        if made.variable is not None:
            return made.variable
        outputs = [] if made.op is None else self.trace.ops[made.op].outputs
        if outputs:
            # CopySlices is the history of the base that was written through a view; the base comes last.
            return outputs[-1 if made.name == "CopySlices" else 0]
        return self._made_by.get(node)

    def accumulate_node(self, tensor: int) -> int | None:
        """The AccumulateGrad node of a leaf."""
        return self._accumulates.get(tensor)

    def gradient_of(self, tensor: int) -> int | None:
        """The leaf whose ``.grad`` a tensor is. With create_graph, a tensor becomes one only after it was made."""
        made = self.trace.tensors[tensor].gradient_of
        return self._leaf_of_grad.get(tensor) if made is None else made

    def touches(self, tensor: int) -> list[int]:
        """The events that changed a tensor's own state or its ``.grad``, or the numbers it shows, ascending."""
        own = _history(self._fold.tensors).changes(tensor)
        return sorted({*own, *_history(self._fold.storages).changes(self.trace.tensors[tensor].storage)})

    def source(self, span: int) -> str:
        """The source text of a span."""
        place = self.trace.spans[span]
        lines = self._lines_of(place.cell)[place.line - 1 : place.end_line]
        last = len(lines) - 1
        return "\n".join(
            _utf16(text, place.column if i == 0 else 0, place.end_column if i == last else None)
            for i, text in enumerate(lines)
        )

    def _lines_of(self, cell: int) -> list[str]:
        if cell not in self._lines:
            self._lines[cell] = self.trace.cells[cell].source.split("\n")
        return self._lines[cell]

    def scope_path(self, scope: int | None) -> tuple[int, ...]:
        """The scopes around a scope, outermost first, itself last."""
        if scope is None:
            return ()
        if scope not in self._paths:
            inward: list[int] = []
            around: int | None = scope
            while around is not None:
                inward.append(around)
                around = self.trace.scopes[around].parent
            self._paths[scope] = tuple(reversed(inward))
        return self._paths[scope]


def _history(table: object) -> History:  # type: ignore[type-arg]
    assert isinstance(table, History)
    return table


def _utf16(text: str, start: int, end: int | None) -> str:
    """The part of a text between two columns in UTF-16 code units, as the trace counts them."""
    if text.isascii():
        return text[start:end]
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * start : None if end is None else 2 * end].decode("utf-16-le", "replace")
