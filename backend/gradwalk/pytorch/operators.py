"""Hears each operator that autograd sees, which is what the engine calls an op.

An operator is told of when the next one begins or its call ends: only then does its result have its ``grad_fn``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from gradwalk.engine.graph import Node
from gradwalk.engine.op import OPS
from gradwalk.engine.tensor import Tensor
from gradwalk.pytorch import calls
from gradwalk.pytorch.memory import is_out_of_reach
from gradwalk.pytorch.ops import Call, base_name, bound, call_of
from gradwalk.pytorch.saved import note_saved
from gradwalk.pytorch.telling import Teller

_RESULTS = frozenset(name for op in OPS.values() for name in op.results)
"""What operators call their results; ``_saved_result`` is one that the node keeps."""


@contextmanager
def quietly() -> Iterator[None]:
    """What PyTorch is asked for inside is nobody's business."""
    with torch._C.DisableTorchFunction():
        yield


class Applied(NamedTuple):
    """An operator that has run and was not told of yet."""

    operator: torch._ops.OpOverload
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    result: Any
    history: Any
    """Of what it wrote in place: the node that made it before."""
    written: torch.Tensor | None


class Operators(TorchDispatchMode):  # type: ignore[misc]  # PyTorch is not there to be looked at
    """While this mode is on, the operators that PyTorch applies are told of."""

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        self._teller = teller
        self._observer = teller.observer
        self._mirror = teller.mirror
        self._waiting: Applied | None = None
        self._numbers: dict[int, tuple[torch.Tensor, Any]] = {}
        """Of the call that runs: tensors that PyTorch made of Python's numbers, by identity."""
        self._number: float | None = None
        """The number that the call puts into a tensor, as the program wrote it."""
        self._calls = 0
        """How many calls of the program's are under way; in a backward pass that is recorded there need be none."""
        self._telling = False
        """Whether an operator is being told of; PyTorch may apply others for that."""
        self._saving: set[int] = set()
        """By identity, results of the operator that waits which its node has saved."""

    @contextmanager
    def of_a_call(self, number: float | None) -> Iterator[None]:
        """While this lasts, operators are those of one call of the program's, which puts ``number`` into a tensor."""
        before, self._numbers = self._numbers, {}
        self._number = number
        self._calls += 1
        try:
            with self:
                yield
        finally:
            self._calls -= 1
            self.settle()
            self._numbers = before

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        with quietly():  # to call an operator is a call too
            return self._apply(func, args, kwargs or {})

    def _apply(self, operator: torch._ops.OpOverload, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Run an operator, and keep it to be told of."""
        if self._telling or (not self._calls and base_name(operator) == "detach"):  # of what a node unpacks
            return operator(*args, **kwargs)
        name = base_name(operator)
        if name == "detach" and self._is_being_saved(args[0]):
            return operator(*args, **kwargs)
        if self._waiting is not None and _is_for_saving(self._waiting, operator, args):
            self._waiting = None
        self.settle()
        if name in ("lift_fresh", "lift"):
            result = operator(*args, **kwargs)
            if result.dim() == 0:
                self._numbers[id(result)] = result, result.tolist() if self._number is None else self._number
            return result
        if name in calls.NO_OPERATION:
            return operator(*args, **kwargs)
        written = _written(operator, args, kwargs)
        history = None
        if written is not None:
            self._observer.about_to_change()
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
        call = self._call(applied, real_node)
        operands = self._mirrored(call.operands)
        beside = next((x for x in operands if isinstance(x, Tensor)), None)
        outputs = [self._mirror.tensor(x, beside) for x in results]
        size = call.params.get("size")
        if isinstance(size, tuple) and -1 in size and call.op.name != "expand":
            call.params["size"] = tuple(results[0].shape)
        node = self._node(real_node, call, operands, outputs)
        self._teller.applied(call.op, operands, call.params, outputs, node)

    def _tell_of_write(self, applied: Applied, target: torch.Tensor) -> None:
        """An operator that wrote into a tensor."""
        owner = target if target._base is None else target._base
        real_node = None if owner.grad_fn is applied.history else owner.grad_fn
        call = self._call(applied, real_node)
        written = self._mirror.tensor(target)
        operands = self._mirrored(call.operands)
        node = self._node(real_node, call, operands, [written])
        if target.is_inference():  # PyTorch does not count
            written._storage.version += 1
        self._observer.storage_written(written._storage)
        self._teller.applied(call.op, operands, call.params, (written,), node)

    def _node(self, real_node: Any, call: Call, operands: Sequence[Any], outputs: Sequence[Tensor]) -> Node | None:
        """What stands for the node that recorded a call, with what it saved."""
        if real_node is None:
            return None
        node = self._mirror.nodes.node(real_node)
        note_saved(node, real_node, call, operands, outputs, self._mirror)
        return node

    def _call(self, applied: Applied, real_node: Any) -> Call:
        """The call in the engine's terms, with Python's numbers where the program had them."""
        name = None if real_node is None else type(real_node).__name__
        call = call_of(applied.operator, applied.args, applied.kwargs, name)
        if not self._numbers:
            return call
        operands = [self._numbers[id(x)][1] if id(x) in self._numbers else x for x in call.operands]
        return call._replace(operands=operands)

    def _mirrored(self, operands: Sequence[Any]) -> list[Any]:
        return [self._teller.met(x) if isinstance(x, torch.Tensor) else x for x in operands]


def _is_for_saving(waiting: Applied, operator: torch._ops.OpOverload, args: Sequence[Any]) -> bool:
    """Whether the operator that waits is the copy which PyTorch makes of a tensor before it writes into it, for the
    node to save."""
    if not (args and operator._schema.is_mutable and base_name(waiting.operator) == "clone"):
        return False
    return waiting.args[0] is args[0]


def _written(operator: torch._ops.OpOverload, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """The tensor that an operator writes into, if any."""
    if not operator._schema.is_mutable:
        return None
    given = bound(operator, args, kwargs)
    for argument in operator._schema.arguments:
        if argument.alias_info is not None and argument.alias_info.is_write:
            target = given[argument.name]
            return target if isinstance(target, torch.Tensor) else None
    return None


def _flat(result: Any) -> Iterator[Any]:
    if isinstance(result, list | tuple):
        for part in result:
            yield from _flat(part)
    else:
        yield result
