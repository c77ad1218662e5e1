"""The named functions of formulas: each works on arrays and on tensors, so that a VJP is written once for both.

On arrays they are numpy; on tensors they apply the op of that name, so that under ``create_graph`` the VJP is itself
recorded. Everything else that formulas do, they do with operators.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .dtypes import Array
from .errors import bracketed
from .op import NAMESPACE, OPS
from .tensor import Tensor, wrap

Function = Callable[..., Any]


def function(f: Function) -> Function:
    """Make a function available to formulas under its own name."""
    NAMESPACE[f.__name__] = f
    return f


def on_arrays(name: str, array_function: Function) -> None:
    """A function that is ``array_function`` on arrays and the op ``name`` on tensors."""

    def either(x: Any, *rest: Any, **params: Any) -> Any:
        if isinstance(x, Tensor):
            return OPS[name](x, *rest, **params)
        return array_function(x, *rest, **params)

    NAMESPACE[name] = either


for _name in ("exp", "log", "sin", "cos", "tan", "tanh", "sqrt", "sign"):
    on_arrays(_name, getattr(np, _name))
on_arrays("absolute", np.absolute)
on_arrays("sgn", np.sign)
on_arrays("logical_and", np.logical_and)
on_arrays("where", np.where)
on_arrays("zeros_like", np.zeros_like)
on_arrays("reciprocal", lambda x: 1 / x)
on_arrays("sigmoid", lambda x: _sigmoid(x))
on_arrays("rsqrt", lambda x: 1 / np.sqrt(x))
on_arrays("threshold_backward", lambda grad, result: zero_where(grad, result <= 0))
on_arrays("tanh_backward", lambda grad, result: grad * (1 - result * result))
on_arrays("sigmoid_backward", lambda grad, result: grad * (1 - result) * result)


def _sigmoid(x: Array) -> Array:
    one = x.dtype.type(1)
    result: Array = one / (one + np.exp(-x))
    return result


def normalize_dims(dim: Any, ndim: int) -> tuple[int, ...]:
    """Dimensions counted from 0; all of them for None or an empty tuple. Raises IndexError as PyTorch does."""
    if dim is None or (isinstance(dim, tuple | list) and not dim):
        return tuple(range(ndim))
    dims = tuple(normalize_dim(d, ndim) for d in (dim if isinstance(dim, tuple | list) else (dim,)))
    for d in dims:
        if dims.count(d) > 1:
            raise RuntimeError(f"dim {d} appears multiple times in the list of dims")
    return dims


def normalize_dim(dim: int, ndim: int) -> int:
    """One dimension counted from 0. Raises IndexError as PyTorch does."""
    extent = max(ndim, 1)
    if not -extent <= dim < extent:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-extent}, {extent - 1}], but got {dim})"
        )
    return dim % extent


# -- shapes -----------------------------------------------------------------------------------------------------------


@function
def expand(x: Any, size: Sequence[int]) -> Any:
    """Repeat along new or size-1 dimensions without copying."""
    if isinstance(x, Tensor):
        return OPS["expand"](x, size=tuple(size))
    return np.broadcast_to(x, tuple(size))


@function
def unsqueeze(x: Any, dim: int) -> Any:
    """Insert a dimension of size 1."""
    if isinstance(x, Tensor):
        return OPS["unsqueeze"](x, dim=dim)
    return np.expand_dims(x, dim)


@function
def squeeze(x: Any, dim: int) -> Any:
    """Remove a dimension if its size is 1."""
    if isinstance(x, Tensor):
        return OPS["squeeze.dim"](x, dim=dim)
    return np.squeeze(x, dim) if x.ndim and x.shape[dim] == 1 else x


@function
def reshape(x: Any, size: Sequence[int]) -> Any:
    """The same elements in another shape; a view where it can be one."""
    if isinstance(x, Tensor):
        from .surface.shape import reshape as reshape_tensor

        return reshape_tensor(x, tuple(size))
    return x.reshape(size)


@function
def t(x: Any) -> Any:
    """Transpose a matrix."""
    return OPS["t"](x) if isinstance(x, Tensor) else np.asarray(x).T


@function
def transpose(x: Any, dim0: int, dim1: int) -> Any:
    """Swap two dimensions."""
    if isinstance(x, Tensor):
        return OPS["transpose"](x, dim0=dim0, dim1=dim1)
    return np.swapaxes(x, dim0, dim1) if x.ndim else x


@function
def inverse_permute(x: Any, dims: Sequence[int]) -> Any:
    """Undo ``permute(dims)``."""
    order = tuple(int(i) for i in np.argsort([d % len(dims) for d in dims]))
    return OPS["permute"](x, dims=order) if isinstance(x, Tensor) else np.transpose(x, order)


@function
def unsqueeze_to(x: Any, sizes: Sequence[int], dim: Any = None) -> Any:
    """Give back the size-1 dimensions that a squeeze of ``sizes`` removed (along ``dim`` only, if given)."""
    ndim = len(sizes)
    dims = range(ndim) if dim is None else normalize_dims(dim, ndim) if ndim else ()
    for d in dims:
        if sizes[d] == 1:
            x = unsqueeze(x, d)
    return x


@function
def into_select(grad: Any, sizes: Sequence[int], dim: int, index: int) -> Any:
    """Zeros of shape ``sizes`` with ``grad`` at position ``index`` of dimension ``dim``."""
    if isinstance(grad, Tensor):
        return OPS["select_backward"](grad, input_sizes=tuple(sizes), dim=dim, index=index)
    whole = np.zeros(sizes, dtype=grad.dtype)
    np.moveaxis(whole, dim, 0)[index] = grad
    return whole


@function
def into_slice(grad: Any, sizes: Sequence[int], dim: int, start: int, end: int, step: int) -> Any:
    """Zeros of shape ``sizes`` with ``grad`` in positions ``start:end:step`` of dimension ``dim``."""
    if isinstance(grad, Tensor):
        return OPS["slice_backward"](grad, input_sizes=tuple(sizes), dim=dim, start=start, end=end, step=step)
    whole = np.zeros(sizes, dtype=grad.dtype)
    np.moveaxis(whole, dim, 0)[start:end:step] = np.moveaxis(grad, dim, 0)
    return whole


@function
def into_strided(grad: Any, sizes: Sequence[int], size: Any, stride: Any, storage_offset: int) -> Any:
    """Zeros of shape ``sizes`` (contiguous) with ``grad`` added where the strided view lay."""
    from .views import strided

    if isinstance(grad, Tensor):
        raise RuntimeError("Gradwalk cannot differentiate twice through a view of a tensor that was written in place.")
    whole = np.zeros(sizes, dtype=grad.dtype)
    positions = strided(np.arange(whole.size), size, stride, storage_offset)
    np.add.at(whole.reshape(-1), positions.reshape(-1), np.asarray(grad).reshape(-1))
    return whole


@function
def selected(x: Any, dim: int, index: int) -> Any:
    """Position ``index`` of dimension ``dim``."""
    return OPS["select"](x, dim=dim, index=index) if isinstance(x, Tensor) else np.take(x, index, axis=dim)


@function
def sliced(x: Any, dim: int, start: int, end: int, step: int) -> Any:
    """Positions ``start:end:step`` of dimension ``dim``."""
    if isinstance(x, Tensor):
        return OPS["slice"](x, dim=dim, start=start, end=end, step=step)
    return np.moveaxis(np.moveaxis(x, dim, 0)[start:end:step], 0, dim)


@function
def stacked(grads: Sequence[Any], dim: int) -> Any:
    """The cotangents of ``unbind``'s results along ``dim`` again, zeros where one has none."""
    present = [(index, grad) for index, grad in enumerate(grads) if grad is not None]
    part = tuple(present[0][1].shape)
    axis = normalize_dim(dim, len(part) + 1)
    sizes = (*part[:axis], len(grads), *part[axis:])
    whole = into_select(present[0][1], sizes, dim, present[0][0])
    for index, grad in present[1:]:
        whole = whole + into_select(grad, sizes, dim, index)
    return whole


