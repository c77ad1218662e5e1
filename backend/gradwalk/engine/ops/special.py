"""Special functions: the error function, gamma, Bessel and zeta functions and their kin, orthogonal polynomials."""

from __future__ import annotations

from ..functions.bessel import WITHOUT_SLOPES, i0, i0e, i1, i1e
from ..functions.gamma import digamma, igamma, igammac, lgamma, mvlgamma, polygamma, zeta
from ..functions.polynomials import POLYNOMIALS
from ..functions.special import erf, erfc, erfcx, erfinv, log_ndtr, ndtri
from ..op import Declaration, define
from . import _special as forwards

_FLOAT: Declaration = {"category": "pointwise", "promotion": "float"}
_SAME: Declaration = {"category": "pointwise", "promotion": "same"}

# -- the error function and the normal distribution -------------------------------------------------------------------

define("erf(self)", erf, "ErfBackward0", {"self": "erf_backward(grad, self, 1)"}, shown="erf(self)", **_FLOAT)
define("erfc(self)", erfc, "ErfcBackward0", {"self": "erf_backward(grad, self, -1)"}, shown="erfc(self)", **_FLOAT)
define(
    "erfinv(self)", erfinv, "ErfinvBackward0", {"self": "erfinv_backward(grad, self)"}, shown="erfinv(self)", **_FLOAT
)
define(
    "special_erfcx(self)", forwards.not_on_halves("erfcx", erfcx), "SpecialErfcxBackward0",
    {"self": "erfcx_backward(grad, self, result)"}, shown="exp(self ** 2) * erfc(self)", **_FLOAT,
)  # fmt: skip
define(
    "special_ndtri(self)", forwards.not_on_halves("ndtri", ndtri), "SpecialNdtriBackward0",
    {"self": "ndtri_backward(grad, result)"}, shown="special_ndtri(self)", **_FLOAT,
)  # fmt: skip
define(
    "special_log_ndtr(self)", forwards.not_on_halves("log_ndtr", log_ndtr), "SpecialLogNdtrBackward0",
    {"self": "log_ndtr_backward(grad, self, result)"}, shown="log(ndtr(self))", **_FLOAT,
)  # fmt: skip

# -- gamma and zeta ---------------------------------------------------------------------------------------------------

define("lgamma(self)", lgamma, "LgammaBackward0", {"self": "grad * digamma(self)"}, shown="lgamma(self)", **_FLOAT)
define(
    "digamma(self)", digamma, "DigammaBackward0", {"self": "grad * polygamma(self, 1)"}, shown="digamma(self)",
    **_FLOAT,
)  # fmt: skip
define(
    "polygamma(self, *, n=0)", polygamma, "PolygammaBackward0", {"self": "grad * polygamma(self, n + 1)"},
    shown="polygamma(self, n)", **_FLOAT,
)  # fmt: skip
define(
    "polygamma_(self, *, n=0)", polygamma, "PolygammaBackward1", {"self": "grad * polygamma(self, n + 1)"},
    shown="polygamma(self, n)", category="in_place", promotion="float",
)  # fmt: skip
define(
    "mvlgamma(self, *, p=1)", forwards.mvlgamma(mvlgamma), "MvlgammaBackward0",
    {"self": "grad * mvlgamma_slope(self, p)"}, shown="mvlgamma(self, p)", lies="in rows", **_FLOAT,
)  # fmt: skip
define(
    "igamma(self, other)", forwards.on_floats("igamma", igamma), "IgammaBackward0",
    {"self": "underived(grad, 'igamma: input')", "other": "grad * igamma_slope(self, other)"},
    shown="igamma(self, other)", **_SAME,
)  # fmt: skip
define(
    "igammac(self, other)", forwards.on_floats("igammac", igammac), "IgammacBackward0",
    {"self": "underived(grad, 'igammac: input')", "other": "igammac_backward(grad, self, other)"},
    shown="igammac(self, other)", **_SAME,
)  # fmt: skip
define(
    "special_zeta(self, other)", forwards.not_on_halves("zeta", zeta), "SpecialZetaBackward0",
    {"self": "underived(grad, 'zeta')", "other": "zeta_backward(grad, self, other)"}, shown="zeta(self, other)",
    **_FLOAT,
)  # fmt: skip
define(
    "special_zeta.self_scalar(other, *, self=1)", forwards.zeta_of_number, "SpecialZetaBackward1",
    {"other": "zeta_backward(grad, self, other)"}, shown="zeta(self, other)", **_FLOAT,
)  # fmt: skip

# -- Bessel functions -------------------------------------------------------------------------------------------------

define("i0(self)", i0, "I0Backward0", {"self": "grad * special_i1(self)"}, shown="i0(self)", **_FLOAT)
define(
    "special_i0e(self)", i0e, "SpecialI0EBackward0", {"self": "i0e_backward(grad, self, result)"},
    shown="exp(-absolute(self)) * i0(self)", **_FLOAT,
)  # fmt: skip
define(
    "special_i1(self)", i1, "SpecialI1Backward0", {"self": "i1_backward(grad, self, result)"},
    shown="special_i1(self)", **_FLOAT,
)  # fmt: skip
define(
    "special_i1e(self)", i1e, "SpecialI1EBackward0", {"self": "i1e_backward(grad, self, result)"},
    shown="exp(-absolute(self)) * special_i1(self)", **_FLOAT,
)  # fmt: skip
for _name, _function in WITHOUT_SLOPES.items():
    define(f"special_{_name}(self)", forwards.not_on_halves(_name, _function), shown=f"{_name}(self)", **_FLOAT)
for _name, _polynomial in POLYNOMIALS.items():
    define(f"special_{_name}(self, n)", forwards.not_on_halves(_name, _polynomial), shown=f"{_name}(self, n)", **_FLOAT)
