"""``torch.autograd``."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.anomaly import detect_anomaly, set_detect_anomaly
from gradwalk.engine.autograd import backward
from gradwalk.engine.autograd import grad as _grad
from gradwalk.engine.custom.function import Function
from gradwalk.engine.grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled
from gradwalk.engine.wrapped import answered

from .._missing import missing
from .._paths import lay
from .._refused_parts import lay_refused
from . import forward_ad, function, functional, graph
from .gradcheck import gradcheck, gradgradcheck
from .variable import Variable

grad = answered(_grad, "grad")

__all__ = [
    "Function", "Variable", "backward", "detect_anomaly", "enable_grad", "forward_ad", "function", "functional", "grad",
    "gradcheck", "gradgradcheck", "graph", "inference_mode", "no_grad", "set_detect_anomaly", "set_grad_enabled",
]  # fmt: skip

lay_refused(__name__)
lay(f"{__name__}.grad_mode", "enable_grad inference_mode no_grad set_grad_enabled", globals())


def __getattr__(name: str) -> Any:
    raise missing("torch.autograd", name)
