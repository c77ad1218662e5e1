"""What PyTorch says of a call on batches that fails: it makes one call on all items, and names their number too."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from gradwalk.engine import Tensor

from ._batched import Batched, is_of
from ._randomness import Map

_PRODUCTS = frozenset(("__matmul__", "__rmatmul__", "bmm", "dot", "inner", "linear", "matmul", "mm", "mv"))
_RANKS = {"bmm": (3, 3), "dot": (1, 1), "mm": (2, 2), "mv": (2, 1)}
"""Of products of tensors of certain ranks, which."""
_SIZES = re.compile(r"shape '\[(.*)\]' is invalid for input of size (\d+)")


def words_of_items(name: str, of: Map, args: Any, words: str) -> str | None:
    """What stands for the words about one item; None where PyTorch says those."""
    if found := _SIZES.fullmatch(words):
        sizes, count = found.groups()
        return f"shape '[{of.size}, {sizes}]' is invalid for input of size {of.size * int(count)}"
    return words_of_products(name, of, args)


def words_of_products(name: str, of: Map, args: Any) -> str | None:
    """What is said of a product of what does not fit; None of others."""
    if name == "addmm":
        name, args = "mm", args[1:]
    if name in _PRODUCTS and len(args) >= 2 and all(isinstance(x, Tensor) and x.ndim for x in args[:2]):
        first, second = args[1::-1] if name == "__rmatmul__" else args[:2]
        return _of_ranks(name, first, second) or _of_products(name, of, first, second)
    return None


def _of_ranks(name: str, first: Any, second: Any) -> str | None:
    ranks = _RANKS.get(name, (first.ndim, second.ndim))
    if ranks == (first.ndim, second.ndim):
        return None
    if name == "dot":
        return "Got wrong shapes for dot"
    return (
        f"Shape mismatch: Got incorrect dims for {name}(a, b). a has dim {first.ndim}and b has dim {second.ndim}but "
        f"expected them to have dim {ranks[0]} and dim {ranks[1]}"
    )


def _of_products(name: str, of: Map, first: Any, second: Any) -> str | None:
    inner = first.shape[-1]
    rows = second.shape[-1] if name == "linear" or second.ndim == 1 else second.shape[-2]
    if inner == rows:
        return None
    if not is_of(second, of):
        folded = of.size * math.prod(first.shape[:-1])  # the items' rows as those of one matrix
        if second.ndim == 1 and (first.ndim == 1 or _lies_item_by_item(first)):
            return f"size mismatch, got input ({folded}), mat ({folded}x{inner}), vec ({rows})"
        if name == "mm" and _lies_item_by_item(first):
            return _of_matrices(folded, inner, *second.shape)
        if _lies_item_by_item(first) or name == "linear":
            return None  # which the product itself says
    elif not is_of(first, of) and second.ndim == 1 and first.ndim < 3:
        return _of_matrices(1 if first.ndim == 1 else first.shape[0], inner, rows, of.size)
    count = of.size * math.prod(second.shape[:-2])
    return (
        f"Expected size for first two dimensions of batch2 tensor to be: [{count}, {inner}] but got: [{count}, {rows}]."
    )


def _of_matrices(n: int, m: int, k: int, p: int) -> str:
    return f"mat1 and mat2 shapes cannot be multiplied ({n}x{m} and {k}x{p})"


def _lies_item_by_item(x: Batched) -> bool:
    array = getattr(x._value, "_array", None)
    return array is None or bool(np.moveaxis(array, x._dim, 0).flags.c_contiguous)


IN_PLACE = (
    "vmap: {0}(self, *extra_args) is not possible because there exists a Tensor `other` in extra_args that has more "
    "elements than `self`. This happened due to `other` being vmapped over but `self` not being vmapped over in a "
    "vmap. Please try to use out-of-place operators instead of {0}. If said operator is being called inside the "
    "PyTorch framework, please file a bug report instead."
)
