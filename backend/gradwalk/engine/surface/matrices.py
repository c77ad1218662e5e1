"""Products of matrices beyond ``matmul``: with a sum around them, of many, over chosen dimensions."""

from __future__ import annotations

from itertools import pairwise
from math import prod
from typing import Any

import numpy as np

from .. import dtypes, ops
from ..apply import apply_in_place
from ..errors import bracketed
from ..functions.dims import normalize_dim
from ..grad_mode import no_grad
from ..op import OPS
from ..ops._products import check_vectors
from ..ops._words import C_NAMES, label
from ..promotion import common_dtype
from ..tensor import Tensor
from ..warn import warn, warn_once
from .dimensions import permute
from .linalg import dot, mm
from .out import written_out
from .registry import FUNCTIONS, must_be_tensor, public
from .shape import expand, reshape
from .sizes import made
from .strides import contiguous


@public()
def outer(input: Any, vec2: Any) -> Tensor:
    """Outer product of two vectors."""
    x, y = must_be_tensor("outer", "input", 1, input), must_be_tensor("outer", "vec2", 2, vec2)
    for name, each in (("self", x), ("vec2", y)):
        if each.ndim != 1:
            raise RuntimeError(f"outer: Expected 1-D argument {name}, but got {each.ndim}-D")
    return ops.pointwise.mul(reshape(x, (-1, 1)), vec2)


public(name="ger")(FUNCTIONS["outer"])


@public()
def vdot(input: Tensor, other: Tensor) -> Tensor:
    """Dot product of two vectors."""
    x, y = must_be_tensor("vdot", "input", 1, input), must_be_tensor("vdot", "other", 2, other)
    if x.dtype.is_complex:
        check_vectors(x._array, y._array)
    return OPS["vdot"](x, y)


