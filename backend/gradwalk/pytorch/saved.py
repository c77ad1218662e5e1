"""What a node of PyTorch's keeps, as its ``_saved_...`` show it, in the engine's terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from gradwalk.engine.graph import NO_EDGE, Node
from gradwalk.engine.saved import PackedTensor, SavedInput, SavedNumber, SavedResult
from gradwalk.engine.tensor import Tensor
from gradwalk.pytorch.mirror import Mirror
from gradwalk.pytorch.ops import Call


class Packed(PackedTensor):
    """What the program's own hooks keep of a tensor: to look at it would be to call them."""

    __slots__ = ()

    def __init__(self, version: int) -> None:
        self._version = version


def program_packs() -> bool:
    """Whether what nodes save now goes through hooks of the program's."""
    return torch._C._autograd._top_saved_tensors_default_hooks(True) is not None


def note_saved(
    node: Node, real: Any, call: Call, operands: Sequence[Any], outputs: Sequence[Tensor], mirror: Mirror
) -> None:
    """Note in a new node what ``real``, the node that it stands for, keeps of the call that made it."""
    attributes = {
        name.removeprefix("_saved_").replace("_sym_", "_"): name for name in dir(real) if name.startswith("_saved_")
    }
    by_name = dict(zip(call.op.operands, operands, strict=False))
    wanted = len(operands) if call.op.takes_list else len(call.op.vjps)
    if len(node.edges) < wanted:  # a node without a derivative leads to what requires grad alone
        edges = iter(node.edges)
        slots = operands if call.op.takes_list else [by_name.get(name) for name in call.op.vjps]
        node.edges = tuple(
            next(edges, NO_EDGE) if isinstance(x, Tensor) and x.requires_grad else NO_EDGE for x in slots
        )
    saved = node.saved
    for name in sorted(attributes, key=lambda name: (name in call.op.results, name)):
        if name in call.params:
            saved[name] = call.params[name]
        elif name in by_name and not isinstance(by_name[name], Tensor):
            saved[name] = None if by_name[name] is None else SavedNumber(by_name[name])
        elif program_packs() and (kept := by_name.get(name, _result(call, name, outputs))) is not None:
            saved[name] = Packed(kept._storage.version)
        else:
            value = _attribute(real, attributes[name])
            saved[name] = _kept(value, by_name.get(name), call.op.results, name, outputs, mirror)


def _result(call: Call, name: str, outputs: Sequence[Tensor]) -> Tensor | None:
    place = call.op.results.index(name) if name in call.op.results else len(outputs)
    return outputs[place] if place < len(outputs) else None


def _kept(
    value: Any,
    operand: Tensor | None,
    results: Sequence[str],
    name: str,
    outputs: Sequence[Tensor],
    mirror: Mirror,
) -> Any:
    if not isinstance(value, torch.Tensor):
        return tuple(value) if isinstance(value, list | torch.Size) else value
    if name in results and results.index(name) < len(outputs):
        return SavedResult(outputs[results.index(name)], results.index(name))
    shown = mirror.tensor(value)
    if operand is not None and _is_same(shown, operand):
        return SavedInput(operand)
    return SavedInput(shown)


def _attribute(real: Any, name: str) -> Any:
    try:
        return getattr(real, name)
    except (AttributeError, RuntimeError):
        return None


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
