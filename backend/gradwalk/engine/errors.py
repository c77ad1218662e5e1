"""PyTorch's words for what goes wrong in more than one place. Recorded from 2.13.0; tests hold them to the letter."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from . import dtypes
from .dtypes import Array
from .modes import ANOMALY, UNUSUAL
from .written_in_c import type_name as type_name

if TYPE_CHECKING:
    import numpy as np

WITHOUT_BOOL = (
    "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use the "
    "`~` or `logical_not()` operator instead."
)
BACKWARD_TWICE = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been "
    "freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify "
    "retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors "
    "after calling backward."
)
HOOKS_AFTER_FREED = (
    "Calling register_hooks on a saved tensor after it has been freed. Saved intermediate values of the graph are "
    "freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the "
    "graph a second time or if you need to access saved variables after calling backward."
)
NO_GRAD_FN = "element {} of tensors does not require grad and does not have a grad_fn"
NOT_SCALAR = "grad can be implicitly created only for scalar outputs"
NOT_REAL = "grad can be implicitly created only for real scalar outputs but got {}"
LEAF_IN_PLACE = "a leaf Variable that requires grad is being used in an in-place operation."
VIEW_OF_LEAF_IN_PLACE = "a view of a leaf Variable that requires grad is being used in an in-place operation."
NOT_A_FLOAT_LEAF = "Only Tensors of floating point and complex dtype can require gradients"
ONE_OF_MANY_VIEWS = (
    "{} modified inplace{}. This view is the output of a function that returns multiple views. Such functions do not "
    "allow the output views to be modified inplace. You should replace the inplace operation by an out-of-place one."
)
NOT_A_LEAF = "you can only change requires_grad flags of leaf variables."
NOT_A_LEAF_FLAG = (
    f"{NOT_A_LEAF} If you want to use a computed variable in a subgraph that doesn't require differentiation use "
    "var_no_grad = var.detach()."
)
NON_LEAF_GRAD = (
    "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't "
    "be populated "
    "during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, use "
    ".retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you "
    "access the leaf "
    "Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information. (Triggered internally at "
    "/__w/pytorch/pytorch/build/aten/src/ATen/core/TensorBody.h:493.)"
)
CREATE_GRAPH_CYCLE = (
    "Using backward() with create_graph=True will create a reference cycle between the parameter and its "
    "gradient which "
    "can cause a memory leak. We recommend using autograd.grad when creating the graph to avoid this. If you "
    "have to use "
    "this function, make sure to reset the .grad fields of your parameters to None after use to break the "
    "cycle and avoid "
    "the leak. (Triggered internally at /__w/pytorch/pytorch/torch/csrc/autograd/engine.cpp:1307.)"
)
SHARED_MEMORY = (
    "unsupported operation: {} to a single memory location. Please clone() the tensor before performing the operation."
)
GRAD_OF_ANOTHER_DTYPE = (
    "attempting to assign a gradient with dtype '{}' to a tensor with grad_dtype '{}'. The gradient must match the "
    "tensor's grad_dtype (defaults to the tensor's dtype). You can set the tensor's grad_dtype attribute with a "
    "specific dtype, or None to allow any dtype. Set grad_dtype with caution. Diverging the dtypes of a tensor and its "
    "gradient may break downstream systems that assume they match."
)

SCALAR_OF_GRAD = (
    "Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.\n"
    "Consider using tensor.detach() first. (Triggered internally at "
    "/__w/pytorch/pytorch/torch/csrc/autograd/generated/python_variable_methods.cpp:822.)"
)
ITSELF = "is being"
ITS_BASE = "its base or another view of its base has been"
"""What was written: a view, or what it looks at."""

VIEW_OF_MODE = (
    "was created in {1} mode and {0} modified inplace {2}. Given that this use case "
    "is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace "
    "either both inside the {3} block (if you don't want the inplace to be tracked) or both outside (if you want "
    "the inplace to be tracked)."
)
VIEW_OF_FUNCTION = (
    "{} modified inplace{}. This view was created inside a custom Function (or "
    "because an input was returned as-is) and the autograd logic to handle view+inplace would override the custom "
    "backward associated with the custom Function, leading to incorrect gradients. This behavior is forbidden. "
    "You can fix this by cloning the output of the custom Function."
)
PACKED_IN_PLACE = (
    "A saved tensor pack hook is modifying its input in place. Tensors provided as input to pack hook cannot be "
    "modified by in-place operations as this can lead to unexpected side-effects. Please open an issue if you need to "
    "perform in-place operations on the input to a pack hook."
)
INFERENCE_SAVED = (
    "Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in "
    "computation tracked by autograd. To work around this, you can make a clone to get a normal tensor and use it in "
    "autograd, or use `torch.no_grad()` instead of `torch.inference_mode()`."
)
INFERENCE_REQUIRES_GRAD = "Setting requires_grad=True on inference tensor outside InferenceMode is not allowed."
INFERENCE_IN_PLACE = (
    "Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal "
    "tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details."
)
RETAIN_WITHOUT_GRAD = "can't retain_grad on Tensor that has requires_grad=False"
UNUSED = (
    "The differentiated Tensor at index {} appears to not have been used in the graph. "
    "Set allow_unused=True if this is the desired behavior."
)


def partly(error: RuntimeError, written: Array) -> RuntimeError:
    """The error, with what a kernel has written in place by the time that it fails."""
    error.written = written  # type: ignore[attr-defined]
    return error


def before_memory(error: RuntimeError) -> RuntimeError:
    """The error, of which PyTorch tells before it looks at the memory that is to be written."""
    error.is_first = True  # type: ignore[attr-defined]
    return error


_ENDING = r"Backward(?=[1-9]\d*$)|Backward0?$"


def short_name(node: str) -> str:
    """What PyTorch calls a node in its messages: PowBackward1 is Pow1, and a node's own VJP keeps the node's name."""
    return re.sub(_ENDING, "", node)


_CAME_LATER = frozenset(("bool", "bfloat16", "complex64", "complex128", "uint16", "uint32", "uint64"))


def tensor_type(array: Array) -> str:
    """``torch.FloatTensor``, or what PyTorch calls tensors of dtypes that came later: ``CPUBFloat16Type``."""
    name = dtypes.of(array).legacy_name
    return f"CPU{name.removesuffix('Tensor')}Type" if array.dtype.name in _CAME_LATER else f"torch.{name}"


def modified_in_place(array: Array, producer: tuple[str, int] | None, version: int, expected: int) -> RuntimeError:
    """A VJP needs numbers that have been written over. ``producer``: node name and output number that made them."""
    kind = f"{tensor_type(array)} {bracketed(array.shape)}"
    made_by = ""
    if producer is not None:
        made_by = f", which is output {producer[1]} of {short_name(producer[0])},"
    hint = (
        "the backtrace further above shows the operation that failed to compute its gradient. The variable in question "
        "was changed in there or anywhere later. Good luck!"
        if ANOMALY in UNUSUAL
        else "enable anomaly detection to find the operation that failed to compute its gradient, with "
        "torch.autograd.set_detect_anomaly(True, check_nan=False)."
    )
    return RuntimeError(
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        f"[{kind}]{made_by} is at version {version}; expected version {expected} instead. Hint: {hint}"
    )


def bracketed(shape: Sequence[int]) -> str:
    """A shape as C++ prints it: ``[2, 3]``."""
    return f"[{', '.join(map(str, shape))}]"


MOST_BYTES = 2**63 - 1
"""What PyTorch can count."""


def too_many(sizes: Sequence[int], strides: Sequence[int] | None = None) -> RuntimeError:
    """The error for a tensor whose bytes cannot be counted; ``strides`` where memory is asked for by them."""
    by_strides = "" if strides is None else f" and strides={bracketed(strides)}"
    return RuntimeError(f"Storage size calculation overflowed with sizes={bracketed(sizes)}{by_strides}")


def storable(shape: tuple[int, ...], kind: np.dtype[Any]) -> tuple[int, ...]:
    """The sizes. Raises RuntimeError if their elements are more than can be counted."""
    elements = math.prod(shape)
    if elements * kind.itemsize > MOST_BYTES:
        raise too_many(shape)
    if not elements and math.prod(n or 1 for n in shape) * kind.itemsize > MOST_BYTES:
        raise _empty_and_too_many(shape)
    return shape


_DIMENSIONS = re.compile(
    r"maximum supported dimension for an ndarray is currently (\d+), found (\d+)"
    r"|number of dimensions must be within \[0, (\d+)\], got (\d+)"
    r"|this function only supports up to (\d+) dimensions but the array has (\d+)"
)


def beyond_numpy(error: Exception) -> Exception:
    """What is said where numpy has no array so large, or of so many dimensions; other errors themselves."""
    words = str(error) if isinstance(error, ValueError | RuntimeError) else ""
    if words.startswith(("array is too big", "Maximum allowed dimension exceeded")):
        return RuntimeError("Storage size calculation overflowed")
    if found := _DIMENSIONS.match(words):
        most, asked = (number for number in found.groups() if number is not None)
        return RuntimeError(f"Gradwalk has at most {most} dimensions here, as numpy has, and this would take {asked}.")
    return error


def _empty_and_too_many(shape: Sequence[int]) -> RuntimeError:
    """The error for a tensor without elements, whose other sizes are too many: numpy counts them, too."""
    counted = 1
    for n in shape:
        counted *= n
        if counted >= 2**64:
            return too_many(shape)
    step = 1
    for n in shape[:0:-1]:
        step *= n or 1
        if step > MOST_BYTES:
            return RuntimeError("Stride calculation overflowed")
    words = f"Gradwalk has no tensor of sizes {bracketed(shape)}, which would be empty: numpy cannot make it."
    return RuntimeError(words)


def broadcast_mismatch(a: Sequence[int], b: Sequence[int]) -> RuntimeError | None:
    """The error for two shapes that do not broadcast; None if they do."""
    for i in range(1, min(len(a), len(b)) + 1):
        if a[-i] != b[-i] and 1 not in (a[-i], b[-i]):
            dimension = max(len(a), len(b)) - i
            return RuntimeError(
                f"The size of tensor a ({a[-i]}) must match the size of tensor b ({b[-i]}) at non-singleton dimension "
                f"{dimension}"
            )
    return None


class NotEnoughMemory(RuntimeError, MemoryError):
    """PyTorch's error where memory could not be had; who looks for Python's own finds it too."""


NotEnoughMemory.__name__ = NotEnoughMemory.__qualname__ = "RuntimeError"
NotEnoughMemory.__module__ = "builtins"

_NO_MACHINE_HAS = 1 << 40
"""Bytes from which on the machine is not to blame."""


def not_enough_memory(error: MemoryError) -> Exception:
    """What PyTorch's allocator says where numpy could not have an array; other errors themselves."""
    shape, kind = getattr(error, "shape", None), getattr(error, "dtype", None)
    if shape is None or kind is None:
        return error
    size = math.prod(shape) * kind.itemsize
    words = (
        "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to "
        f"allocate {size} bytes. Error code 12 (Cannot allocate memory)"
    )
    return RuntimeError(words) if size >= _NO_MACHINE_HAS else NotEnoughMemory(words)
