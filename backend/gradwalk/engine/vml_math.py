"""Elementary functions of float32, to the last bit as MKL's vector functions (VML) have them on AMD's processors.

The steps are single operations, each rounded. Those of logarithms and hyperbolic tangents, with their coefficients,
are what Intel published for its graphics processors (github.com/intel/intel-graphics-compiler, ``ln_s_ha.cl`` and
``tanh_s_ha.cl``, under the MIT licence), but that here products are rounded before they are added. Those of
exponentials and waves were found by trying, and the coefficients of waves by linear programs, for each result bounds
what was rounded to it. Where the steps do not hold, results are the nearest numbers
(:mod:`~gradwalk.engine.rounded_math`), which for angles beyond 10,000 is nearly so. ``csrc/vml.h`` does the same in
C. Of processors that MKL knows better (Intel's) the results are others.

All take arrays of float32 and give new ones; nobody hears of divisions by zero and the like, as in PyTorch.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from . import rounded_math as rounded
from .dtypes import Array
from .vector_math import quietly

F, D = np.float32, np.float64


def _doubles(*digits: str) -> list[Any]:
    return [D(float.fromhex(x)) for x in digits]


def _floats(*digits: str) -> list[Any]:
    return [F(x) for x in _doubles(*digits)]


# -- exponentials ------------------------------------------------------------------------------------------------------

_POWERS = 128
_PER_POWER, _MOST_RAISED = _floats("0x1.715476p+7", "0x1.5d589ep+6")
_POWER_LOG = _floats("0x1.63p-8", "-0x1.bd0106p-20")


@cache
def _powers() -> tuple[Array, Array]:
    """``2 ** (i / 128)`` as sums of two floats."""
    from decimal import Decimal  # which most runs do without

    powers = np.array([float(Decimal(2) ** (Decimal(i) / _POWERS)) for i in range(_POWERS)])
    high = powers.astype(F)
    return high, (powers - high).astype(F)


@quietly
def exp(x: Array) -> Array:
    """e to the power of x."""
    is_near = np.abs(x) <= _MOST_RAISED
    near = np.where(is_near, x, F(0))
    times = np.rint(near * _PER_POWER)
    rest = (near - times * _POWER_LOG[0]) - times * _POWER_LOG[1]
    more = rest + rest * rest * F(0.5)
    whole = times.astype(np.int32)
    high, low = (part[whole % _POWERS] for part in _powers())
    found = np.ldexp(high + (high * more + low), whole // _POWERS)
    return np.where(is_near, found, rounded.exp(x))


# -- logarithms --------------------------------------------------------------------------------------------------------

_SMALLEST_NORMAL, _TWO_THIRDS = F(2.0**-126), 0x3F2AAAAB
_LN2 = F(0.693145751953125), F(1.428606765330187045e-06)
_LOG = _floats(
    "-0x1.08059p-3", "0x1.1e66bap-3", "-0x1.f3113cp-4", "0x1.1ed718p-3", "-0x1.559dccp-3", "0x1.99d028p-3",
    "-0x1.fffefp-3", "0x1.555506p-2", "-0x1p-1",
)  # fmt: skip


@quietly
def log(x: Array) -> Array:
    """The natural logarithm."""
    is_near = (x >= _SMALLEST_NORMAL) & (x < np.inf)
    above = np.where(is_near, x, F(1)).view(np.int32) - _TWO_THIRDS
    times, rest = (above >> 23).astype(F), ((above & 0x7FFFFF) + _TWO_THIRDS).view(F) - F(1)
    total = _LOG[0]
    for coefficient in _LOG[1:]:
        total = total * rest + coefficient
    total = total * rest * rest + rest
    return np.where(is_near, times * _LN2[0] + (times * _LN2[1] + total), rounded.log(x))


# -- waves -------------------------------------------------------------------------------------------------------------

_FAR_ANGLE = F(1e4)
_HALF_TURN = _doubles("0x1.921fb544p+1", "0x1.0b4611a626331p-33")
"""The first has so many zeros at its end that whole numbers times it are exact."""
_SINE = _doubles("0x1.5dbdf09fac04cp-19", "-0x1.9f6ffee59b923p-13", "0x1.110ed380321afp-7", "-0x1.55554bc835a91p-3")


def _wave(size: Any, times: Any, half_turns: Any) -> Any:
    """The sine of what is left of an angle without so many half turns, whose sign is that of so many times."""
    rest = (size - half_turns * _HALF_TURN[0]) - half_turns * _HALF_TURN[1]
    square = rest * rest
    total = _SINE[0]
    for coefficient in _SINE[1:]:
        total = total * square + coefficient
    total = rest + rest * (square * total)
    return np.where(times.astype(np.int64) & 1, -total, total).astype(F)


@quietly
def sin(x: Array) -> Array:
    """The sine of an angle."""
    is_near = np.abs(x) <= _FAR_ANGLE
    size = np.where(is_near, np.abs(x), F(0)).astype(D)
    times = np.rint(size * (1 / math.pi))
    found = _wave(size, times, times)
    return np.where(is_near, np.where(np.signbit(x), -found, found), rounded.sin(x))


@quietly
def cos(x: Array) -> Array:
    """The cosine of an angle."""
    is_near = np.abs(x) <= _FAR_ANGLE
    size = np.where(is_near, np.abs(x), F(0)).astype(D)
    times = np.rint(size * (1 / math.pi) + 0.5)
    return np.where(is_near, _wave(size, times, times - 0.5), rounded.cos(x))


_QUARTER_TURN = _HALF_TURN[0] / 2, _HALF_TURN[1] / 2
_TAN_OVER = _doubles("-0x1.8867706fc2787p-4", "0x1.0000000000004p+0")
_TAN_UNDER = _doubles("0x1.3e66ea6d0dfaep-7", "-0x1.b76f5e7f43980p-2")


@quietly
def tan(x: Array) -> Array:
    """The tangent of an angle: a quotient of polynomials, or, a quarter turn further on, the other way round."""
    is_near = np.abs(x) <= _FAR_ANGLE
    size = np.where(is_near, np.abs(x), F(0)).astype(D)
    times = np.rint(size * (2 / math.pi))
    rest = (size - times * _QUARTER_TURN[0]) - times * _QUARTER_TURN[1]
    square = rest * rest
    over = rest * (_TAN_OVER[1] + _TAN_OVER[0] * square)
    under = 1 + square * (_TAN_UNDER[0] * square + _TAN_UNDER[1])
    found = np.where(times.astype(np.int64) & 1, -(under / over), over / under).astype(F)
    return np.where(is_near, np.where(np.signbit(x), -found, found), np.tan(x.astype(D)).astype(F))


# -- hyperbolic tangents -----------------------------------------------------------------------------------------------

_TANH = """
0 0x1.000000006a31dp0 -0x1.defde92c4f79bp-25 -0x1.5553f7294f0ddp-2
  -0x1.76cbdcccdb701p-13 0x1.16be24561fb19p-3 -0x1.45bc4a4eaa3afp-6
