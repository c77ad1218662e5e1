"""Hears each operator that PyTorch applies and tells the observer of it, once its place in the graph is known.

Two modes of PyTorch's do the hearing. The *function mode* sees the calls that a program makes, by their public names;
inside each, the *dispatch mode* sees the operators that autograd sees, which is what the engine calls an op. An
operator is told of when the next one begins or its call ends: only then does its result have its ``grad_fn``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary, ref

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from gradwalk.engine.graph import NO_EDGE, Node
from gradwalk.engine.observe import Observer
from gradwalk.engine.op import OPS, Op
from gradwalk.engine.saved import SavedInput, SavedNumber, SavedResult
from gradwalk.engine.tensor import Tensor
from gradwalk.pytorch import calls
from gradwalk.pytorch.memory import is_out_of_reach, is_recorded
from gradwalk.pytorch.mirror import Mirror, MirroredStorage
from gradwalk.pytorch.ops import Call, base_name, bound, call_of

_RESULTS = frozenset(name for op in OPS.values() for name in op.results)
"""What operators call their results; ``_saved_result`` is one that the node keeps."""


class Applied(NamedTuple):
    """An operator that has run and was not told of yet."""

    operator: torch._ops.OpOverload
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    result: Any
    history: Any
    """Of what it wrote in place: the node that made it before."""
    written: torch.Tensor | None


class Listener:
    """What PyTorch does in this thread, told to ``observer`` in the engine's terms."""

    def __init__(self, observer: Observer, mirror: Mirror) -> None:
        self.observer = observer
        self.mirror = mirror
        self.functions = _Functions(self)
        self.operators = _Operators(self)
        self._waiting: Applied | None = None
        self._numbers: dict[int, tuple[torch.Tensor, Any]] = {}
        """Of the call that runs: tensors that PyTorch made of Python's numbers, by identity."""
        self._calls = 0
        """How many calls of the program's are under way; in a backward pass that is recorded there need be none."""
        self._telling = False
        """Whether an operator is being told of; PyTorch may apply others for that."""
        self._number: float | None = None
        """The number that the call puts into a tensor, as the program wrote it."""
        self._saving: set[int] = set()
        """By identity, results of the operator that waits which its node has saved."""
        self.is_deaf = False
        """Whether nobody wants to hear any more."""
        self.began_before = False
        """Whether there may be tensors from before: the first that is heard of one is told of."""
        self._thread: int | None = None
        self._retaining: WeakKeyDictionary[Node, list[tuple[int, ref[torch.Tensor]]]] = WeakKeyDictionary()
        self._made_last: Sequence[Tensor] = ()
        """What stands for the last tensors that were made; a parameter may be made of one, which is gone then."""

    @contextmanager
    def heard(self) -> Iterator[None]:
        """While this lasts, what PyTorch does in this thread is heard."""
        self._thread = threading.get_ident()
        try:
            with self.functions:
                yield
        finally:
            self._thread = None

    def is_heard(self) -> bool:
        """Whether this is the thread that is listened to."""
        return self._thread == threading.get_ident() and not self.is_deaf

    def met(self, real: torch.Tensor) -> Tensor:
        """What stands for a tensor; a parameter that is new is told of, and a tensor from before."""
        if self.mirror.knows(real):
            return self.mirror.tensor(real)
        if isinstance(real, torch.nn.Parameter):
            self.parameter(real)
        elif self.began_before:
            self._given(real)
        return self.mirror.tensor(real)

    def _given(self, real: torch.Tensor) -> None:
        self._applied(calls.GIVEN, (), {}, (self.mirror.tensor(real),), None)

    def retaining(self, node: Node) -> list[tuple[int, ref[torch.Tensor]]]:
        """The tensors that keep the gradient which arrives at a node, each with its output number."""
        return self._retaining.get(node, [])

    # -- calls ----------------------------------------------------------------------------------------------------

    def call(self, function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Make a call of the program's, and tell what happened in it."""
        if self.is_deaf or any(isinstance(x, torch.Tensor) and is_out_of_reach(x) for x in args):
            return function(*args, **kwargs)
        name = getattr(function, "__name__", "")
        self._meet(args)
        if name == "retain_grad" and (maker := args[0].grad_fn) is not None and not args[0].retains_grad:
            kept = self._retaining.setdefault(self.mirror.nodes.node(maker), [])
            kept.append((args[0].output_nr, ref(args[0])))
        if name in calls.UNHEARD or (name in calls.PASSES and not hasattr(function, "__objclass__")):
            return function(*args, **kwargs)
        if name in calls.PROPERTY and _property_name(function) not in calls.VIEWS:
            return self._property(function, name, args, kwargs)
        if name in calls.EXITS:
            result = function(*args, **kwargs)
            self._applied(OPS[calls.EXITS[name]], (self.mirror.tensor(args[0]),), {}, (), None)
            if name == "numpy":
                self.observer.memory_shared()
            return result
        if name == "detach_":  # which PyTorch does not dispatch
            self.observer.about_to_change()
            result = function(*args, **kwargs)
            changed = self.mirror.tensor(result)
            self._applied(OPS["detach_"], (changed,), {}, (changed,), None)
            return result
        made = calls.creation(function, name)
        if made is not None:
            result = function(*args, **kwargs)
            if isinstance(result, torch.Tensor) and is_recorded(result):
                params = calls.params_of_creation(name, args, kwargs, result)
                given = [self.met(x) for x in calls.tensors_within(args[:1])] if made.name.endswith("tensor") else ()
                outputs = (self.mirror.tensor(result),)
                self._applied(made, given, {"array": None, **params}, outputs, None)
            return result
        before, self._numbers = self._numbers, {}
        put = args[2] if name == "__setitem__" and len(args) > 2 else None
        self._number = put if isinstance(put, bool | int | float) else None
        self._calls += 1
        try:
            with self.operators:
                return function(*args, **kwargs)
        finally:
            self._calls -= 1
            self.settle()
            self._numbers = before
            if name == "requires_grad_" and isinstance(args[0], torch.Tensor):
                self.observer.requires_grad_changed(self.mirror.tensor(args[0]))

    def _applied(
        self, op: Op, operands: Sequence[Any], params: dict[str, Any], outputs: Sequence[Tensor], node: Node | None
    ) -> None:
        self.observer.op_applied(op, operands, params, outputs, node)
        self._made_last = outputs

    def _meet(self, args: Sequence[Any]) -> None:
        """A parameter is made without a call: the first that is asked of it says that it is there."""
        if args and isinstance(args[0], torch.nn.Parameter) and not self.mirror.knows(args[0]):
            self.parameter(args[0])

    def parameter(self, real: torch.Tensor) -> None:
        """A parameter that has not been met: one made of a tensor that has been was made just now."""
        lying = (x for x in self._made_last if isinstance(x._storage, MirroredStorage) and x._storage.is_of(real))
        given = next(lying, None)
        if given is None:
            if self.began_before:
                self._given(real)
            else:
                self.mirror.tensor(real)
        else:
            made = self.mirror.tensor(real, given)
            self._applied(OPS["Parameter"], (given,), {"array": None}, (made,), None)

    def _property(self, function: Callable[..., Any], name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """A property read, set or deleted; most say nothing of the run."""
        of = _property_name(function)
        if of == "data" and name == "__get__":
            result = function(*args, **kwargs)
            given = self.mirror.tensor(args[0])
            made = self.mirror.tensor(result, apart=True)
            self._applied(OPS["data"], (given,), {}, (made,), None)
            return result
        if name == "__get__":
            return function(*args, **kwargs)
        if of in ("data", "requires_grad"):
            self.observer.about_to_change()
        result = function(*args, **kwargs)
        if of == "requires_grad":
            self.observer.requires_grad_changed(self.mirror.tensor(args[0]))
        elif of == "grad" and (name == "__delete__" or args[1] is None):
            self.observer.grad_cleared(self.mirror.tensor(args[0]))
        return result

    # -- operators ------------------------------------------------------------------------------------------------

    def apply(self, operator: torch._ops.OpOverload, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Run an operator, and keep it to be told of."""
        if self._telling or (not self._calls and base_name(operator) == "detach"):  # of what a node unpacks
            return operator(*args, **kwargs)
        name = base_name(operator)
        if name == "detach" and self._is_being_saved(args[0]):
            return operator(*args, **kwargs)
        if self._waiting is not None and self._is_for_saving(self._waiting, operator, args):
            self._waiting = None
        self.settle()
        if name in ("lift_fresh", "lift"):
            result = operator(*args, **kwargs)
            if result.dim() == 0:
                self._numbers[id(result)] = result, result.tolist() if self._number is None else self._number
            return result
        if name in calls.NO_OPERATION:
            return operator(*args, **kwargs)
        written = self._written(operator, args, kwargs)
        history = None
        if written is not None:
            self.observer.about_to_change()
            history = (written if written._base is None else written._base).grad_fn
        result = operator(*args, **kwargs)
        self._saving = set()
        self._waiting = Applied(operator, args, kwargs, result, history, written)
        return result

    def _is_being_saved(self, tensor: torch.Tensor) -> bool:
        """Whether a result of the operator that waits is detached by PyTorch itself, for its node to save it: then the
        node is not ready, and the first such call is none of the program's."""
        if self._waiting is None or tensor.grad_fn is None or id(tensor) in self._saving:
            return False
        if not any(tensor is x for x in _flat(self._waiting.result)):
            return False
        self._saving.add(id(tensor))
        saved = dir(type(tensor.grad_fn))
        return any(f"_saved_{name}" in saved for name in _RESULTS)

    @staticmethod
    def _is_for_saving(waiting: Applied, operator: torch._ops.OpOverload, args: Sequence[Any]) -> bool:
        """Whether the operator that waits is the copy which PyTorch makes of a tensor before it writes into it, for the
        node to save."""
        if not (args and operator._schema.is_mutable and base_name(waiting.operator) == "clone"):
            return False
        return waiting.args[0] is args[0]

    @staticmethod
    def _written(operator: torch._ops.OpOverload, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        if not operator._schema.is_mutable:
            return None
        given = bound(operator, args, kwargs)
        for argument in operator._schema.arguments:
            if argument.alias_info is not None and argument.alias_info.is_write:
                target = given[argument.name]
                return target if isinstance(target, torch.Tensor) else None
        return None

    def settle(self) -> None:
        """Tell of the operator that waits."""
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return
        self._telling = True
        try:
            if waiting.written is None:
                self._tell(waiting)
            else:
                self._tell_of_write(waiting, waiting.written)
        finally:
            self._telling = False

    def _tell(self, applied: Applied) -> None:
        """An operator that made new tensors."""
        results = [x for x in _flat(applied.result) if isinstance(x, torch.Tensor)]
        if not results or any(map(is_out_of_reach, results)):
            return
        real_node = next((x.grad_fn for x in results if x.grad_fn is not None), None)
        name = None if real_node is None else type(real_node).__name__
        call = self._with_numbers(call_of(applied.operator, applied.args, applied.kwargs, name))
        operands = self._mirrored(call.operands)
        beside = next((x for x in operands if isinstance(x, Tensor)), None)
        outputs = [self.mirror.tensor(x, beside) for x in results]
        if -1 in call.params.get("size", ()) and call.op.name != "expand":
            call.params["size"] = tuple(results[0].shape)
        node = None if real_node is None else self.mirror.nodes.node(real_node)
        if node is not None:
            self._save(node, real_node, call, operands, outputs)
        self._applied(call.op, operands, call.params, outputs, node)

    def _tell_of_write(self, applied: Applied, target: torch.Tensor) -> None:
        """An operator that wrote into a tensor."""
        owner = target if target._base is None else target._base
        real_node = owner.grad_fn
        if real_node is applied.history:
            real_node = None
        name = None if real_node is None else type(real_node).__name__
        call = self._with_numbers(call_of(applied.operator, applied.args, applied.kwargs, name))
        written = self.mirror.tensor(target)
        operands = self._mirrored(call.operands)
        node = None if real_node is None else self.mirror.nodes.node(real_node)
        if node is not None:
            self._save(node, real_node, call, operands, [written])
        if target.is_inference():  # PyTorch does not count
            written._storage.version += 1
        self.observer.storage_written(written._storage)
        self._applied(call.op, operands, call.params, (written,), node)

    def _with_numbers(self, call: Call) -> Call:
        if not self._numbers:
            return call
        operands = [self._numbers[id(x)][1] if id(x) in self._numbers else x for x in call.operands]
        return call._replace(operands=operands)

    def _mirrored(self, operands: Sequence[Any]) -> list[Any]:
        found = []
        for x in operands:
            if isinstance(x, torch.Tensor):
                found.append(self.met(x))
            else:
                found.append(x)
        return found

    def _save(self, node: Node, real: Any, call: Call, operands: Sequence[Any], outputs: Sequence[Tensor]) -> None:
        """What a new node keeps, as its ``_saved_...`` show it."""
        names = [name.removeprefix("_saved_").replace("_sym_", "_") for name in dir(real) if name.startswith("_saved_")]
        by_name = dict(zip(call.op.operands, operands, strict=False))
        wanted = len(operands) if call.op.takes_list else len(call.op.vjps)
        if len(node.edges) < wanted:  # a node without a derivative leads to what requires grad alone
            edges = iter(node.edges)
            slots = operands if call.op.takes_list else [by_name.get(name) for name in call.op.vjps]
            node.edges = tuple(
                next(edges, NO_EDGE) if isinstance(x, Tensor) and x.requires_grad else NO_EDGE for x in slots
            )
        saved = node.saved
        for name in sorted(names, key=lambda name: (name in call.op.results, name)):
            if name in call.params:
                saved[name] = call.params[name]
            elif name in by_name and not isinstance(by_name[name], Tensor):
                saved[name] = None if by_name[name] is None else SavedNumber(by_name[name])
            else:
                saved[name] = self._kept(_attribute(real, name), by_name.get(name), call.op.results, name, outputs)

    def _kept(
        self, value: Any, operand: Tensor | None, results: Sequence[str], name: str, outputs: Sequence[Tensor]
    ) -> Any:
        if not isinstance(value, torch.Tensor):
            return tuple(value) if isinstance(value, list | torch.Size) else value
        if name in results and results.index(name) < len(outputs):
            return SavedResult(outputs[results.index(name)], results.index(name))
        shown = self.mirror.tensor(value)
        if operand is not None and _is_same(shown, operand):
            return SavedInput(operand)
        return SavedInput(shown)


def _property_name(function: Any) -> str:
    """Of which property a function is the reading or setting."""
    name: str = getattr(getattr(function, "__self__", None), "__name__", "")
    return name


def _attribute(real: Any, name: str) -> Any:
    for attribute in (f"_saved_{name}", f"_saved_{_symbolic(name)}"):
        try:
            return getattr(real, attribute)
        except (AttributeError, RuntimeError):
            continue
    return None


def _symbolic(name: str) -> str:
    owner, _, fact = name.rpartition("_")
    return f"{owner}_sym_{fact}"


def _is_same(a: Tensor, b: Tensor) -> bool:
    """Whether two look at the same numbers with the same history."""
    here, there = a._array, b._array
    return (
        a._storage is b._storage
        and here.shape == there.shape
        and here.strides == there.strides
        and here.__array_interface__["data"] == there.__array_interface__["data"]
        and a._grad_fn is b._grad_fn
    )


def _flat(result: Any) -> Iterator[Any]:
    if isinstance(result, list | tuple):
        for part in result:
            yield from _flat(part)
    else:
        yield result


class _Functions(TorchFunctionMode):  # type: ignore[misc]  # PyTorch is not there to be looked at
    def __init__(self, listener: Listener) -> None:
        super().__init__()
        self._listener = listener

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return self._listener.call(func, args, kwargs or {})


class _Operators(TorchDispatchMode):  # type: ignore[misc]
    def __init__(self, listener: Listener) -> None:
        super().__init__()
        self._listener = listener

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        with quietly():  # to call an operator is a call too
            return self._listener.apply(func, args, kwargs or {})


@contextmanager
def quietly() -> Iterator[None]:
    """What PyTorch is asked for inside is nobody's business."""
    with torch._C.DisableTorchFunction():
        yield
