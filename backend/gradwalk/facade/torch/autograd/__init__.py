"""``torch.autograd``."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.anomaly import detect_anomaly, set_detect_anomaly
from gradwalk.engine.autograd import backward, grad
from gradwalk.engine.custom import Function
from gradwalk.engine.grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled

from .._missing import missing
from . import forward_ad, function, functional, graph
from .gradcheck import gradcheck, gradgradcheck
from .variable import Variable

__all__ = [
    "Function", "Variable", "backward", "detect_anomaly", "enable_grad", "forward_ad", "function", "functional", "grad",
    "gradcheck", "gradgradcheck", "graph", "inference_mode", "no_grad", "set_detect_anomaly", "set_grad_enabled",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    raise missing("torch.autograd", name)
