"""Square roots of float32 as MKL finds them on AMD's processors: a sixth of them are not the nearest number.

They begin with the approximate reciprocal of the root that the processor has an instruction for (``RSQRTPS``), follow
Goldschmidt's iteration once, and end with a step of Newton's, each operation rounded to float32. Which steps these are
was found by trying some, until all roots were PyTorch's; the table is what the instruction answers. ``csrc/roots.h``
does the same in C. Of processors that MKL knows better (Intel's) the roots are others.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np

from .dtypes import Array
from .vector_math import quietly

F = np.float32
_HALF = F(0.5)
_LEAST, _MOST = F(2.0**-126), F(float.fromhex("0x1.ffep127"))
"""From the former up to the latter MKL computes, and beyond it takes the nearest number."""

# The instruction's answers, times 2**13, to numbers from 1 to 2 and from 2 to 4, each in 256 groups of 16. First the
# answer in the first group's first place; then by how much that of each group is less than that of the group before
# (digits to base 17); then, for every 16 groups, a bit for each place whose answer is less by one than the one before.
_TABLE = (
    (
        8191,
        (
            "0ggfggffgffffffeffefeeeeeeeeededededddddddcddcdcdcdcccccccbccbcb"
            "dbbcbbbbbbbbbbabbabababaaabaaaaaaaaaa9aa9a9a9a99a99a999999999899"
            "8998989898988988988888888888878888788787878787787777877777777777"
            "8776777767767767676767676676676676666667666666666666656666566656"
        ),
        "7f7f 77f7 6f7d 6ddd 376d 5b5b 356d 2b56 5555 2aaa 2a55 52a9 252a 2949 2529 1292",
    ),
    (
        5792,
        (
            "0bbcbabbbbabbababaabaaaaa9aaa9a9aa99a999999999999899898988988988"
            "8888888888788787878787787778777777777777677767767676767667667666"
            "7666666666666665666566656566565655656556556555565555555555555555"
            "6455555455545545545455454545454454544544544454445444444544444444"
        ),
        "5b6d 35b6 356a 3555 2aaa 4aa9 2952 294a 1494 2492 2492 4922 1224 1224 2222 2222",
    ),
)


def reciprocals() -> Array:
    """The approximate reciprocal roots, times 2**13: 4,096 of evenly spaced numbers from 1 to 2, and of 2 to 4."""
    halves = []
    for first, drops, places in _TABLE:
        groups = first - np.fromiter(accumulate(int(digit, 17) for digit in drops), np.int64)
        bits = np.array([int(row, 16) for row in places.split()], ">u2")
        within = np.cumsum(np.unpackbits(bits.view(np.uint8)).reshape(16, 16), axis=1, dtype=np.int64)
        halves.append(groups.reshape(16, 16, 1) - within[:, None])
    return np.ravel(halves).astype(np.uint16)


_reciprocals: list[Array] = []


def _reciprocal(x: Array) -> Any:
    """Nearly ``1 / sqrt(x)``, to eleven bits, of normal numbers."""
    if not _reciprocals:
        _reciprocals.append(reciprocals())
    bits = x.view(np.uint32)
    exponent = (bits >> 23).astype(np.int32) - 127
    found = _reciprocals[0][(exponent & 1) << 12 | (bits >> 11 & 0xFFF).astype(np.int32)]
    return np.ldexp(found.astype(F), -13 - (exponent >> 1))


@quietly
def sqrt(x: Array) -> Array:
    """The square root."""
    is_usual = (x >= _LEAST) & (x < _MOST)
    usual = np.where(is_usual, x, F(1))
    reciprocal = _reciprocal(usual)
    root, half = usual * reciprocal, _HALF * reciprocal
    error = _HALF - root * half
    root, half = root + root * error, half + half * error
    return np.where(is_usual, root + half * (usual - root * root), np.sqrt(x))
