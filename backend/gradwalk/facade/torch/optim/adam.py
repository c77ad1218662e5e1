"""Adam and its kin: steps scaled by running averages of gradients and their squares."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from gradwalk.engine.elementary import sqrt
from gradwalk.engine.tensor import Tensor, wrap

from . import _differentiable, _in_two_bytes
from ._arithmetic import (
    Array,
    add,
    add_quotient,
    count_step,
    decayed_square,
    gradient,
    lerp,
    new_step,
    put,
    scalar_kind,
    scale,
    zeros_for,
)
from ._by_parameter import ByParameter
from ._options import Params, check, check_not_negative, check_options
from .optimizer import Group


def _decayed(param: Tensor, grad: Tensor, group: Group) -> Array:
    """The gradient, with decay in it or the parameter made smaller by it."""
    decoupled = group["decoupled_weight_decay"]
    slope = gradient(param, grad, group, decay=not decoupled)
    if decoupled and group["weight_decay"]:
        scale(param, 1 - float(group["lr"]) * group["weight_decay"])
    return slope


class Adam(ByParameter):
    """Steps of the averaged gradient over the root of its averaged square."""

    __module__ = "torch.optim.adam"
    _traced = staticmethod(_differentiable.adam)
    _in_two_bytes = staticmethod(_in_two_bytes.adam)
    _added: ClassVar[Group] = {
        "amsgrad": False, "maximize": False, "foreach": None, "capturable": False, "differentiable": False,
        "decoupled_weight_decay": False, "fused": None,
    }  # fmt: skip

    def __init__(
        self, params: Params, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 0, amsgrad: bool = False, *, foreach: bool | None = None, maximize: bool = False,
        capturable: bool = False, differentiable: bool = False, fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:  # fmt: skip
        check(
            not (isinstance(lr, Tensor) and foreach and not capturable),
            "lr as a Tensor is not supported for capturable=False and foreach=True",
        )
        check_options(lr, eps, weight_decay, betas)
        _check_betas(betas, bool(foreach and not capturable))
        defaults = {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad,
            "maximize": maximize, "foreach": foreach, "capturable": capturable, "differentiable": differentiable,
            "fused": fused, "decoupled_weight_decay": decoupled_weight_decay,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _begin(self, param: Tensor, state: dict[str, Any], group: Group) -> None:
        state["step"] = new_step()
        state["exp_avg"], state["exp_avg_sq"] = zeros_for(param), zeros_for(param)
        if group["amsgrad"]:
            state["max_exp_avg_sq"] = zeros_for(param)

    def _update(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: Group) -> None:
        steps, lr, (beta1, beta2) = count_step(state), float(group["lr"]), map(float, group["betas"])
        slope = _decayed(param, grad, group)
        lerp(state["exp_avg"], slope, 1 - beta1)
        square = decayed_square(state["exp_avg_sq"], slope, beta2)
        if group["amsgrad"]:
            square = put(state["max_exp_avg_sq"], np.maximum(state["max_exp_avg_sq"]._array, square))
        correction = math.sqrt(1 - beta2**steps)
        add_quotient(param, state["exp_avg"], sqrt(square) / correction + group["eps"], -lr / (1 - beta1**steps))


def _check_betas(betas: Any, only_numbers: bool) -> None:
    tensors = [isinstance(beta, Tensor) for beta in betas]
    check(tensors[0] == tensors[1], "betas must be either both floats or both Tensors")
    for index, beta in enumerate(betas):
        words = f"betas[{index}] as a Tensor is not supported for capturable=False and foreach=True"
        check(not (tensors[index] and only_numbers), words)
        check(not tensors[index] or beta.numel() == 1, f"Tensor betas[{index}] must be 1-element")


class AdamW(Adam):
    """Adam with weight decay of its own, apart from the gradient."""

    __module__ = "torch.optim.adamw"

    def __init__(
        self, params: Params, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 1e-2, amsgrad: bool = False, *, maximize: bool = False, foreach: bool | None = None,
        capturable: bool = False, differentiable: bool = False, fused: bool | None = None,
    ) -> None:  # fmt: skip
        super().__init__(
            params, lr, betas, eps, weight_decay, amsgrad, foreach=foreach, maximize=maximize, capturable=capturable,
            differentiable=differentiable, fused=fused, decoupled_weight_decay=True,
        )  # fmt: skip

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        for group in self.param_groups:
            group["decoupled_weight_decay"] = True


class Adamax(ByParameter):
    """Adam with the greatest gradient in place of the mean square."""

    __module__ = "torch.optim.adamax"
    _traced = staticmethod(_differentiable.adamax)

    def __init__(
        self, params: Params, lr: float = 2e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 0, foreach: bool | None = None, *, maximize: bool = False, differentiable: bool = False,
        capturable: bool = False,
    ) -> None:  # fmt: skip
        check_options(lr, eps, weight_decay, betas)
        defaults = {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "foreach": foreach,
            "maximize": maximize, "differentiable": differentiable, "capturable": capturable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _begin(self, param: Tensor, state: dict[str, Any], group: Group) -> None:
        state["step"] = new_step()
        state["exp_avg"], state["exp_inf"] = zeros_for(param), zeros_for(param)

    def _update(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: Group) -> None:
        steps, (beta1, beta2) = count_step(state), group["betas"]
        slope = gradient(param, grad, group)
        lerp(state["exp_avg"], slope, 1 - beta1)
        greatest = put(state["exp_inf"], np.maximum(state["exp_inf"]._array * beta2, np.abs(slope) + group["eps"]))
        add_quotient(param, state["exp_avg"], greatest, -float(group["lr"]) / (1 - beta1**steps))


class NAdam(ByParameter):
    """Adam with Nesterov's momentum."""

    __module__ = "torch.optim.nadam"
    _traced = staticmethod(_differentiable.nadam)
    _added: ClassVar[Group] = {
        "maximize": False, "foreach": None, "capturable": False, "differentiable": False,
        "decoupled_weight_decay": False,
    }  # fmt: skip
    _devices = "params, mu_products and state_steps"

    def __init__(
        self, params: Params, lr: float = 2e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 0, momentum_decay: float = 4e-3, decoupled_weight_decay: bool = False, *,
        foreach: bool | None = None, maximize: bool = False, capturable: bool = False, differentiable: bool = False,
    ) -> None:  # fmt: skip
        check_options(lr, eps, weight_decay, betas)
        check_not_negative(momentum_decay, f"Invalid momentum_decay value: {momentum_decay}")
        defaults = {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "momentum_decay": momentum_decay,
            "decoupled_weight_decay": decoupled_weight_decay, "maximize": maximize, "foreach": foreach,
            "capturable": capturable, "differentiable": differentiable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _begin(self, param: Tensor, state: dict[str, Any], group: Group) -> None:
        state["step"], state["mu_product"] = new_step(), wrap(np.ones((), dtype=scalar_kind()))
        state["exp_avg"], state["exp_avg_sq"] = zeros_for(param), zeros_for(param)

    def _update(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: Group) -> None:
        steps, lr, (beta1, beta2) = count_step(state), float(group["lr"]), group["betas"]
        slope = _decayed(param, grad, group)
        mu, following = (
            beta1 * (1.0 - 0.5 * 0.96 ** (count * group["momentum_decay"])) for count in (steps, steps + 1)
        )
        product = float(put(state["mu_product"], state["mu_product"]._array * mu))
        lerp(state["exp_avg"], slope, 1 - beta1)
        square = decayed_square(state["exp_avg_sq"], slope, beta2)
        denominator = sqrt(square / (1 - beta2**steps)) + group["eps"]
        add_quotient(param, slope, denominator, -lr * (1.0 - mu) / (1.0 - product))
        add_quotient(param, state["exp_avg"], denominator, -lr * following / (1.0 - product * following))


class RAdam(ByParameter):
    """Adam that waits with scaling until the mean square is worth something."""

    __module__ = "torch.optim.radam"
    _traced = staticmethod(_differentiable.radam)
    _added: ClassVar[Group] = {
        "foreach": None, "maximize": False, "differentiable": False, "decoupled_weight_decay": False,
        "capturable": False,
    }  # fmt: skip

    def __init__(
        self, params: Params, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 0, decoupled_weight_decay: bool = False, *, foreach: bool | None = None,
        maximize: bool = False, capturable: bool = False, differentiable: bool = False,
    ) -> None:  # fmt: skip
        check_options(lr, eps, weight_decay, betas)
        defaults = {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "maximize": maximize,
            "foreach": foreach, "capturable": capturable, "decoupled_weight_decay": decoupled_weight_decay,
            "differentiable": differentiable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _begin(self, param: Tensor, state: dict[str, Any], group: Group) -> None:
        state["step"] = new_step()
        state["exp_avg"], state["exp_avg_sq"] = zeros_for(param), zeros_for(param)

    def _update(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: Group) -> None:
        steps, lr, (beta1, beta2) = count_step(state), float(group["lr"]), group["betas"]
        slope = _decayed(param, grad, group)
        mean = lerp(state["exp_avg"], slope, 1 - beta1) / (1 - beta1**steps)
        square = decayed_square(state["exp_avg_sq"], slope, beta2)
        correction = 1 - beta2**steps
        longest = 2 / (1 - beta2) - 1
        length = longest - 2 * steps * beta2**steps / correction
        change = mean * lr
        if length > 5.0:
            rectified = math.sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length))
            change = change * (math.sqrt(correction) / (sqrt(square) + group["eps"])) * rectified
        add(param, change, -1.0)
