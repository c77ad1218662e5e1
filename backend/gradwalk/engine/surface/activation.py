"""Activation functions under the names that ``torch``, tensors and ``torch.nn.functional`` share."""

from __future__ import annotations

from typing import Any

from .. import ops
from ..apply import apply_in_place
from ..dtypes import dtype as Dtype  # noqa: N812 (``dtype`` is an argument's name here)
from ..tensor import Tensor
from ..warn import warn
from .casts import cast
from .out import written_out
from .pointwise import sub
from .registry import must_be_tensor, public
from .shape import reshape


def _prepared(name: str, input: Any, dtype: Dtype | None) -> Tensor:
    x = must_be_tensor(name, "input", 1, input)
    return x if dtype is None else cast(x, dtype)


@public()
def softmax(input: Any, dim: int, dtype: Dtype | None = None) -> Tensor:
    """``exp(input)`` along ``dim``, divided by its sum."""
    return ops.activation.softmax(_prepared("softmax", input, dtype), dim=dim)


@public()
def log_softmax(input: Any, dim: int, dtype: Dtype | None = None) -> Tensor:
    """The logarithm of :func:`softmax`, without its overflow."""
    return ops.activation.log_softmax(_prepared("log_softmax", input, dtype), dim=dim)


def implicit_dim(name: str, ndim: int) -> int:
    """The dimension that ``F.softmax`` takes when none is given, with PyTorch's warning."""
    warn(f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.")
    return 0 if ndim in (0, 1, 3) else 1


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """``input`` where positive, else a little of it."""
    if inplace:
        return apply_in_place(ops.activation.leaky_relu_in_place, input, negative_slope=negative_slope)
    return ops.activation.leaky_relu(input, negative_slope=negative_slope)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """``input`` where positive, else ``alpha * (exp(input) - 1)``."""
    if inplace:
        return apply_in_place(ops.activation.elu_in_place, input, alpha=alpha)
    return ops.activation.elu(input, alpha=alpha)


_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772, 1.0507009873554805


@public(method=False)
def selu(input: Any, inplace: bool = False) -> Tensor:
    """:func:`elu` with the constants that keep mean and variance."""
    x = must_be_tensor("selu", "input", 1, input)
    if inplace:
        return apply_in_place(ops.activation.elu_in_place, x, alpha=_SELU_ALPHA, scale=_SELU_SCALE)
    return ops.activation.elu(x, alpha=_SELU_ALPHA, scale=_SELU_SCALE)


@public(method=False)
def celu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """``max(0, input) + min(0, alpha * (exp(input / alpha) - 1))``."""
    x = must_be_tensor("celu", "input", 1, input)
    if inplace:
        return apply_in_place(ops.activation.celu_in_place, x, alpha=alpha)
    return ops.activation.celu(x, alpha=alpha)


@public(method=False)
def threshold(input: Any, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """``input`` where it exceeds ``threshold``, else ``value``."""
    x = must_be_tensor("threshold", "input", 1, input)
    if inplace:
        return apply_in_place(ops.activation.threshold_in_place, x, threshold=threshold, value=value)
    return ops.activation.threshold(x, threshold=threshold, value=value)


def gelu(input: Tensor, *, approximate: str = "none") -> Tensor:
    """``input`` times the normal distribution function at ``input``."""
    return ops.activation.gelu(input, approximate=approximate)


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """``input * sigmoid(input)``."""
    return apply_in_place(ops.activation.silu, input) if inplace else ops.activation.silu(input)


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """``input * tanh(softplus(input))``."""
    return apply_in_place(ops.activation.mish, input) if inplace else ops.activation.mish(input)


def softplus(input: Tensor, beta: float = 1, threshold: float = 20) -> Tensor:
    """``log(1 + exp(beta * input)) / beta``; ``input`` itself beyond the threshold."""
    return ops.activation.softplus(input, beta=beta, threshold=threshold)


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """``input`` between two bounds."""
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    if input._array.dtype.kind == "u" and (int(min_val) < 0 or int(max_val) < 0):
        raise RuntimeError("cannot do hardtanh on an unsigned type with negative limits")
    if inplace:
        return apply_in_place(ops.activation.hardtanh, input, min_val=min_val, max_val=max_val)
    return ops.activation.hardtanh(input, min_val=min_val, max_val=max_val)


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """``input`` between 0 and 6."""
    return hardtanh(must_be_tensor("relu6_" if inplace else "relu6", "input", 1, input), 0, 6, inplace)


def logsigmoid(input: Tensor, *, out: Any = None) -> Tensor:
    """``log(sigmoid(input))``, without its underflow."""
    if out is not None:
        return written_out("log_sigmoid_forward", logsigmoid, out, (input,), {})  # type: ignore[no-any-return]
    return ops.activation.log_sigmoid.several(must_be_tensor("log_sigmoid", "input", 1, input))[0]


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """A sigmoid of three straight lines."""
    x = must_be_tensor("hardsigmoid_" if inplace else "hardsigmoid", "input", 1, input)
    return apply_in_place(ops.activation.hardsigmoid, x) if inplace else ops.activation.hardsigmoid(x)


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """``input * hardsigmoid(input)``."""
    x = must_be_tensor("hardswish_" if inplace else "hardswish", "input", 1, input)
    return apply_in_place(ops.activation.hardswish, x) if inplace else ops.activation.hardswish(x)


@public()
def hardshrink(input: Any, lambd: float = 0.5) -> Tensor:
    """``input``, and 0 between ``-lambd`` and ``lambd``."""
    return ops.activation.hardshrink(must_be_tensor("hardshrink", "input", 1, input), lambd=lambd)


def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """``input`` moved towards 0 by ``lambd``."""
    return ops.activation.softshrink(input, lambd=lambd)


def softsign(input: Tensor) -> Tensor:
    """``input / (1 + |input|)``."""
    whole: Any = input
    return ops.pointwise.div(input, ops.pointwise.add(whole.abs(), 1))


def tanhshrink(input: Tensor) -> Tensor:
    """``input - tanh(input)``."""
    whole: Any = input
    return sub(input, whole.tanh())


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """One half of ``input`` times the sigmoid of the other."""
    return ops.activation.glu(input, dim=dim)


@public()
def prelu(input: Any, weight: Any) -> Tensor:
    """:func:`leaky_relu` with a learned slope: one, or one for each channel."""
    x, w = must_be_tensor("prelu", "input", 1, input), must_be_tensor("prelu", "weight", 2, weight)
    if x.dtype is not w.dtype:
        kinds = [t.dtype.legacy_name.removesuffix("Tensor") for t in (x, w)]
        raise RuntimeError(f"prelu: Type promoting not supported. Got {kinds[0]} and {kinds[1]}")
    channels = 1 if x.ndim < 2 else x.shape[1]
    if w._array.size != 1:
        if x.ndim == 0:
            raise RuntimeError("Not allow zero-dim input tensor.")
        if channels != w._array.size:
            raise RuntimeError(
                "Mismatch of parameter numbers and input channel size. Found parameter numbers = "
                f"{w._array.size} and channel size = {channels}."
            )
    if w.ndim > 1:
        raise RuntimeError(f"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {w.ndim}")
    if w.ndim != x.ndim:
        sizes = [1] * x.ndim
        if x.ndim > 1:
            sizes[1] = w._array.size
        elif x.ndim == 1:
            sizes[0] = w._array.size
        w = reshape(w, tuple(sizes))
    return ops.activation.prelu(x, w)


for _name, _activation in {"celu_": celu, "selu_": selu, "threshold_": threshold}.items():

    def _in_place(input: Tensor, *args: Any, _f: Any = _activation, **kwargs: Any) -> Tensor:
        result: Tensor = _f(input, *args, **kwargs, inplace=True)
        return result

    public(method=False, name=_name)(_in_place)