# -- sums -------------------------------------------------------------------------------------------------------------


@function
def sum_backward(grad: Any, sizes: Sequence[int], dim: Any, keepdim: bool) -> Any:
    """Spread the cotangent of a sum over the elements that were summed."""
    if not keepdim and sizes:
        for d in sorted(normalize_dims(dim, len(sizes))):
            grad = unsqueeze(grad, d)
    return expand(grad, sizes)


@function
def count_along(sizes: Sequence[int], dim: Any) -> int:
    """How many elements a reduction over ``dim`` takes together."""
    return math.prod(sizes[d] for d in normalize_dims(dim, len(sizes)))


@function
def scaled(x: Any, factor: float) -> Any:
    """``x * factor``, and ``x`` itself for a factor of 1."""
    if factor == 1:
        return x
    return OPS["mul.Scalar"](x, other=factor) if isinstance(x, Tensor) else x * factor


@function
def shifted(x: Any, by: float) -> Any:
    """``x`` plus a number."""
    return OPS["add.Scalar"](x, other=by) if isinstance(x, Tensor) else x + by


@function
def divided(x: Any, divisor: float) -> Any:
    """``x`` divided by a number."""
    return OPS["div.Scalar"](x, other=divisor) if isinstance(x, Tensor) else x / x.dtype.type(divisor)


