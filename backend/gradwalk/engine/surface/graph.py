"""What a tensor does with the autograd graph: leave it, join it, walk it; and copies between dtypes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any
from weakref import finalize

from .. import autograd, dtypes, graph, ops
from ..accumulate_grad import AccumulateGrad
from ..core import CORE
from ..device import CPU, check_device, device
from ..dtypes import FLOATS, INEXACT
from ..dtypes import dtype as Dtype  # noqa: N812 (``dtype`` is an argument's name here)
from ..errors import INFERENCE_REQUIRES_GRAD, NOT_A_LEAF_FLAG
from ..grad_mode import no_grad
from ..history import accumulator, gradient_edge
from ..hooks import RemovableHandle
from ..memory_format import lies_in, preserve_format
from ..observe import observer
from ..published import AsCall, AsOp
from ..storage import ExchangedStorage, Memory, Mirror, Storage, address_of, same_place
from ..subject import about
from ..tangents import forget_tangent
from ..tensor import Tensor
from ..transforms import refuse_backward, refuse_requires_grad, refuse_retain_grad
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
    refuse_backward()
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


def cast(self: Tensor, dtype: Dtype) -> Tensor:
    """The tensor in another dtype: itself if it has it already."""
    if self.dtype is dtype:
        return self
    dtype.numpy  # noqa: B018 (a reduced dtype is got ready before the op chooses its way)
    if dtype.category < dtypes.FLOATING:
        with no_grad():  # no gradient can come back: not even a number in the sequence of nodes is used
            return ops.pointwise.to_copy(self, dtype=dtype)
    return ops.pointwise.to_copy(self, dtype=dtype)


@public(function=False)
def to(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    """``to(dtype)``, ``to(device)``, ``to(device, dtype)``, ``to(other)``; a copy where anything changes."""
    if not kwargs.keys() <= _TO:
        raise TypeError(f"to() got unexpected keyword arguments: {kwargs}")
    if args and isinstance(args[0], bool | float | complex):  # which stands for a tensor
        args = (dtypes.OF_PYTHON[type(args[0])], *args[1:])
    if isinstance(kwargs.get("tensor"), bool | int | float | complex):
        kwargs["tensor"] = dtypes.OF_PYTHON[type(kwargs["tensor"])]
    wanted = self.dtype
    places = [kwargs.get("device"), kwargs.get("dtype"), kwargs.get("tensor"), *args]
    for argument in places:
        if isinstance(argument, Dtype):
            wanted = argument
        elif isinstance(argument, Tensor):
            wanted = argument.dtype
        elif isinstance(argument, type) and argument in dtypes.OF_PYTHON:
            wanted = dtypes.OF_PYTHON[argument]
        elif isinstance(argument, str | device | int) and not isinstance(argument, bool):
            check_device(argument)
        elif argument is not None and not isinstance(argument, bool):
            raise TypeError(f"to() received an invalid combination of arguments - got ({type(argument).__name__})")
    flags = [argument for argument in args if isinstance(argument, bool)]
    order = kwargs.get("memory_format")
    if order is not None and order is not preserve_format and not lies_in(self._array, order):
        return ops.pointwise.to_copy_in_format(self, dtype=wanted, memory_format=order)
    if kwargs.get("copy") or flags[1:] == [True]:
        return ops.pointwise.to_copy(self, dtype=wanted)
    return cast(self, wanted)


_TO = frozenset(("device", "dtype", "tensor", "non_blocking", "copy", "memory_format"))


def _publish_cast(name: str, target: Dtype) -> None:
    def method(self: Tensor, *, memory_format: Any = None) -> Tensor:
        if memory_format is None:
            return cast(self, target)
        return to(self, target, memory_format=memory_format)

    public(function=False, name=name)(method)


for _name, _dtype in {
    "float": dtypes.float32, "double": dtypes.float64, "half": dtypes.float16, "bfloat16": dtypes.bfloat16,
    "long": dtypes.int64,
    "int": dtypes.int32, "short": dtypes.int16, "char": dtypes.int8, "byte": dtypes.uint8, "bool": dtypes.bool_,
    "cfloat": dtypes.complex64, "cdouble": dtypes.complex128, "chalf": dtypes.complex32,
}.items():  # fmt: skip
    _publish_cast(_name, _dtype)


@public(function=False, name="type")
def type_(
    self: Tensor, dtype: Dtype | str | None = None, non_blocking: bool = False, *, memory_format: Any = None
) -> Tensor | str:
    """The legacy type name, or with an argument a cast."""
    if memory_format is not None and dtype is not None:
        return to(type_(self, dtype), memory_format=memory_format)  # type: ignore[arg-type]
    if dtype is None:
        return f"torch.{self.dtype.legacy_name}"
    wanted = getattr(dtype, "kind", dtype)
    if wanted is Tensor or wanted == "torch.Tensor":
        return cast(self, dtypes.default_floating())
    if isinstance(wanted, type):
        raise ValueError(f"invalid type: '{wanted.__name__}'")
    if isinstance(wanted, str):
        found = next((t for t in dtypes.ALL if f"torch.{t.legacy_name}" == wanted), None)
        if found is None:
            raise ValueError(f"invalid type: '{wanted}'")
        return cast(self, found)
    if not isinstance(wanted, Dtype):
        raise TypeError("dtype must be a type, str, or dtype object")
    return cast(self, wanted)


def _data_ptr(x: Tensor) -> int:
    storage = x._storage
    if isinstance(storage, Mirror):
        return address_of(same_place(x._array, storage, storage.source), storage.source)
    return address_of(x._array, storage)


METHODS["type_as"] = lambda self, other: cast(self, other.dtype)
METHODS["_backward_hooks"] = property(_hooks_of)  # type: ignore[assignment]
METHODS["cpu"] = lambda self, *, memory_format=None: self
METHODS["device"] = property(lambda self: CPU)  # type: ignore[assignment]
METHODS["is_inference"] = lambda self: self._storage.inference
METHODS["is_cuda"] = property(lambda self: False)  # type: ignore[assignment]
METHODS["itemsize"] = property(lambda self: self._array.itemsize)  # type: ignore[assignment]
METHODS["nbytes"] = property(lambda self: self._array.nbytes)  # type: ignore[assignment]
METHODS["element_size"] = lambda self: self._array.itemsize
METHODS["is_floating_point"] = lambda self: self._array.dtype.kind in FLOATS
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


@public(method=False)
def is_floating_point(input: Tensor) -> bool:
    """Whether a tensor's dtype is floating point."""
    return input._array.dtype.kind in FLOATS
