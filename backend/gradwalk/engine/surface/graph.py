"""What a tensor does with the autograd graph: leave it, join it, walk it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any
from weakref import finalize

from .. import autograd, graph, ops
from ..accumulate_grad import AccumulateGrad
from ..core import CORE
from ..dtypes import INEXACT
from ..errors import INFERENCE_REQUIRES_GRAD, NOT_A_LEAF_FLAG
from ..history import accumulator, gradient_edge
from ..hooks import RemovableHandle
from ..observe import observer
from ..published import AsCall, AsOp
from ..storage import ExchangedStorage, Memory, Mirror, Storage, address_of, same_place
from ..subject import about
from ..tangents import forget_tangent
from ..tensor import Tensor
from ..transforms import refuse_requires_grad, refuse_retain_grad
from .registry import METHODS, must_be_tensor, public


@public(straight=AsOp("detach", 1))
def detach(input: Any) -> Tensor:
    """A tensor that shares storage and version with ``input`` but not its history; it does not require grad."""
    result: Tensor = ops.view.detach(must_be_tensor("detach", "input", 1, input))
    return result


_DETACH_VIEW = (
    "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) for training, "
    "and gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and hence detach_() cannot be "
    "called on these gradients. To fix this error, please refer to the Optimizer.zero_grad() function in "
    "torch/optim/optimizer.py as the solution."
)


@public(function=False)
def detach_(self: Tensor) -> Tensor:
    """Cut the tensor itself out of the graph."""
    if self._base is not None:
        raise RuntimeError(_DETACH_VIEW)
    observer().about_to_change()
    if self._grad_fn is not None:
        _note_cut_off(self)
    self._grad_fn, self._output_nr, self._requires_grad = None, 0, False
    forget_tangent(self)
    observer().op_applied(ops.in_place.detach_, (self,), {}, (self,), None)
    return self


def _note_cut_off(tensor: Tensor) -> None:
    """That ``detach_()`` takes a tensor's history, so that the nodes that keep it by now refuse to use it. Passes look
    for that as long as the tensor lives."""
    tensor._view_version = -1 - graph.next_sequence_number()
    ExchangedStorage.alive += 1
    finalize(tensor, _forget)


def _forget() -> None:
    ExchangedStorage.alive -= 1


@public(function=False)
def requires_grad_(self: Tensor, requires_grad: bool = True) -> Tensor:
    """Ask for (or give up) the gradient of a leaf. Raises RuntimeError for integers and for non-leaves."""
    refuse_requires_grad()
    is_leaf = self._grad_fn is None  # a view does not look for its history
    if not is_leaf and not requires_grad:
        raise about(RuntimeError(NOT_A_LEAF_FLAG), self)
    if requires_grad and self._array.dtype.kind not in INEXACT:
        raise about(RuntimeError("only Tensors of floating point dtype can require gradients"), self)
    if requires_grad and self._storage.inference and Memory.kind is Storage:
        raise RuntimeError(INFERENCE_REQUIRES_GRAD)
    if is_leaf:
        observer().about_to_change()
        self._requires_grad = bool(requires_grad)
    observer().requires_grad_changed(self)
    return self


@public(function=False, straight=None if CORE is None else AsCall(CORE.backward_at_once, 1))
def backward(
    self: Tensor, gradient: Any = None, retain_graph: bool | None = None, create_graph: bool = False, inputs: Any = None
) -> None:
    """Gradients of this tensor with respect to graph leaves, into their ``.grad``."""
    autograd.backward(self, gradient, retain_graph, create_graph, inputs=inputs)


@public(function=False)
def retain_grad(self: Tensor) -> None:
    """Keep the gradient of this non-leaf in its ``.grad`` when a backward pass comes by."""
    refuse_retain_grad()
    autograd.retain_grad(self)


@public(function=False)
def register_hook(self: Tensor, hook: Callable[[Tensor], Tensor | None]) -> RemovableHandle:
    """Have ``hook(gradient)`` called when this tensor's gradient is known; what it returns, if not None, replaces it.

    Raises RuntimeError if the tensor does not require grad.
    """
    if not self.requires_grad:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    node, output_nr = gradient_edge(self)
    if node is None:  # a view that was made under no_grad: no gradient ever comes
        return RemovableHandle({}, hook)
    if isinstance(node, AccumulateGrad):
        node.stay()
    return RemovableHandle(node.hooked().of_tensors.setdefault(output_nr, {}), hook)


def _hooks_of(self: Tensor) -> OrderedDict[int, Any] | None:
    """This tensor's hooks by number; None if it never had one."""
    node, output_nr = gradient_edge(self)
    if node is None or node.hooks is None or output_nr not in node.hooks.of_tensors:
        return None
    return OrderedDict(node.hooks.of_tensors[output_nr])


@public(function=False)
def register_post_accumulate_grad_hook(self: Tensor, hook: Callable[[Tensor], None]) -> RemovableHandle:
    """Have ``hook(leaf)`` called after this leaf's ``.grad`` was added to. Raises RuntimeError for other tensors."""
    if not self.requires_grad:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    if self.grad_fn is not None:
        raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
    node = accumulator(self)
    node.stay()
    return RemovableHandle(node.hooked().after_accumulation, hook)


@public()
def clone(input: Any, *, memory_format: Any = None) -> Tensor:
    """A copy that stays in the graph."""
    x = must_be_tensor("clone", "input", 1, input)
    if memory_format is None:
        return ops.pointwise.clone(x)
    return ops.pointwise.clone_in_format(x, memory_format=memory_format)


def _data_ptr(x: Tensor) -> int:
    storage = x._storage
    if isinstance(storage, Mirror):
        return address_of(same_place(x._array, storage, storage.source), storage.source)
    return address_of(x._array, storage)


METHODS["_backward_hooks"] = property(_hooks_of)  # type: ignore[assignment]
METHODS["is_inference"] = lambda self: self._storage.inference
METHODS["data_ptr"] = METHODS["const_data_ptr"] = _data_ptr
METHODS["retains_grad"] = property(lambda self: self._retains_grad and self.grad_fn is not None)  # type: ignore[assignment]


@public(method=False)
def is_inference(input: Tensor) -> bool:
    """Whether a tensor was made in inference mode."""
    return must_be_tensor("is_inference", "input", 1, input)._storage.inference


@public(method=False)
def is_tensor(obj: object) -> bool:
    """Whether an object is a tensor."""
    return isinstance(obj, Tensor)
