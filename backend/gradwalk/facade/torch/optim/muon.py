"""Muon: steps along the momentum of a matrix, made nearly orthogonal."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from gradwalk.engine.tensor import Tensor

from . import _in_two_bytes
from ._arithmetic import Array, add, lerp, scale, zeros_for
from ._by_parameter import ByParameter
from ._options import Params, check, check_not_negative, check_rate
from .optimizer import Group

_EPS = 1e-7
_COEFFICIENTS = (3.4445, -4.775, 2.0315)
_MOST_STEPS = 100


class Muon(ByParameter):
    """For matrices only: the momentum's singular values are brought near 1 by a few Newton-Schulz iterations."""

    __module__ = "torch.optim"
    _takes_parts = None
    _in_two_bytes = staticmethod(_in_two_bytes.muon)
    _added: ClassVar[Group] = {}

    def __init__(
        self, params: Params, lr: float = 1e-3, weight_decay: float = 0.1, momentum: float = 0.95,
        nesterov: bool = True, ns_coefficients: tuple[float, float, float] = _COEFFICIENTS, eps: float = _EPS,
        ns_steps: int = 5, adjust_lr_fn: str | None = None,
    ) -> None:  # fmt: skip
        check_rate(lr)
        check_not_negative(lr, f"Learning rate should be >= 0 but is: {lr}")
        check_not_negative(momentum, f"momentum should be >= 0 but is: {momentum}")
        check_not_negative(weight_decay, f"weight decay should be >= 0 but is: {weight_decay}")
        check(
            adjust_lr_fn in (None, "original", "match_rms_adamw"),
            f"Adjust learning rate function {adjust_lr_fn} is not supported",
        )
        defaults = {
            "lr": lr, "weight_decay": weight_decay, "momentum": momentum, "nesterov": nesterov,
            "ns_coefficients": ns_coefficients, "eps": eps, "ns_steps": ns_steps, "adjust_lr_fn": adjust_lr_fn,
        }  # fmt: skip
        super().__init__(params, defaults)
        for group in self.param_groups:
            for param in group["params"]:
                check(
                    param.ndim == 2,
                    f"Muon only supports 2D parameters whereas we found a parameter with size: {param.size()}",
                )

    def _begin(self, param: Tensor, state: dict[str, Any], group: Group) -> None:
        state["momentum_buffer"] = zeros_for(param)

    def _update(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: Group) -> None:
        momentum, lr = group["momentum"], float(group["lr"])
        step = lerp(state["momentum_buffer"], grad._array, 1 - momentum)
        if group["nesterov"]:
            step = step - (step - grad._array) * (1 - momentum)
        scale(param, 1 - lr * group["weight_decay"])
        change = _orthogonalised(step, group["ns_coefficients"], group["ns_steps"], group["eps"])
        add(param, change.astype(grad._array.dtype), -lr * _ratio(group["adjust_lr_fn"], grad._array.shape))


def _ratio(how: str | None, shape: tuple[int, ...]) -> float:
    rows, columns = shape
    if how == "match_rms_adamw":
        return 0.2 * math.sqrt(max(rows, columns))
    return math.sqrt(max(1, rows / columns))


def _orthogonalised(matrix: Array, coefficients: tuple[float, float, float], steps: int, eps: float) -> Array:
    """U S' V^T with S' near 1, for a matrix U S V^T; rounded to bfloat16 where PyTorch rounds."""
    check(steps < _MOST_STEPS, "Number of steps must be less than 100 for computational efficiency")
    check(len(coefficients) == 3, "Coefficients must be a tuple of exactly 3 values")
    a, b, c = coefficients
    tall = matrix.shape[0] > matrix.shape[1]
    found = _rounded(matrix.T if tall else matrix)
    norm = _rounded(np.sqrt(np.sum(found * found, dtype=np.float32)))
    found = _rounded(found / np.maximum(norm, _rounded(np.float32(eps))))
    for _ in range(steps):
        gram = _rounded(found @ found.T)
        update = _rounded(b * gram + c * (gram @ gram))
        found = _rounded(a * found + update @ found)
    return found.T if tall else found


def _rounded(array: Any) -> Array:
    """The nearest bfloat16, ties to even, as float32."""
    bits = np.asarray(array, np.float32).view(np.uint32)
    kept = (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000
    return kept.astype(np.uint32).view(np.float32)