@public()
def addmv(input: Tensor, mat: Tensor, vec: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """``beta * input + alpha * mat @ vec``."""
    return OPS["addmv"](input, mat, vec, beta=beta, alpha=alpha)


@public()
def addr(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """``beta * input + alpha * outer(vec1, vec2)``."""
    return OPS["addr"](input, vec1, vec2, beta=beta, alpha=alpha)


@public()
def baddbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """``beta * input + alpha * batch1 @ batch2``, for batches."""
    return OPS["baddbmm"](input, batch1, batch2, beta=beta, alpha=alpha)


@public()
def addbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """``beta * input + alpha * batch1 @ batch2``, summed over the batch."""
    return OPS["addbmm"](input, batch1, batch2, beta=beta, alpha=alpha)


def _in_place(name: str) -> None:
    def method(self: Tensor, a: Tensor, b: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
        return apply_in_place(OPS[name], self, a, b, beta=beta, alpha=alpha)

    public(function=False, name=name + "_")(method)


for _name in ("addbmm", "addmm", "addmv", "addr", "baddbmm"):
    _in_place(_name)


@public()
def trace(input: Tensor) -> Tensor:
    """Sum of a matrix's diagonal."""
    return OPS["trace"](must_be_tensor("trace", "input", 1, input))


@public()
def inner(input: Tensor, other: Tensor) -> Tensor:
    """Products of the last dimensions of two tensors."""
    x, y = must_be_tensor("inner", "input", 1, input), must_be_tensor("inner", "other", 2, other)
    if x.ndim == 0 or y.ndim == 0:
        return OPS["mul"](x, y)
    if x.shape[-1] != y.shape[-1]:
        raise RuntimeError(
            f"inner() the last dimension must match on both input tensors but got shapes {list(x.shape)} and "
            f"{list(y.shape)}"
        )
    return tensordot(x, y, ([-1], [-1]))


@public(method=False)
def tensordot(a: Tensor, b: Tensor, dims: Any = 2, out: Tensor | None = None) -> Tensor:
    """Sum of products over ``dims``: how many, or which of each."""
    if out is not None:
        result: Tensor = written_out("tensordot", tensordot, out, (a, b, dims), {})
        return result
    x, y = must_be_tensor("tensordot", "a", 1, a), must_be_tensor("tensordot", "b", 2, b)
    if isinstance(dims, int):
        if dims < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
        if dims > min(x.ndim, y.ndim):
            raise RuntimeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}")
        of_x, of_y = list(range(-dims, 0)), list(range(dims))
    else:
        of_x, of_y = ([d] if isinstance(d, int) else list(d) for d in dims)
    if len(of_x) != len(of_y):
        raise RuntimeError("both dimension lists should have same length")
    if x._array.dtype != y._array.dtype:
        raise RuntimeError("both inputs should have same dtype")
    along_x = [normalize_dim(d, x.ndim) for d in of_x]
    along_y = [normalize_dim(d, y.ndim) for d in of_y]
    sizes_x, sizes_y = tuple(x.shape), tuple(y.shape)
    for given_x, given_y, i, j in zip(of_x, of_y, along_x, along_y, strict=True):
        if sizes_y[j] == 1:
            x = OPS["sum.dim"](x, dim=(given_x,), keepdim=True)
        elif sizes_x[i] == 1:
            y = OPS["sum.dim"](y, dim=(given_y,), keepdim=True)
        elif sizes_x[i] != sizes_y[j]:
            raise RuntimeError(
                f"contracted dimensions need to match, but first has size {sizes_x[i]} in dim {given_x} and second has "
                f"size {sizes_y[j]} in dim {given_y}"
            )
    free_x = [d for d in range(x.ndim) if d not in along_x]
    free_y = [d for d in range(y.ndim) if d not in along_y]
    size = prod(x.shape[d] for d in of_x)
    outside = (*(x.shape[d] for d in free_x), *(y.shape[d] for d in free_y))
    left, order = permute(x, (*free_x, *of_x)), (*of_y, *free_y)
    if left._array.size == y._array.size == size and prod(outside) == 1:
        return reshape(_of_one_number(left, permute(y, order), size), outside)
    left = reshape(left, (prod(x.shape[d] for d in free_x), size))
    right = reshape(permute(y, order), (size, prod(y.shape[d] for d in free_y)))
    return reshape(mm(left, right), outside)


def _of_one_number(left: Tensor, right: Tensor, size: int) -> Tensor:
    """The product of two tensors summed over all of their elements. PyTorch makes the right operand ready first."""
    if left._array.flags.c_contiguous and right._array.flags.c_contiguous:
        right, left = (x if x.ndim == 1 else reshape(x, (size,)) for x in (right, left))
        return dot(left, right)
    right = OPS["squeeze"](right)
    return OPS["sum"](OPS["mul"](OPS["squeeze"](left), right))


@public()
def kron(input: Tensor, other: Tensor) -> Tensor:
    """Kronecker product."""
    x, y = must_be_tensor("kron", "input", 1, input), must_be_tensor("kron", "other", 2, other)
    rank = max(x.ndim, y.ndim)
    a_sizes, b_sizes = ((1,) * (rank - t.ndim) + tuple(t.shape) for t in (x, y))
    spread_a = tuple(n for pair in zip(a_sizes, (1,) * rank, strict=True) for n in pair)
    spread_b = tuple(n for pair in zip((1,) * rank, b_sizes, strict=True) for n in pair)
    product = OPS["mul"](OPS["unsafe_view"](x, size=spread_a), OPS["unsafe_view"](y, size=spread_b))
    return OPS["unsafe_view"](product, size=tuple(m * n for m, n in zip(a_sizes, b_sizes, strict=True)))


_CROSS_WITHOUT_DIM = (
    "Using torch.cross without specifying the dim arg is deprecated.\nPlease either pass the dim explicitly or simply "
    "use torch.linalg.cross.\nThe default value of dim will change to agree with that of linalg.cross in a future "
    "release. (Triggered internally at /__w/pytorch/pytorch/aten/src/ATen/native/Cross.cpp:63.)"
)
_CHAIN_MATMUL = (
    "torch.chain_matmul is deprecated and will be removed in a future PyTorch release. Use torch.linalg.multi_dot "
    "instead, which accepts a list of two or more tensors rather than multiple parameters. (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/LinearAlgebra.cpp:1102.)"
)


def _dim_of_three(x: Tensor) -> int:
    found = next((d for d, n in enumerate(x.shape) if n == 3), None)
    if found is None:
        raise RuntimeError("no dimension of size 3 in input")
    return found


@public()
def cross(input: Tensor, other: Tensor, dim: int | None = None) -> Tensor:
    """Cross product of vectors of three along a dimension."""
    x, y = must_be_tensor("cross", "input", 1, input), must_be_tensor("cross", "other", 2, other)
    if dim is None:
        warn_once(_CROSS_WITHOUT_DIM)
        dim = _dim_of_three(x)
    return OPS["linalg_cross"](x, y, dim=dim)


@public(method=False)
def cdist(x1: Tensor, x2: Tensor, p: float = 2.0, compute_mode: Any = None) -> Tensor:
    """Distances between each two rows; by one product of matrices where both are many, as PyTorch does."""
    for name, x in (("X1", x1), ("X2", x2)):
        if x.ndim < 2:
            raise RuntimeError(f"cdist only supports at least 2D tensors, {name} got: {x.ndim}D")
    for name, x in (("X1", x1), ("X2", x2)):
        if not x.dtype.is_floating_point:
            raise RuntimeError(f"cdist only supports floating-point dtypes, {name} got: {label(x._array.dtype)}")
    many = compute_mode == "use_mm_for_euclid_dist" or (
        compute_mode in (None, "use_mm_for_euclid_dist_if_necessary") and max(x1.shape[-2], x2.shape[-2]) > 25
    )
    if p != 2 or not many or 0 in (x1._array.size, x2._array.size) or x1.shape[-1] != x2.shape[-1]:
        if x1.dtype is dtypes.float16:
            raise NotImplementedError("\"cdist\" not implemented for 'Half'")
        if x1.dtype is not x2.dtype:
            kinds = label(x1._array.dtype), label(x2._array.dtype)
            raise RuntimeError("expected scalar type {} but found {}".format(*kinds))
        return OPS["cdist"](x1, x2, p=float(p))
    if x1.dtype is not x2.dtype:
        names = (C_NAMES[x.dtype.name] for x in (x1, x2))
        raise RuntimeError("expected m1 and m2 to have the same dtype, but got: {} != {}".format(*names))
    batch = tuple(np.broadcast_shapes(tuple(x1.shape[:-2]), tuple(x2.shape[:-2])))
    if prod(batch) != 1:
        x1, x2 = (_batch_of_one_dimension(x, batch) for x in (x1, x2))
    distances = OPS["_euclidean_dist"](x1, x2)
    return OPS["view"](distances, size=(*batch, *tuple(distances.shape)[-2:]))


def _batch_of_one_dimension(x: Tensor, batch: tuple[int, ...]) -> Tensor:
    whole = contiguous(expand(x, (*batch, *x.shape[-2:])))
    return OPS["view"](whole, size=(prod(batch), *x.shape[-2:]))


@public()
def dist(input: Tensor, other: Tensor, p: float = 2) -> Tensor:
    """Norm of a difference."""
    return OPS["dist"](must_be_tensor("dist", "input", 1, input), must_be_tensor("dist", "other", 2, other), p=p)


@public(method=False)
def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """The cosine of the angle between vectors along ``dim``; norms below ``eps`` count as ``eps``."""
    common = common_dtype((x1, x2))
    if not common.is_floating_point:
        kind = label(common.numpy)
        raise RuntimeError(f"expected common dtype to be floating point, yet common dtype is {kind}")
    x, y = (x if x.dtype is common else OPS["to_copy"](x, dtype=common) for x in (x1, x2))
    if x.shape != y.shape:
        x, y = FUNCTIONS["broadcast_tensors"](x, y)
    along = {"ord": 2, "dim": (dim,) if x.ndim else (), "keepdim": True}
    lengths = [OPS["clone"](OPS["linalg_vector_norm"](each, **along)) for each in (x, y)]
    with no_grad():
        precision = np.float64 if common is dtypes.float64 else np.float32
        least = made("tensor", np.asarray(eps, dtype=precision), False, {"data": eps})
        for length in lengths:
            apply_in_place(OPS["clamp_min.Tensor"], length, least)
    right = OPS["div"](y, lengths[1])  # first, as C++ evaluates the operands of a product
    return OPS["sum.dim"](OPS["mul"](OPS["div"](x, lengths[0]), right), dim=(dim,), keepdim=False)


def chain(name: str, tensors: Any) -> Tensor:
    """The product of many matrices, in the cheapest order."""
    if len(tensors) == 1 and name == "chain_matmul":
        only: Tensor = tensors[0]
        return only
    if len(tensors) < 2:
        raise RuntimeError(f"{name}(): expected at least 2 tensors but got {len(tensors)}")
    first, last = tensors[0], tensors[-1]
    _check_chain(name, tensors)
    matrices = list(tensors)
    if first.ndim == 1:
        matrices[0] = OPS["unsqueeze"](first, dim=0)
    if last.ndim == 1:
        matrices[-1] = OPS["unsqueeze"](last, dim=-1)
    sizes = [m.shape[0] for m in matrices] + [matrices[-1].shape[1]]
    product = _chained(matrices, _cheapest(sizes), 0, len(matrices) - 1)
    outside = (() if first.ndim == 1 else (first.shape[0],)) + (() if last.ndim == 1 else (last.shape[1],))
    return reshape(product, outside)


def _check_chain(name: str, tensors: Any) -> None:
    """Raises RuntimeError for what is no chain: in the middle only matrices, at the ends vectors too, which fit."""
    for place, x in enumerate(tensors):
        is_end = place in (0, len(tensors) - 1)
        if x.ndim != 2 and not (is_end and x.ndim == 1):
            which = f"tensor {place}" if not is_end else "the last tensor" if place else "the first tensor"
            raise RuntimeError(f"{name}(): {which} must be {'1D or 2D' if is_end else '2D'} but got {x.ndim}D")
        if x.dtype is not tensors[0].dtype:
            kinds = C_NAMES[tensors[0].dtype.name], C_NAMES[x.dtype.name]
            raise RuntimeError(
                f"{name}(): all tensors must have be the same dtype but tensor 0 is {kinds[0]} and tensor {place} "
                f"{kinds[1]}"
            )
    for place, (x, y) in enumerate(pairwise(tensors)):
        if x.shape[-1] != y.shape[0]:
            raise RuntimeError(
                f"{name}(): tensors {place} and {place + 1} with shapes {bracketed(x.shape)} and {bracketed(y.shape)} "
                "cannot be multiplied"
            )


def _cheapest(sizes: list[int]) -> dict[tuple[int, int], int]:
    """Where to cut each stretch of a chain. Of equally cheap places PyTorch takes the first, of three matrices the
    last."""
    count = len(sizes) - 1
    cost: dict[tuple[int, int], float] = {(i, i): 0 for i in range(count)}
    cut: dict[tuple[int, int], int] = {}
    for length in range(1, count):
        for i in range(count - length):
            j = i + length
            cost[i, j] = float("inf")
            for k in range(i, j):
                price = cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1]
                if price < cost[i, j] or (count == 3 and price == cost[i, j]):
                    cost[i, j], cut[i, j] = price, k
    return cut


def _chained(matrices: list[Tensor], cut: dict[tuple[int, int], int], i: int, j: int) -> Tensor:
    if i == j:
        return matrices[i]
    k = cut[i, j]
    return mm(_chained(matrices, cut, i, k), _chained(matrices, cut, k + 1, j))


@public(method=False)
def chain_matmul(*matrices: Tensor) -> Tensor:
    """The product of many matrices."""
    warn(_CHAIN_MATMUL)
    return chain("chain_matmul", matrices)
