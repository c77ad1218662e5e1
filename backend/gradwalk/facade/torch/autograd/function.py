"""``torch.autograd.function``."""

from __future__ import annotations

from gradwalk.engine.custom import Function, FunctionCtx, once_differentiable

__all__ = ["Function", "FunctionCtx", "once_differentiable"]