@function
def sum_to_size(x: Any, size: tuple[int, ...]) -> Any:
    """Sum over the dimensions along which something of shape ``size`` was broadcast."""
    leading = len(x.shape) - len(size)
    stretched = tuple(i for i in range(leading, len(x.shape)) if size[i - leading] == 1 and x.shape[i] != 1)
    dims = tuple(range(leading)) + stretched
    if isinstance(x, Tensor):
        if not size:
            return OPS["sum"](x)
        if dims:
            x = OPS["sum.dim"](x, dim=dims, keepdim=True)
        return reshape(x, size) if leading else x
    if dims:
        x = np.add.reduce(x, axis=dims, keepdims=True)
    return x.reshape(size)


@function
def norm_backward(grad: Any, x: Any, ord: float, norm: Any, dim: Any, keepdim: bool) -> Any:
    """The cotangent of a vector norm's operand; zero where the norm is zero, as PyTorch chooses."""
    sizes = x.shape
    if dim is not None and sizes and not keepdim:
        for d in sorted(normalize_dims(dim, len(sizes))):
            grad, norm = unsqueeze(grad, d), unsqueeze(norm, d)
    if ord == 0:
        return zeros_of(x)
    if ord == 1:
        return NAMESPACE["sgn"](x) * grad
    if ord == 2:
        return grad * zero_where(x / norm, norm == 0)
    if math.isinf(ord):
        at_extreme = NAMESPACE["absolute"](x) == norm
        return NAMESPACE["sgn"](x) * (grad / count_true(at_extreme, dim)) * at_extreme
    magnitude = NAMESPACE["absolute"](x)
    if ord < 2:
        self_scaled = NAMESPACE["sgn"](x) * zero_where(magnitude ** (ord - 1), x == 0)
    else:
        self_scaled = x * magnitude ** (ord - 2)
    return self_scaled * zero_where(grad * norm ** (1 - ord), norm == 0)


def count_true(mask: Any, dim: Any) -> Any:
    """How many are true along ``dim``, in the shape that broadcasts back."""
    if isinstance(mask, Tensor):
        return OPS["sum.dim"](mask, dim=normalize_dims(dim, mask.ndim), keepdim=True)
    return np.sum(mask, axis=normalize_dims(dim, mask.ndim), keepdims=True) if np.ndim(mask) else mask


@function
def zero_where(x: Any, condition: Any) -> Any:
    """``x`` with zeros where the condition holds."""
    if isinstance(x, Tensor):
        return OPS["masked_fill"](x, condition, value=0)
    return np.where(condition, np.zeros((), dtype=x.dtype), x)


@function
def zero_if(x: Any, condition: Any) -> Any:
    """:func:`zero_where`, as a choice between two tensors."""
    if isinstance(x, Tensor):
        return OPS["where"](condition, wrap(np.zeros((), dtype=x._array.dtype)), x)
    return zero_where(x, condition)


@function
def zeros_of(x: Any) -> Any:
    """Zeros of the same shape and dtype."""
    return OPS["zeros_like"](x) if isinstance(x, Tensor) else np.zeros_like(x)


@function
def divisor_backward(grad: Any, x: Any, divisor: Any) -> Any:
    """The cotangent of a divisor. C++ evaluates the right factor first, which shows in the order of the nodes."""
    slope = (x / divisor) / divisor
    return -grad * slope


@function
def reciprocal_backward(grad: Any, result: Any) -> Any:
    """The cotangent of a reciprocal's operand; right factor first, as in :func:`divisor_backward`."""
    slope = result * result
    return -grad * slope


