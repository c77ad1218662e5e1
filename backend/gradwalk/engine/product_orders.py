"""The orders in which MKL adds up products of matrices and vectors on AMD's processors, in Python.

Found by experiment: of a sum of ones, M and -M in two places cancel what was added before they met, so that every
product tells the order of its terms. A register holds four numbers of float32 or two of float64. *Small* products
(fewer than 4 rows or 12 columns) round each term: where the second matrix lies row by row, one term after the other;
where it lies column by column, in registers, the first of which begins where the other vector's memory does. Larger
ones fuse: a term is added to the sum without having been rounded.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .dtypes import Array

_BLOCK = 192
"""Terms that are fused before what there is gets their sum, in float32."""
_FEWEST_ROWS, _FEWEST_COLUMNS = 4, 12


def _lanes(x: Array) -> int:
    return 16 // x.itemsize


def _before_register(x: Array, at: int = 0) -> int:
    """How many numbers lie before the next that begins a register, from a place in a vector's memory on."""
    address = x.__array_interface__["data"][0]  # ctypes would be loaded for less
    return int(-(address // x.itemsize + at) % _lanes(x))


def _laid(x: Array) -> tuple[Array, bool]:
    """A matrix as BLAS takes it, or a copy, and whether it lies column by column."""
    (rows, columns), size = x.shape, x.itemsize
    row, step = x.strides[0] // size, x.strides[1] // size
    if (step == 1 and row >= columns) or (row == 1 and step >= rows):
        return x, step != 1
    return x.copy("C"), False


def _chained(terms: Array, first: Any = None) -> Any:
    """One term after the other, along the last dimension."""
    total = np.zeros(terms.shape[:-1], terms.dtype) if first is None else first
    for i in range(terms.shape[-1]):
        total = total + terms[..., i]
    return total


def _begun(terms: Array, with_a_term: bool) -> Any:
    """Sums of a vector with a matrix begin with a term, others with nothing: a zero's sign tells."""
    return _chained(terms[..., 1:], terms[..., 0]) if with_a_term else _chained(terms)


def _across(register: Array) -> Any:
    if register.shape[-1] == 2:
        return register[..., 0] + register[..., 1]
    return (register[..., 0] + register[..., 2]) + (register[..., 1] + register[..., 3])


def _registers(start: Any, terms: Array, lanes: int, count: int) -> list[Array]:
    """Sums in so many registers by turns, of which the first number of the first has a start."""
    found = [np.zeros((*terms.shape[:-1], lanes), terms.dtype) for _ in range(count)]
    found[0][..., 0] = start
    for i in range(0, terms.shape[-1], lanes):
        found[i // lanes % count] += terms[..., i : i + lanes]
    return found


def _in_fours(terms: Array, first: int, with_a_term: bool) -> Any:
    """As sums go of which four are formed at a time, after so many terms that come first."""
    lanes, count = _lanes(terms), terms.shape[-1]
    rest = count - first
    if rest >= 2 * lanes:
        done = first + rest // lanes * lanes
    elif rest >= 4 and lanes == 4:
        done, lanes = first + 4, 2
    else:
        return _begun(terms, with_a_term)
    (found,) = _registers(_begun(terms[..., :first], with_a_term), terms[..., first:done], lanes, 1)
    return _chained(terms[..., done:], _across(found))


def _alone(terms: Array, first: int, with_a_term: bool, registers: int) -> Any:
    """As a single sum goes."""
    count = terms.shape[-1]
    if count - first < 8:
        return _begun(terms, with_a_term)
    done = first + (count - first) // 8 * 8
    start = _begun(terms[..., :first], with_a_term)
    found = _registers(start, terms[..., first:done], _lanes(terms), registers)
    pairs = [found[i] + found[i + 1] for i in range(0, registers, 2)] if registers > 1 else found
    return _chained(terms[..., done:], _across(pairs[0] + pairs[1] if len(pairs) > 1 else pairs[0]))


def inner_product(a: Array, b: Array) -> Any:
    """Product of two vectors that are not empty."""
    terms, count, lanes = a * b, a.size, _lanes(a)
    if count > 1 and (a.strides[0] != a.itemsize or b.strides[0] != b.itemsize):
        return _chained(terms)
    first = min(_before_register(b), count)
    found = [np.zeros(lanes, a.dtype) for _ in range(4)]
    found[0][0] = _chained(terms[:first])
    at, in_step = first, lanes == 2 or not _before_register(a, first)
    while in_step and count - at >= 4 * lanes:
        for register in found:
            register += terms[at : at + lanes]
            at += lanes
    if in_step and lanes == 4 and count - at >= 8:
        for register in found[:2]:
            register += terms[at : at + lanes]
            at += lanes
    while count - at >= lanes:
        found[0] += terms[at : at + lanes]
        at += lanes
        if lanes == 4:
            break
    found[0][0] = _chained(terms[at:], found[0][0])
    return _across(((found[0] + found[1]) + found[2]) + found[3])


def _along_rows(a: Array, b: Array, into: Array, alpha: Any) -> None:
    """Multiples of the second matrix's rows, one after the other."""
    for i in range(a.shape[1]):
        into += (a[:, i : i + 1] * alpha) * b[i]


def _regrouped(start: Array, a: Array, b: Array, alpha: Any) -> Any:
    """Of eight terms the last four are summed by themselves: numbers that lie before a row's first register go so."""
    terms = (a[:, None] * alpha) * b
    total = start
    for i in range(0, len(a) // 8 * 8, 8):
        total = (((total + terms[i]) + terms[i + 1]) + terms[i + 2]) + terms[i + 3]
        total = total + (((terms[i + 4] + terms[i + 5]) + terms[i + 6]) + terms[i + 7])
    for i in range(len(a) // 8 * 8, len(a)):
        total = total + terms[i]
    return total


def _by_rows(a: Array, v: Array, into: Array, alpha: Any) -> None:
    """Each row of a matrix with a vector."""
    rows, count = a.shape
    has_gaps = count > 1 and v.strides[0] != v.itemsize
    v = v.copy() if has_gaps else v
    for r in range(0, rows // 4 * 4, 4):
        first = min(1 + _before_register(a[r + 3], 1), count)
        into[r : r + 4] += alpha * _in_fours(a[r : r + 4] * v, first, True)
    for r in range(rows // 4 * 4, rows):
        if has_gaps and _lanes(a) == 4:
            into[r] += alpha * _by_eights(a[r] * v)
            continue
        first = min(1 + _before_register(a[r] if has_gaps else v, 1), count)
        registers = 1 if r % 4 == 1 else 2 if r % 4 == 0 and r + 1 < rows else 8 // _lanes(a)
        into[r] += alpha * _alone(a[r] * v, first, True, 4 if has_gaps else registers)


def _by_eights(terms: Array) -> Any:
    """As a sum goes of a row with a vector whose numbers are no neighbours."""
    eights = (len(terms) - 1) // 8
    if eights < 2:
        return _begun(terms, True)
    found = np.zeros(8, terms.dtype)
    found[0] = terms[0]
    for i in range(1, 8 * eights, 8):
        found += terms[i : i + 8]
    return _chained(terms[8 * eights + 1 :], _chained(found[1:], found[0]))


def _small(a: Array, a_turned: bool, b: Array, b_turned: bool, into: Array, alpha: Any) -> None:
    (rows, count), width, lanes = a.shape, b.shape[1], _lanes(a)
    if not rows or not width:
        return
    if not b_turned:
        before = into[:, : lanes - 1].copy()
        _along_rows(a, b, into, alpha)
        for r in range(rows):
            first = _before_register(into[r])
            if first and width - first >= lanes and count >= 8:
                into[r, :first] = _regrouped(before[r, :first], a[r], b[:, :first], alpha)
    elif not a_turned:
        fours = width // 4 * 4
        for r in range(rows):
            first = min(_before_register(a[r]), count)
            terms = a[r] * b.T
            into[r, :fours] += alpha * _in_fours(terms[:fours], first, False)
            into[r, fours:] += alpha * _alone(terms[fours:], first, False, 8 // lanes)
    elif lanes == 4:
        total = np.zeros_like(into)
        _along_rows(a, b, total, a.dtype.type(1))
        into += alpha * total
    else:
        for j in range(width):
            first = min(_before_register(b[:, j]), count)
            into[:, j] += alpha * _alone(a * b[:, j], first, False, 4)


def _odd(total: Array, rest: Array) -> Array:
    """A sum and what it lacks, as a number that still rounds right: of its two neighbours that with an odd last bit."""
    bits = total.view(np.int64)
    turns = (rest != 0) & np.isfinite(total) & ((bits & 1) == 0)
    return np.where(turns, bits + np.where((rest > 0) == (total > 0), 1, -1), bits).view(np.float64)


def _sum_and_rest(a: Array, b: Array) -> tuple[Array, Array]:
    total = a + b
    other = total - a
    return total, (a - (total - other)) + (b - other)


def _halves(x: Array) -> tuple[Array, Array]:
    high = x * 134217729.0
    high = high - (high - x)
    return high, x - high


def _exactly(a: float, b: float, c: float) -> float:
    from fractions import Fraction  # which takes a while to load, for what hardly ever happens

    if not np.isfinite([a, b, c]).all():
        return a * b + c
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    try:
        return float(exact) if exact else a * b + c
    except OverflowError:
        return np.inf if exact > 0 else -np.inf


def fused(a: Array, b: Array, c: Array) -> Array:
    """``a * b + c``, rounded once."""
    if c.dtype == np.float32:
        total, rest = _sum_and_rest(a.astype(np.float64) * b.astype(np.float64), c.astype(np.float64))
        return _odd(total, rest).astype(np.float32)
    terms = a * b
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    missing = ((a_high * b_high - terms) + a_high * b_low + a_low * b_high) + a_low * b_low
    inside, rest = _sum_and_rest(c, missing)
    total, more = _sum_and_rest(terms, inside)
    found = total + _odd(*_sum_and_rest(more, rest))
    size = np.abs(terms)
    usual = (size > 1e-250) & (size < 1e290) & (np.abs(c) < 1e290) & (np.abs(a) < 1e290) & (np.abs(b) < 1e290)
    if usual.all():
        return found
    a, b = np.broadcast_to(a, c.shape), np.broadcast_to(b, c.shape)
    # Where a term is a true zero, or there is no number, a sum is rounded once in any case.
    plain = (a == 0) | (b == 0) | ~(np.isfinite(a) & np.isfinite(b) & np.isfinite(c))
    found = np.where(plain, terms + c, found)
    for place in zip(*np.nonzero(~usual & ~plain), strict=True):
        found[place] = _exactly(float(a[place]), float(b[place]), float(c[place]))
    return found


def _fused(a: Array, b: Array, into: Array, alpha: Any, adds: bool) -> None:
    """In blocks of terms; what there is begins the sums of float64, and gets those of float32."""
    count = a.shape[1]
    b = b * alpha
    if into.dtype == np.float64:
        total = into.copy()
        for i in range(count):
            total = fused(a[:, i : i + 1], b[i], total)
        into[...] = total
        return
    at_once = count if count <= _BLOCK else count // 2 if count < 2 * _BLOCK else _BLOCK
    for start in range(0, count, at_once):
        total = np.zeros_like(into)
        for i in range(start, min(start + at_once, count)):
            total = fused(a[:, i : i + 1], b[i], total)
        into[...] = into + total if adds or start else total


def add_matrix(a: Array, b: Array, into: Array, alpha: Any = None, *, adds: bool) -> None:
    """Add ``alpha * a @ b`` to rows of zeros, or to what else there is where it ``adds``."""
    alpha = a.dtype.type(1 if alpha is None else alpha)
    (rows, count), width = a.shape, b.shape[1]
    (a, a_turned), (b, b_turned) = _laid(a), _laid(b)
    if rows == 1 and (width > 1 or b_turned):
        if b_turned:
            _by_rows(b.T, a[0], into[0], alpha)
        else:
            _along_rows(a, b, into, alpha)
    elif width == 1 and (rows == 1 or a_turned):
        _along_rows(b.T, a.T, into.T, alpha)
    elif width == 1:
        _by_rows(a, b[:, 0], into[:, 0], alpha)
    elif count == 1:
        terms = (a * alpha) * b
        into[...] = into + terms if adds else terms
    elif rows < _FEWEST_ROWS or width < _FEWEST_COLUMNS:
        _small(a, a_turned, b, b_turned, into, alpha)
    elif into.dtype == np.float32:
        _fused(a, b, into, alpha, adds)
    else:
        whole, right = rows // 4 * 4, width // 12 * 12
        _fused(a[:whole], b[:, :right], into[:whole, :right], alpha, adds)
        _small(a[:whole], a_turned, b[:, right:], b_turned, into[:whole, right:], alpha)
        _small(a[whole:], a_turned, b, b_turned, into[whole:], alpha)


def add_vector(a: Array, v: Array, into: Array, alpha: Any = None) -> None:
    """Add ``alpha * a @ v``, of a matrix and a vector, to what there is."""
    alpha = a.dtype.type(1 if alpha is None else alpha)
    a, _ = _laid(a)
    row, step = (stride // a.itemsize for stride in a.strides)
    if row == 1 and (a.shape[1] == 1 or step >= len(a)):
        _along_rows(v[None], a.T, into[None], alpha)
    else:
        _by_rows(a, v, into, alpha)
