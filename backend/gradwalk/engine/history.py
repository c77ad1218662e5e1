"""The history of tensors: the nodes that applications of ops leave in the graph, their edges and what they save."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import ref

import numpy as np

from .accumulate_grad import AccumulateGrad
from .dtypes import INEXACT
from .graph import NO_EDGE, NOT_ASKED, NOT_GIVEN, Edge, Node, expected, skip_sequence_number
from .layouts import strides_of
from .modes import INFERENCE, UNUSUAL
from .node_classes import NUMBERLESS, node_class_of
from .op import OPS, Op, owner_and_fact
from .saved import HOOKS, INDEXED, SavedInput, SavedNumber, SavedResult, pack_saved, saved_indices
from .storage import InferenceStorage, Memory, Storage
from .tensor import Tensor, wrap


def gradient_edge(tensor: Tensor) -> Edge:
    """Where a gradient for this tensor goes: the node that made it, or its AccumulateGrad."""
    node = tensor.grad_fn
    if node is not None:
        return node, tensor._output_nr
    if tensor._requires_grad:
        return accumulator(tensor), 0
    return NO_EDGE


def accumulator(leaf: Tensor) -> AccumulateGrad:
    """The leaf's AccumulateGrad; one per leaf, as long as a graph leads to it."""
    found = leaf._accumulator and leaf._accumulator()
    if found is None:
        found = AccumulateGrad(leaf)
        leaf._accumulator = ref(found)
    return found


def record(
    op: Op, operands: Sequence[Any], params: dict[str, Any], outputs: Sequence[Any], in_place: bool = False
) -> Node | None:
    """Make the node of one application; None if no differentiable operand requires grad.

    ``in_place``: the first operand is about to be overwritten, so a copy of it is saved if a VJP needs it.
    """
    if op.takes_list:
        return _record_list(op, operands, params, outputs)
    named = dict(zip(op.operands, operands, strict=True))
    if not any(isinstance(named[name], Tensor) and named[name].requires_grad for name in op.vjps):
        return None
    if INFERENCE in UNUSUAL and _is_inference(operands):
        copied = Memory.kind is Storage and not in_place and op.name in ("clone", "clone_in_format")
        return record(OPS["copy"], (outputs[0], operands[0]), {}, outputs) if copied else None
    saved: dict[str, Any] = {}
    # The node is there before its edges: reading the history of a view may make one more node, with a later number.
    node = node_class_of(op)(op, (), saved)
    edges = {name: gradient_edge(x) if isinstance(x := named[name], Tensor) else NO_EDGE for name in op.vjps}
    node.edges = tuple(edges.values())
    needed = op.needed(tuple(following is not None for following, _ in node.edges))
    if op.grad_fn == NUMBERLESS:
        asks = {name for name in op.vjps if getattr(named[name], "requires_grad", False)}
        node.edges = tuple(edge if name in asks else NOT_ASKED for name, edge in edges.items())
    for name in op.saveable:
        if name in params:
            saved[name] = saved_indices(params[name]) if name == "indices" and op.name in INDEXED else params[name]
        elif name in op.results:
            saved[name] = None
        elif name in named:
            saved[name] = None
            x = named[name]
            if name in needed and x is not None:
                if in_place and name == op.operands[0]:
                    x = _tracked_copy(x)
                saved[name] = SavedInput(x) if isinstance(x, Tensor) else SavedNumber(x)
        else:
            owner, fact = owner_and_fact(name)
            of = outputs[op.results.index(owner)] if owner in op.results else named[owner]
            saved[name] = fact_of(of, fact, isinstance(of, Tensor) and of.requires_grad)
    reached = len(outputs) if op.differentiable is None else op.differentiable
    node.outputs = tuple(
        NOT_GIVEN if output is None else expected(output._array)
        for output in outputs[:reached]
        if output is None or output._array.dtype.kind in INEXACT
    )
    for nr, name in enumerate(op.results[: len(outputs)]):
        if name in needed:
            saved[name] = SavedResult(outputs[nr], nr) if nr < reached else SavedInput(outputs[nr])
    if HOOKS:
        pack_saved(node, outputs)
    return node


def _record_list(op: Op, operands: Sequence[Any], params: dict[str, Any], outputs: Sequence[Tensor]) -> Node | None:
    """:func:`record` for an op whose operands are a list: an edge for each, and their sizes saved."""
    if not any(isinstance(x, Tensor) and x.requires_grad for x in operands):
        return None
    if INFERENCE in UNUSUAL and _is_inference(operands):
        return None
    saved: dict[str, Any] = {name: params[name] for name in op.saveable if name in params}
    node = node_class_of(op)(op, (), saved)
    node.edges = tuple(gradient_edge(x) if isinstance(x, Tensor) else NO_EDGE for x in operands)
    saved[f"{op.operands[0]}_sizes"] = tuple(x.shape for x in operands)
    node.outputs = tuple(expected(output._array) for output in outputs)
    return node


def _is_inference(operands: Sequence[Any]) -> bool:
    """Whether autograd passes a call by, for it is made in inference mode, or all its tensors were: no number beside
    them becomes one."""
    made = (x._storage.inference if isinstance(x, Tensor) else x is None for x in operands)
    return Memory.kind is InferenceStorage or all(made)


def _tracked_copy(x: Tensor) -> Tensor:
    """A copy with its place in the graph, which nobody observes: PyTorch makes it behind the user's back too."""
    copy = wrap(x._array.copy())
    copy._grad_fn = record(OPS["clone"], (x,), {}, (copy,))
    return copy


def fact_of(x: Any, fact: str, needed: bool) -> Any:
    """What a node saves of an operand besides its numbers; its strides if ``needed``."""
    if x is None:
        return (0,)  # as PyTorch gives the size of a bias that is not there
    array = x._array if isinstance(x, Tensor) else np.asarray(x)
    if fact in ("sizes", "sizes_opt"):
        return array.shape
    if fact.startswith("argsize"):
        place = int(fact[-1])
        return array.shape[-place if "minus" in fact else place]
    if fact == "numel":
        return array.size
    if fact == "dim":
        return array.ndim
    if fact == "dtype":
        return array.dtype
    return strides_of(array) if needed else ()


def find_histories(operands: Sequence[Any]) -> None:
    """Let views of what was written since find their history again: PyTorch makes a call's node before it looks at
    shapes."""
    if any(isinstance(x, Tensor) and x.requires_grad for x in operands):
        skip_sequence_number()
        for x in operands:
            if isinstance(x, Tensor) and x._origin is None:
                x.grad_fn  # noqa: B018


def move_retention(tensor: Tensor, node: Node) -> None:
    """Let what a tensor retains be the gradient that arrives at ``node``, which makes it from now on."""
    if tensor._retains_grad:
        node.retain(0, tensor)
        if tensor._grad_fn is not None and tensor._grad_fn.hooks is not None:
            tensor._grad_fn.hooks.retained.pop(tensor._output_nr, None)