# -- powers -----------------------------------------------------------------------------------------------------------


@function
def power(x: Any, exponent: Any) -> Any:
    """``x ** exponent``, with PyTorch's shortcuts for the exponents that lessons use."""
    if isinstance(x, Tensor) or isinstance(exponent, Tensor):
        return x**exponent
    if not isinstance(exponent, np.ndarray) and isinstance(x, np.ndarray) and x.dtype.kind == "f":
        if exponent == 2:
            return x * x
        if exponent == 3:
            return x * x * x
        if exponent == 0.5:
            return np.sqrt(x)
        if exponent == -1:
            return 1 / x
        if exponent == -2:
            return 1 / (x * x)
    return np.power(x, exponent)


@function
def power_slope(x: Any, exponent: float) -> Any:
    """The derivative of ``x ** exponent`` by x, ``exponent * x ** (exponent - 1)``; 0 for exponent 0."""
    if exponent == 0:
        return zeros_of(x)
    below = power(x, float(exponent) - 1)
    if isinstance(x, Tensor):
        return OPS["mul.Scalar"](below, other=float(exponent))
    return below * exponent


@function
def power_slopes(x: Any, exponent: Any) -> Any:
    """:func:`power_slope` for an exponent that is a tensor, element by element."""
    lower = OPS["sub.Scalar"](exponent, other=1) if isinstance(exponent, Tensor) else exponent - 1
    return exponent * power(x, lower)


@function
def power_log(base: Any, exponent: Any, result: Any) -> Any:
    """The derivative of ``base ** exponent`` by the exponent: ``result * log(base)``; 0 for 0 to a power >= 0."""
    if not isinstance(base, np.ndarray | Tensor):
        if base == 0:
            return zero_if(scaled(result, -math.inf), exponent >= 0)
        return scaled(result, math.log(base) if base > 0 else math.nan)
    slope = result * NAMESPACE["log"](base)
    return zero_if(slope, NAMESPACE["logical_and"](base == 0, exponent >= 0))


# -- matrices ---------------------------------------------------------------------------------------------------------


@function
def mm(a: Any, b: Any) -> Any:
    """Product of two matrices."""
    if isinstance(a, Tensor):
        return OPS["mm"](a, b)
    return np.dot(a, b)


@function
def mv(a: Any, b: Any) -> Any:
    """Product of a matrix and a vector."""
    if isinstance(a, Tensor):
        return OPS["mv"](a, b)
    return np.dot(a, b)


@function
def bmm(a: Any, b: Any) -> Any:
    """Products of two batches of matrices."""
    if isinstance(a, Tensor):
        return OPS["bmm"](a, b)
    return np.matmul(a, b)


@function
def outer(a: Any, b: Any) -> Any:
    """Outer product of two vectors."""
    return reshape(a, (a.shape[0], 1)) * b


def check_matrices(a: Array, b: Array) -> None:
    """Raises RuntimeError, in PyTorch's words, unless two matrices multiply."""
    if a.ndim != 2:
        raise RuntimeError("self must be a matrix")
    if b.ndim != 2:
        raise RuntimeError("mat2 must be a matrix")
    if a.shape[1] != b.shape[0]:
        raise RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied ({a.shape[0]}x{a.shape[1]} and {b.shape[0]}x{b.shape[1]})"
        )


def check_view(sizes: Sequence[int], numel: int) -> tuple[int, ...]:
    """A requested shape with its -1 worked out. Raises RuntimeError, in PyTorch's words, where there is none."""
    unknown = [i for i, n in enumerate(sizes) if n == -1]
    if len(unknown) > 1:
        raise RuntimeError("only one dimension can be inferred")
    known = math.prod(n for n in sizes if n != -1)
    for n in sizes:
        if n < -1:
            raise RuntimeError(f"invalid shape dimension {n}")
    if (unknown and (known == 0 or numel % known)) or (not unknown and known != numel):
        if unknown and known == 0:
            raise RuntimeError(
                f"cannot reshape tensor of 0 elements into shape {bracketed(sizes)} because the unspecified dimension "
                "size -1 can be any value and is ambiguous"
            )
        raise RuntimeError(f"shape '{bracketed(sizes)}' is invalid for input of size {numel}")
    return tuple(numel // known if n == -1 else n for n in sizes)
