"""What PyTorch says of a call on batches that fails: it makes one call on all items, and names their number too."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from gradwalk.engine import Tensor

from ._batched import Batched
from ._randomness import Map

_PRODUCTS = frozenset(("__matmul__", "bmm", "dot", "inner", "linear", "matmul", "mm", "mv"))
_SIZES = re.compile(r"shape '\[(.*)\]' is invalid for input of size (\d+)")


def words_of_items(name: str, of: Map, args: Any, words: str) -> str | None:
    """What stands for the words about one item; None where PyTorch says those."""
    if found := _SIZES.fullmatch(words):
        sizes, count = found.groups()
        return f"shape '[{of.size}, {sizes}]' is invalid for input of size {of.size * int(count)}"
    return words_of_products(name, of, args)


def words_of_products(name: str, of: Map, args: Any) -> str | None:
    """What is said of a product of what does not fit; None of others."""
    if name in _PRODUCTS and len(args) >= 2 and all(isinstance(x, Tensor) and x.ndim for x in args[:2]):
        return _of_products(name, of, *args[:2])
    return None


def _of_products(name: str, of: Map, first: Any, second: Any) -> str | None:
    inner = first.shape[-1]
    rows = second.shape[-1] if name == "linear" or second.ndim == 1 else second.shape[-2]
    if inner == rows:
        return None
    if not _is_batch(second, of):
        if first.ndim == second.ndim == 1:
            return f"size mismatch, got input ({of.size}), mat ({of.size}x{inner}), vec ({rows})"
        if _lies_item_by_item(first) or name == "linear":
            return None  # whose items are multiplied as rows of one matrix
    return (
        f"Expected size for first two dimensions of batch2 tensor to be: [{of.size}, {inner}] but got: "
        f"[{of.size}, {rows}]."
    )


def _is_batch(x: Any, of: Map) -> bool:
    return isinstance(x, Batched) and x._of is of


def _lies_item_by_item(x: Batched) -> bool:
    array = getattr(x._value, "_array", None)
    return array is None or bool(np.moveaxis(array, x._dim, 0).flags.c_contiguous)