-0x1.8277761c5af2ep-25 0x1.0000263167a05p0 -0x1.9ebcedd85b175p-15 -0x1.54b886e7a59b5p-2
  -0x1.1dfa6bc24a233p-8 0x1.388afbdcfeabfp-3 -0x1.8ac02c389f5d2p-5
-0x1.5d5db74f57d93p-23 0x1.0000715d460dbp0 -0x1.fa2dac6f48388p-14 -0x1.5419c4f2d1e3bp-2
  -0x1.dc3b257a22ba7p-8 0x1.47c7d37008997p-3 -0x1.cc0082a078926p-5
-0x1.de52836aa24bfp-22 0x1.0001087517324p0 -0x1.f8218014c6d29p-13 -0x1.533aee5add15cp-2
  -0x1.5d926ec078549p-7 0x1.56ac1320650bdp-3 -0x1.00935cf576018p-4
-0x1.068e713261c1dp-20 0x1.0001fd116a35cp0 -0x1.aaa8332ff5da7p-12 -0x1.5230bfa2f4b5fp-2
  -0x1.cfdab4b1d041cp-7 0x1.63c5e1e5f0c1bp-3 -0x1.14a00ee874965p-4
-0x1.1d1cc995b465ap-19 0x1.0003bfc9f9fa7p0 -0x1.5f2405eb78312p-11 -0x1.50c881348f074p-2
  -0x1.2a43c07bd0a14p-6 0x1.70d3f9edd46b3p-3 -0x1.25c93e2cfc5d2p-4
