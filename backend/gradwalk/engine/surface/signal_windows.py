"""``torch.signal.windows``, composed of other functions as PyTorch composes them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from .. import dtypes
from ..dtypes import dtype as Dtype  # noqa: N812 (``dtype`` is an argument's name here)
from ..layout import STRIDED
from .registry import FUNCTIONS
from .sizes import options


def _kind(name: str, M: int, dtype: Dtype | None, layout: Any, device: Any) -> Dtype:
    kind = dtypes.default_floating() if dtype is None else dtype
    options(name, None, device)
    if M < 0:
        raise ValueError(f"{name} requires non-negative window length, got M={M}")
    if layout is not None and layout is not STRIDED:
        raise ValueError(f"{name} is implemented for strided tensors only, got: {layout}")
    if kind not in (dtypes.float32, dtypes.float64):
        raise ValueError(f"{name} expects float32 or float64 dtypes, got: {kind}")
    return kind


def _evenly(start: float, end: float, M: int, kind: Dtype, requires_grad: bool) -> Any:
    return FUNCTIONS["linspace"](start, end, M, dtype=kind, requires_grad=requires_grad)


def _short(M: int, kind: Dtype, requires_grad: bool) -> Any:
    return FUNCTIONS["ones"](M, dtype=kind, requires_grad=requires_grad)


def exponential(
    M: int, *, center: float | None = None, tau: float = 1.0, sym: bool = True, dtype: Dtype | None = None,
    layout: Any = None, device: Any = None, requires_grad: bool = False,
) -> Any:  # fmt: skip
    """Decay to both sides of a centre."""
    kind = _kind("exponential", M, dtype, layout, device)
    if tau <= 0:
        raise ValueError(f"Tau must be positive, got: {tau} instead.")
    if sym and center is not None:
        raise ValueError("Center must be None for symmetric windows")
    if M == 0:
        return _short(0, kind, requires_grad)
    middle = (M if not sym and M > 1 else M - 1) / 2.0 if center is None else center
    rate = 1 / tau
    places = _evenly(-middle * rate, (-middle + (M - 1)) * rate, M, kind, requires_grad)
    return FUNCTIONS["exp"](-FUNCTIONS["abs"](places))


def cosine(
    M: int, *, sym: bool = True, dtype: Dtype | None = None, layout: Any = None, device: Any = None,
    requires_grad: bool = False,
) -> Any:  # fmt: skip
    """Half a wave."""
    kind = _kind("cosine", M, dtype, layout, device)
    if M == 0:
        return _short(0, kind, requires_grad)
    step = math.pi / (M + 1 if not sym and M > 1 else M)
    return FUNCTIONS["sin"](_evenly(0.5 * step, (0.5 + (M - 1)) * step, M, kind, requires_grad))


def gaussian(
    M: int, *, std: float = 1.0, sym: bool = True, dtype: Dtype | None = None, layout: Any = None,
    device: Any = None, requires_grad: bool = False,
) -> Any:  # fmt: skip
    """A bell."""
    kind = _kind("gaussian", M, dtype, layout, device)
    if std <= 0:
        raise ValueError(f"Standard deviation must be positive, got: {std} instead.")
    if M == 0:
        return _short(0, kind, requires_grad)
    start = -(M if not sym and M > 1 else M - 1) / 2.0
    scale = 1 / (std * math.sqrt(2))
    return FUNCTIONS["exp"](-(_evenly(start * scale, (start + (M - 1)) * scale, M, kind, requires_grad) ** 2))


def kaiser(
    M: int, *, beta: float = 12.0, sym: bool = True, dtype: Dtype | None = None, layout: Any = None,
    device: Any = None, requires_grad: bool = False,
) -> Any:  # fmt: skip
    """A Bessel function over a half circle."""
    kind = _kind("kaiser", M, dtype, layout, device)
    if beta < 0:
        raise ValueError(f"beta must be non-negative, got: {beta} instead.")
    if M < 2:
        return _short(M, kind, requires_grad)
    height = FUNCTIONS["tensor"](beta, dtype=kind)
    step = 2.0 * height / (M if not sym else M - 1)
    end = FUNCTIONS["minimum"](height, -height + (M - 1) * step)
    places = _evenly(-height, end, M, kind, requires_grad)
    inside = FUNCTIONS["sqrt"](height * height - FUNCTIONS["pow"](places, 2))
    return FUNCTIONS["i0"](inside) / FUNCTIONS["i0"](height)


def bartlett(
    M: int, *, sym: bool = True, dtype: Dtype | None = None, layout: Any = None, device: Any = None,
    requires_grad: bool = False,
) -> Any:  # fmt: skip
    """A triangle."""
    kind = _kind("bartlett", M, dtype, layout, device)
    if M < 2:
        return _short(M, kind, requires_grad)
    step = 2 / (M if not sym else M - 1)
    return 1 - FUNCTIONS["abs"](_evenly(-1, -1 + (M - 1) * step, M, kind, requires_grad))


def general_cosine(
    M: int, *, a: Iterable[float], sym: bool = True, dtype: Dtype | None = None, layout: Any = None,
    device: Any = None, requires_grad: bool = False,
) -> Any:  # fmt: skip
    """A sum of cosines with alternating signs."""
    return _cosines("general_cosine", M, a, sym, dtype, layout, device, requires_grad)


def _cosines(
    name: str, M: int, a: Any, sym: bool, dtype: Dtype | None, layout: Any, device: Any, requires_grad: bool
) -> Any:  # fmt: skip
    kind = _kind(name, M, dtype, layout, device)
    if M < 2:
        return _short(M, kind, requires_grad)
    if not isinstance(a, Iterable):
        raise TypeError("Coefficients must be a list/tuple")
    if not a:
        raise ValueError("Coefficients cannot be empty")
    step = 2 * math.pi / (M if not sym else M - 1)
    places = _evenly(0, (M - 1) * step, M, kind, requires_grad)
    signed = [(-1) ** i * weight for i, weight in enumerate(a)]
    weights = FUNCTIONS["tensor"](signed, dtype=kind, requires_grad=requires_grad)
    orders = FUNCTIONS["arange"](len(signed), dtype=kind, requires_grad=requires_grad)
    return (weights.unsqueeze(-1) * FUNCTIONS["cos"](orders.unsqueeze(-1) * places)).sum(0)


def general_hamming(
    M: int, *, alpha: float = 0.54, sym: bool = True, dtype: Dtype | None = None, layout: Any = None,
    device: Any = None, requires_grad: bool = False,
) -> Any:  # fmt: skip
    """``alpha`` minus the rest of 1 times a cosine."""
    return _cosines("general_cosine", M, [alpha, 1.0 - alpha], sym, dtype, layout, device, requires_grad)


def _fixed(name: str, checked_as: str, coefficients: list[float], words: str) -> Callable[..., Any]:
    def window(
        M: int, *, sym: bool = True, dtype: Dtype | None = None, layout: Any = None, device: Any = None,
        requires_grad: bool = False,
    ) -> Any:  # fmt: skip
        return _cosines(checked_as, M, coefficients, sym, dtype, layout, device, requires_grad)

    window.__name__, window.__doc__ = name, words
    return window


WINDOWS: dict[str, Callable[..., Any]] = {
    "bartlett": bartlett,
    "blackman": _fixed("blackman", "blackman", [0.42, 0.5, 0.08], "Two cosines."),
    "cosine": cosine,
    "exponential": exponential,
    "gaussian": gaussian,
    "general_cosine": general_cosine,
    "general_hamming": general_hamming,
    "hamming": _fixed("hamming", "general_cosine", [0.54, 1.0 - 0.54], "One cosine that does not reach 0."),
    "hann": _fixed("hann", "general_cosine", [0.5, 0.5], "One cosine, from 0 to 1."),
    "kaiser": kaiser,
    "nuttall": _fixed("nuttall", "general_cosine", [0.3635819, 0.4891775, 0.1365995, 0.0106411], "Three cosines."),
}
"""``torch.signal.windows``."""
