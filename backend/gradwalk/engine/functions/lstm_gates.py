"""What the gates of an LSTM make, step by step as oneDNN's code for AVX2 has it; so says ``csrc/lstm_gates.c`` in C.

PyTorch hands LSTMs of float32 to oneDNN (github.com/uxlfoundation/oneDNN). The steps are those of src/cpu/x64/rnn
(jit_uni_lstm_cell_postgemm), the polynomials those of src/cpu/x64/injectors (jit_uni_eltwise_injector), which take what
is no number for an endless one.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from ..core import CORE
from ..dtypes import Array
from ..fused import plus_products
from ..vector_math import quietly

F = np.float32

_LEAST, _MOST = F(float.fromhex("-0x1.5d58ap+6")), F(float.fromhex("0x1.62e43p+6"))
"""The logarithms of the smallest and the largest numbers."""
_PER_LN2, _LN2 = F(float.fromhex("0x1.715476p+0")), F(float.fromhex("0x1.62e43p-1"))
_EXP = [
    F(float.fromhex(x))
    for x in ("0x1.0f9f9cp-7", "0x1.573a1ap-5", "0x1.555a8p-3", "0x1.fffdc6p-2", "0x1.fffff6p-1", "0x1p+0")
]
"""Coefficients of a polynomial for the exponential, the highest power first."""

_TANH = """
00000000 3f800000 00000000 00000000 00000000 00000000 00000000
39bfffff 3f800018 be4e0ff1 45b3ae96 cc981a1b 52f688d5 d8995ed1
39ffffff 3f7fffe8 3d25b1b1 c414eb20 4a7edd3d d0505c72 558285ea
3a3ffffe 3f7fffda 3d6b6dab c450e02e 4ab1007c d08f98e3 55b2cd69
3a7ffffb 3f7fffdc 3c9fb1d5 c3152b4e 48fedd9c ce505cc9 53028625
3abffff7 3f7fffdc babff06f bead2f56 41a557b5 c7162b8a 4bc9991f
3affffeb 3f7fffac 3c07b3f6 c2162e02 477ee32a cc5061d6 5082898a
3b3fffdc 3f7fff70 bb3fc1bc beb4bd5a 422557f5 c7162bdf 4b4999b3
3b7fffab 3f7ffeec 3a9f5921 c11a59a4 45ff3ce4 ca50b37f 4e02c07c
3bbfff70 3f7ffdc0 bbbf06f2 bed2f507 42a55641 c7162a3a 4ac99764
3bfffeab 3f7ffbed bbb0f402 c020d32c 446e0867 c8422086 4b72c822
3c3ffdc0 3f7ff704 bc47db9e 3dd0f506 c33dc19a 471a714e ca40c0e1
3c7ffaab 3f7feff5 bc73d5e7 bf2a75e2 42915214 c5ece1f1 489413e4
3cbff701 3f7fdbca bca25bda bff950e3 43af4fad c70e3d90 49b12224
3cffeaad 3f7fbfff bcfca780 bed47334 4110fe88 c3eba94a 46134c4e
3d3fdc08 3f7f7041 bd40e07c be809b8c c1099b75 43e0c424 c60c2d57
3d7faacd 3f7f009b bd7dab03 beb64532 3fc8a8dc c21f4552 43c83910
3dbf7081 3f7dc36c bdbe4a0f be961a5b bfbeaef5 42217cc8 c3c872d1
3dfeacc9 3f7c0aa8 bdfb14a5 be9b63ac be365aad 405e7dc4 c186bc9e
3e3dc7fd 3f7734b8 be36cc8d bea0d4b2 3f4d9652 c10dd401 42325bc3
3e7acbf5 3f70a4de be6bd102 be828a77 3ddfa08f 3e96b602 bf2ffa4a
3eb77a9f 3f5f1fd8 be9fe7c5 be378612 3e34e9b8 bd1a6d2f 3d9a203c
3eec9a9f 3f495493 beba0f10 bdc20908 3e2d07a6 bd393883 bc545a43
3f22991f 3f18b9ec bec206a8 3d2d3957 3dc63567 bd674682 bae08fee
3f42f7d6 3ed706cb bea3c388 3dd46e89 3cdaeb78 bd310016 3c80225d
3f67b7cc 3e390b06 be277d62 3db3f629 bcd17537 b961e269 3b1fd1df
3f76ca83 3d90b11f bd8b7960 3d2c5e7b bc92829c 3ba32495 ba36b9d1
3f7ebbe9 3c21a053 bc209f49 3bd20403 bb43ab99 3a7680d5 b91de544
3f7fd40c 3aaf7fdb baad44ca 3a59dfae b9b471dd 38b3173c b71f100f
3f7fff32 37ccc1a3 b7c6eeac 3770af45 b6baad5a 35a9deea b408e2ed
3f7ffffc 355c6733 b663aa41 372cc014 b78bafc7 375c3f2a b685fec8
3f800000 00000000 00000000 00000000 00000000 00000000 00000000
"""
"""Bits of coefficients of polynomials for the hyperbolic tangent, the constant first, for each half of an octave."""

_FIRST_PIECE, _PIECE_BITS = 0x39800000, 22
_LINEAR, _ONE = np.array([0x39DDB3D7, 0x41102CB3], np.uint32).view(F)
_SIGN = np.int32(-(2**31))


@cache
def _tanh_pieces() -> Array:
    return np.array([int(bits, 16) for bits in _TANH.split()], np.uint32).view(F).reshape(-1, 7)


@quietly
def logistic(x: Array) -> Array:
    """The logistic function; of what is no number, 1 or 0 by its sign."""
    size = (x.view(np.int32) | _SIGN).view(F)
    near = np.where(size < _MOST, size, _MOST)
    near = np.where(near > _LEAST, near, _LEAST)
    times = np.floor(near * _PER_LN2 + F(0.5))
    rest = plus_products(near, -times, np.full_like(near, _LN2))
    total = np.full_like(rest, _EXP[0])
    for coefficient in _EXP[1:]:
        total = plus_products(np.full_like(rest, coefficient), total, rest)
    half = (((times - F(1)).astype(np.int32) + np.int32(127)) << 23).view(F)
    total = total * np.where(size < _LEAST, F(0), half) * F(2)
    found = total / (total + F(1))
    signed: Array = np.where(x.view(np.int32) < 0, found, F(1) - found)
    return signed


@quietly
def hyperbolic(x: Array) -> Array:
    """The hyperbolic tangent; of what is no number, 1 with its sign."""
    size, pieces = np.abs(x), _tanh_pieces()
    bits = size.view(np.int32)
    factors = pieces[np.clip((bits - _FIRST_PIECE) >> _PIECE_BITS, 0, len(pieces) - 1)]
    rest = size - (bits >> _PIECE_BITS << _PIECE_BITS).view(F)
    total = factors[..., -1].copy()
    for power in range(factors.shape[-1] - 2, -1, -1):
        total = plus_products(factors[..., power], total, rest)
    found = np.where(size < _LINEAR, size, np.where(size < _ONE, total, F(1)))
    signed: Array = (found.view(np.int32) | (x.view(np.int32) & _SIGN)).view(F)
    return signed


def opened(gates: Array, bias: Array, before: Array, after: Array, state: Array) -> None:
    """From sums (batch, 4 * width), of which each gets its bias (1, 4 * width), to the gates, in place; from the memory
    before, (batch, width), to the memory after and the state."""
    if CORE is not None and CORE.lstm_gates(gates, bias, before, after, state):
        return
    gates += bias
    i, f, g, o = _parts(gates)
    for gate, function in ((i, logistic), (f, logistic), (g, hyperbolic), (o, logistic)):
        gate[...] = function(gate.copy())
    with np.errstate(all="ignore"):
        after[...] = plus_products(before * f, i, g)
        state[...] = o * hyperbolic(after)


def passed_back(gates: Array, before: Array, after: Array, of_state: Array, of_memory: Array, sums: Array) -> None:
    """What gates, as :func:`opened` left them, pass back: the cotangents of the sums, and, in place of the cotangent of
    the memory after, that of the memory before."""
    if CORE is not None and CORE.lstm_gates_backward(gates, before, after, of_state, of_memory, sums):
        return
    i, f, g, o = _parts(gates)
    one = np.ones_like(before)
    with np.errstate(all="ignore"):
        bent = hyperbolic(after)
        total = of_memory + plus_products(one, -bent, bent) * of_state * o
        parts: Any = _parts(sums)
        parts[3][...] = plus_products(o, -o, o) * of_state * bent
        parts[0][...] = plus_products(i, -i, i) * total * g
        parts[1][...] = plus_products(f, -f, f) * total * before
        parts[2][...] = plus_products(one, -g, g) * (i * total)
        of_memory[...] = total * f


def _parts(gates: Array) -> list[Array]:
    width = gates.shape[1] // 4
    return [gates[:, k * width : (k + 1) * width] for k in range(4)]