-0x1.afc5951e455adp-20 0x1.000338e8a7c9cp0 -0x1.4528bd04b1b6ep-11 -0x1.50ef882b5f9c7p-2
  -0x1.26dce22844aadp-6 0x1.70ad1cc96bdf2p-3 -0x1.260b5e6b89cc5p-4
0x1.0299bb6893ea1p-16 0x1.ffe36c6c2bc18p-1 0x1.2821fd07bd4f7p-10 -0x1.5733fef4add77p-2
  -0x1.851e165d82e62p-8 0x1.56af126a3ac3cp-3 -0x1.0f36d44ef195ap-4
0x1.6dd09f9855499p-14 0x1.ff639e7791ebdp-1 0x1.b407aee840846p-8 -0x1.684ff1ce3511cp-2
  0x1.710f011fe379dp-6 0x1.21a8490a5c684p-3 -0x1.cdef4d1b833aap-5
0x1.db7344eef7bc7p-12 0x1.fd39a63fedacap-1 0x1.ba8d02e96079ep-6 -0x1.9df55d986f34p-2
  0x1.9371787006e2dp-4 0x1.523268bc2ab46p-4 -0x1.31f14f14414f5p-5
0x1.07abd04390fa6p-9 0x1.f5a2b730f703ep-1 0x1.5fdfc22f53666p-4 -0x1.0f0808ff94c0bp-1
  0x1.fc9847a2ee0fep-3 -0x1.b6a646a50f27bp-7 -0x1.7ebdb8ed25e53p-7
0x1.5c710a4cbf45p-8 0x1.e81ec05b6bc39p-1 0x1.6427314e0420ep-3 -0x1.5f44f553bd24ap-1
  0x1.9f55a79f4ac9ep-2 -0x1.902bca7fd83bfp-4 0x1.d6ea114f55349p-8
0x1.3741830c6f615p-7 0x1.d95e102cfb52cp-1 0x1.06e31aebd35b9p-2 -0x1.a05ba935a3a1bp-1
  0x1.07eef35904669p-1 -0x1.2ff9ca95468a3p-3 0x1.15c6048511bbep-6
0x1.4befae0bacf16p-7 0x1.d6efeefad09d3p-1 0x1.1566fc1b92a45p-2 -0x1.ab8e2b6d8965bp-1
  0x1.116f42a1b00fap-1 -0x1.40e3ece1cab9ep-3 0x1.2e8c72958bf4bp-6
-0x1.540312f58c1cbp-6 0x1.10ba9282c8ba6p0 -0x1.fb70e4fd40a92p-7 -0x1.115cd7afd2c33p-1
  0x1.6c11ab555b5ep-2 -0x1.9a1de489ae8d7p-4 0x1.67e656d038f4ap-7
-0x1.8feeadd186056p-4 0x1.5f55365982f5bp0 -0x1.0df5b13ea5818p-1 -0x1.4043fd932506bp-4
  0x1.03da439fdd281p-3 -0x1.3e221fe149ffbp-5 0x1.0e687eb4458ecp-8
