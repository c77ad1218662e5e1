"""Products within LSTMs of float32, added up in the order of oneDNN's kernels for AVX2; ``csrc/lstm_products.c`` says
the same in C.

When a graph is recorded, and in a backward pass, oneDNN takes its own products (src/cpu/x64/gemm/f32/jit_avx_gemm_f32):
tiles of at most 6 rows and 16 columns, whose sizes decide how a number is added up. What is one row or column goes
another way (gemv), and so do LSTMs without a graph (brgemm): chains of all terms. Of wide LSTMs larger matrices are
copied first (gemm_driver), and added up in chains of a block of terms.
"""

from __future__ import annotations

import numpy as np

from ..core import CORE
from ..dtypes import Array
from ..fused import plus_products

FRESH, ADDED, CONTINUED = range(3)
"""What is there: nothing, what sums are added to, what chains begin with."""

_TERMS, _TERMS_IF_TURNED = 256, 96
_ROWS, _COLUMNS, _TILE_ROWS, _TILE_COLUMNS, _LANES = 48, 4032, 6, 16, 8
_COPIED_TERMS, _MOST_COPIED_TERMS = 192, 256
_AT_ONCE = 512
"""How many terms of a product with a vector are added up by themselves."""


def add_product(
    a: Array, b: Array, into: Array, there: int, *, is_turned: bool = False, may_copy: bool = False
) -> None:
    """The products of ``a``, (rows, terms), and ``b``, (terms, columns), added up in tiles; of one whose left matrix
    ``is_turned``, fewer rows of ``b`` at a time."""
    rows, columns = into.shape
    if rows == 1 or (columns == 1 and is_turned):
        add_chains(a, b, into, CONTINUED if there == ADDED else FRESH)
    elif columns == 1:
        _add_vector(a, b[:, 0], into[:, 0], there)
    elif may_copy and _are_copied(rows, columns, len(b), is_turned):
        for terms in _copied_parts(len(b)):
            add_chains(a[:, terms], b[terms], into, there)
            there = ADDED
    else:
        block = _TERMS_IF_TURNED if is_turned else _TERMS
        if CORE is None or not CORE.lstm_product(a, b, into, there, block):
            _add_tiles(a, b, into, there, block)


def _are_copied(rows: int, columns: int, terms: int, is_turned: bool) -> bool:
    """Whether oneDNN, on one thread, takes the kernel for copies (``nocopy_checker_avx2``)."""
    if 1 / columns + 1 / rows >= 0.0038:
        return False
    if terms >= 378 and (columns >= 378 or rows <= 378):
        return True
    if max(rows, columns) <= 128:
        return False
    return terms > 1 if is_turned else terms > 2 and columns > 64


def _copied_parts(terms: int) -> list[slice]:
    size = terms if terms <= _MOST_COPIED_TERMS else min((terms + 1) // 2, _COPIED_TERMS)
    return [slice(start, start + size) for start in range(0, terms, size)]


def add_chains(a: Array, b: Array, into: Array, there: int) -> None:
    """The same, each number in one chain of all terms."""
    if CORE is None or not CORE.lstm_product(a, b, into, there, 0):
        total = _chain(a, b, into if there == CONTINUED else np.zeros_like(into))
        into[...] = into + total if there == ADDED else total


def _chain(a: Array, b: Array, total: Array, *, fuses: bool = True) -> Array:
    """Terms added to what there is, one after another, each rounded with the sum or before."""
    with np.errstate(all="ignore"):
        for column, row in zip(a.T, b, strict=True):
            pair = np.broadcast_arrays(column[:, None], row[None])
            total = plus_products(total, *pair) if fuses else total + pair[0] * pair[1]
    return total


def _chains(a: Array, b: Array, *, fuses: bool) -> Array:
    """One chain of each second term and one of those between, and then the term that is left over."""
    even = len(b) - len(b) % 2
    nothing = np.zeros((len(a), b.shape[1]), np.float32)
    halves = [_chain(a[:, k:even:2], b[k:even:2], nothing, fuses=fuses) for k in range(2)]
    return _chain(a[:, even:], b[even:], halves[0] + halves[1], fuses=fuses)


def _parts(size: int, block: int, most: int) -> list[slice]:
    """As large as a block, but what is less than two is cut in half if it is more than ``most``."""
    parts, start = [], 0
    while start < size:
        left = size - start
        part = block if left >= 2 * block else (left + 1) // 2 if left > most else left
        parts.append(slice(start, start + part))
        start += part
    return parts


def _tile_sizes(size: int, block: int, tile: int) -> Array:
    """Of each row, or column, how many are in its tile."""
    sizes = [
        min(tile, part.stop - start)
        for part in _parts(size, block, block + block // 2)
        for start in range(part.start, part.stop, tile)
    ]
    return np.repeat(sizes, sizes)


def _add_tiles(a: Array, b: Array, into: Array, there: int, block: int) -> None:
    heights, widths = _tile_sizes(len(a), _ROWS, _TILE_ROWS), _tile_sizes(b.shape[1], _COLUMNS, _TILE_COLUMNS)
    kinds = ((heights < 3, False), (heights == 3, True), (heights > 3, True))
    for terms in _parts(len(b), block, block):
        for rows, fuses in kinds:
            for columns in (widths <= _LANES, widths > _LANES):
                left, right = a[rows, terms], b[terms][:, columns]
                if not (len(left) and right.shape[1]):
                    continue
                if heights[rows][0] > 3 and widths[columns][0] > _LANES:
                    total = _chain(left, right, np.zeros((len(left), right.shape[1]), np.float32))
                else:
                    total = _chains(left, right, fuses=fuses)
                place = np.ix_(rows, columns)
                with np.errstate(all="ignore"):
                    into[place] = into[place] + total if there == ADDED else total
        there = ADDED


def _add_vector(a: Array, vector: Array, into: Array, there: int) -> None:
    """Each row with a vector: in eight sums side by side of 16 terms at a time, and what is left in parts of 8, 4, 2
    and 1 that are added one after another."""
    total = into if there == ADDED else np.zeros_like(into)
    with np.errstate(all="ignore"):
        for start in range(0, a.shape[1], _AT_ONCE):
            rows, factors = a[:, start : start + _AT_ONCE], vector[start : start + _AT_ONCE]
            whole = len(factors) - len(factors) % _TILE_COLUMNS
            if whole:
                total = total + _across(rows[:, :whole], factors[:whole])
            for size in (8, 4, 2, 1):
                if (len(factors) - whole) & size:
                    total = total + _across(rows[:, whole : whole + size], factors[whole : whole + size])
                    whole += size
        into[...] = total


def _across(a: Array, vector: Array) -> Array:
    """Sums of eight lanes of terms."""
    lanes = np.zeros((len(a), _LANES), np.float32)
    for start in range(0, len(vector), _LANES):
        factors = vector[start : start + _LANES]
        some = lanes[:, : len(factors)]
        terms = np.ascontiguousarray(a[:, start : start + _LANES])
        some[...] = plus_products(some.copy(), terms, np.broadcast_to(factors, terms.shape).copy())
    pairs = lanes[:, ::2] + lanes[:, 1::2]
    total: Array = (pairs[:, 0] + pairs[:, 2]) + (pairs[:, 1] + pairs[:, 3])
    return total
