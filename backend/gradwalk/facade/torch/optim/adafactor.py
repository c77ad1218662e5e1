"""Adafactor: the mean square of a matrix's gradient kept as one row and one column."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from gradwalk.engine.tensor import Tensor, wrap

from . import _in_two_bytes
from ._arithmetic import Array, add, count_step, lerp, new_step, scale, zeros_for
from ._by_parameter import ByParameter
from ._options import Params, check, check_not_negative, check_rate
from .optimizer import Group


class Adafactor(ByParameter):
    """Steps relative to the size of the parameter, clipped where the gradient is unusual."""

    __module__ = "torch.optim"
    _takes_parts = None
    _in_two_bytes = staticmethod(_in_two_bytes.adafactor)
    _added: ClassVar[Group] = {"foreach": None}

    def __init__(
        self, params: Params, lr: float = 1e-2, beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3), d: float = 1.0, weight_decay: float = 0.0, *,
        foreach: bool | None = None, maximize: bool = False,
    ) -> None:  # fmt: skip
        check_rate(lr)
        check_not_negative(lr, f"Learning rate should be >= 0 but is: {lr}")
        check(beta2_decay <= 0.0, f"beta2_decay should be <= 0 but is: {beta2_decay}")
        check_not_negative(0.0 if eps[0] is None else eps[0], f"epsilon1 should be >= 0 but is: {eps[0]}")
        check_not_negative(eps[1], f"epsilon2 should be >= 0 but is: {eps[1]}")
        check(d >= 1.0, f"Clipping threshold d should be >= 1 but is: {d}")
        check_not_negative(weight_decay, f"weight_decay should be >= 0 but is: {weight_decay}")
        defaults = {
            "lr": lr, "beta2_decay": beta2_decay, "eps": eps, "d": d, "weight_decay": weight_decay,
            "foreach": foreach, "maximize": maximize,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _begin(self, param: Tensor, state: dict[str, Any], group: Group) -> None:
        state["step"] = new_step()
        shape, kind = param._array.shape, param._array.dtype
        if len(shape) > 1:
            state["row_var"] = wrap(np.zeros((*shape[:-1], 1), kind))
            state["col_var"] = wrap(np.zeros((*shape[:-2], 1, shape[-1]), kind))
        else:
            state["variance"] = zeros_for(param)

    def _update(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: Group) -> None:
        steps, lr = count_step(state), float(group["lr"])
        slope = -grad._array if group["maximize"] else grad._array
        least, least_size = group["eps"]
        if least is None:
            least = float(np.finfo(slope.dtype).eps)
        weight = steps ** group["beta2_decay"]
        alpha = max(least_size, _rms(param._array)) * min(lr, 1 / steps**0.5)
        if group["weight_decay"]:
            scale(param, 1 - lr * group["weight_decay"])
        square = _factored(state, slope, weight, least) if slope.ndim > 1 else lerp(state["variance"], slope**2, weight)
        update = slope / np.sqrt(np.maximum(square, least * least))
        add(param, update, -alpha / max(1.0, _rms(update) / group["d"]))


def _factored(state: dict[str, Any], slope: Array, weight: float, least: float) -> Array:
    """The mean square as the product of a row's and a column's."""
    row = lerp(state["row_var"], np.mean(slope * slope, axis=-1, keepdims=True), weight)
    column = lerp(state["col_var"], np.mean(slope * slope, axis=-2, keepdims=True), weight)
    product: Array = row @ column / np.maximum(np.mean(row, axis=-2, keepdims=True), least)
    return product


def _rms(array: Array) -> float:
    return float(np.linalg.norm(array) / np.sqrt(array.size))