-0x1.8b6a728d01448p-3 0x1.b373a7ac80ce3p0 -0x1.ff9f50069a3efp-1 0x1.22ac674f9ed2ep-2
  -0x1.e3ca89c9332f7p-6 -0x1.68ca45be7a635p-9 0x1.56b344b630b12p-11
-0x1.2038af9eee89ap-2 0x1.f6f4f96a3d05ap0 -0x1.53dc66a0d78d3p0 0x1.0125d81d29a0ep-1
  -0x1.c82a28d56b6d2p-4 0x1.beaa70cc91126p-7 -0x1.76efa96a8e6d1p-11
-0x1.c7a244440d3dep-3 0x1.d4a0d48b2c5bap0 -0x1.33648c9558418p0 0x1.c0e614d2355f7p-2
  -0x1.7e39e1fef00bdp-4 0x1.65b82cb84163cp-7 -0x1.1e092e6d2773p-11
-0x1.a6b44cc927e68p-8 0x1.66260cf7f9ffp0 -0x1.ae8d67c72682cp-1 0x1.1cc4b5bc4e667p-2
  -0x1.b2e5679e4b2f9p-5 0x1.69ed855c422d5p-8 -0x1.ff119b2a5a628p-13
0x1.047cb095c02b8p-2 0x1.e67ad71046e63p-1 -0x1.098e15b696662p-1 0x1.3c808cf5eb31ep-3
  -0x1.b0b0f1186b84p-6 0x1.40a72c61bafa7p-9 -0x1.917c7478db907p-14
0x1.271672e80132ap-1 0x1.e6be7ccdc0d48p-2 -0x1.cf84a51dadf7dp-3 0x1.de1fa24be6877p-5
  -0x1.1905f3c59584p-7 0x1.64384c98afbbap-11 -0x1.7bbe3d7be9f42p-16
0x1.ace37d3e55cd8p-1 0x1.3e15729f5a9ddp-3 -0x1.009b0041af713p-4 0x1.be0f5ff703e1cp-7
  -0x1.b7e9264e296adp-10 0x1.d230586266c27p-14 -0x1.9e518a45c6684p-19
0x1.e48f6f3b20545p-1 0x1.6cc28994bc90fp-5 -0x1.fd284f3d7eb09p-7 0x1.7db44fd1b7665p-9
  -0x1.43e3a0589a1a1p-12 0x1.26b760ed7403dp-16 -0x1.c10aa8d42975fp-22
0x1.f7e62d563a20cp-1 0x1.7bf0e50adee64p-7 -0x1.d2c2e8fb3321dp-9 0x1.33656b22f0998p-11
  -0x1.c9908e7aa1cffp-15 0x1.6cb651f92c3cap-19 -0x1.e63cde066fb34p-25
0x1.fec312764aa67p-1 0x1.8b44a9f798b0ep-10 -0x1.9c22d2e0b62a3p-12 0x1.cba89167d11cap-15
  -0x1.2113609b1cfep-18 0x1.84a862529b1b2p-23 -0x1.b4417d9a939c3p-29
0x1p0 0 0 0
  0 0 0
"""
"""Coefficients of polynomials, the constant first, below 0.125, then for each quarter between two powers of 2, and for
what is rounded to 1."""

_FIRST_PIECE, _ENDLESS = 0x3DE00000, F(np.inf)


@cache
def _tanh_pieces() -> Array:
    return np.array([float.fromhex(x) for x in _TANH.split()]).reshape(-1, 7)


@quietly
def tanh(x: Array) -> Array:
    """The hyperbolic tangent."""
    size, pieces = np.abs(x), _tanh_pieces()
    place = np.clip((size.view(np.int32) - _FIRST_PIECE) >> 21, 0, len(pieces) - 1)
    wide, factors = np.where(size < _ENDLESS, size, F(0)).astype(D), pieces[place]
    total = factors[..., 6]
    for power in range(5, -1, -1):
        total = total * wide + factors[..., power]
    return np.where(np.isnan(x), x, np.copysign(total.astype(F), x))
