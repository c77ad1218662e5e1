"""``torch.autograd``."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.anomaly import detect_anomaly, set_detect_anomaly
from gradwalk.engine.autograd import backward as _backward
from gradwalk.engine.autograd import grad as _grad
from gradwalk.engine.custom.function import Function
from gradwalk.engine.grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled
from gradwalk.engine.raw_saved import RawSaved as SavedTensor
from gradwalk.engine.wrapped import answered

from .._missing import missing
from .._paths import lay
from .._refused_parts import lay_refused
from . import forward_ad, function, functional, graph
from ._threads import is_multithreading_enabled, set_multithreading_enabled
from .gradcheck import gradcheck, gradgradcheck
from .variable import Variable

backward = answered(_backward, "backward")
grad = answered(_grad, "grad")

__all__ = [
    "Function", "SavedTensor", "Variable", "backward", "detect_anomaly", "enable_grad", "forward_ad", "function",
    "functional", "grad", "gradcheck", "gradgradcheck", "graph", "inference_mode", "is_multithreading_enabled",
    "no_grad", "set_detect_anomaly", "set_grad_enabled", "set_multithreading_enabled",
]  # fmt: skip

lay_refused(__name__)
_MODES = "enable_grad inference_mode no_grad set_grad_enabled set_multithreading_enabled"
lay(f"{__name__}.grad_mode", _MODES, globals())


def __getattr__(name: str) -> Any:
    raise missing("torch.autograd", name)
