"""Optimizers that scale steps by the squares, or follow the signs, of gradients."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from gradwalk.engine.apply import apply_in_place
from gradwalk.engine.elementary import sqrt
from gradwalk.engine.functions.complexes import parts_of
from gradwalk.engine.functions.elementwise import signs
from gradwalk.engine.fused import plus_product
from gradwalk.engine.op import OPS
from gradwalk.engine.tensor import Tensor, wrap

from . import _differentiable
from ._arithmetic import (
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


class RMSprop(ByParameter):
    """Steps of the gradient over the root of its averaged square."""

    __module__ = "torch.optim.rmsprop"
    _traced = staticmethod(_differentiable.rmsprop)
    _added: ClassVar[Group] = {"momentum": 0, "centered": False} | ByParameter._added

    def __init__(
        self, params: Params, lr: float = 1e-2, alpha: float = 0.99, eps: float = 1e-8, weight_decay: float = 0,
        momentum: float = 0, centered: bool = False, capturable: bool = False, foreach: bool | None = None,
        maximize: bool = False, differentiable: bool = False,
    ) -> None:  # fmt: skip
        check_options(lr, eps)
        check_not_negative(momentum, f"Invalid momentum value: {momentum}")
        check_options(weight_decay=weight_decay)
        check_not_negative(alpha, f"Invalid alpha value: {alpha}")
        defaults = {
            "lr": lr, "momentum": momentum, "alpha": alpha, "eps": eps, "centered": centered,
            "weight_decay": weight_decay, "capturable": capturable, "foreach": foreach, "maximize": maximize,
            "differentiable": differentiable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _begin(self, param: Tensor, state: dict[str, Any], group: Group) -> None:
        state["step"], state["square_avg"] = new_step(), zeros_for(param)
        if group["momentum"] > 0:
            state["momentum_buffer"] = zeros_for(param)
        if group["centered"]:
            state["grad_avg"] = zeros_for(param)

    def _update(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: Group) -> None:
        count_step(state)
        slope, alpha, lr = gradient(param, grad, group), group["alpha"], float(group["lr"])
        square = decayed_square(state["square_avg"], slope, alpha)
        if group["centered"]:
            mean = lerp(state["grad_avg"], slope, 1 - alpha)
            square = plus_product(square, -mean, mean)
        root = sqrt(square) + group["eps"]
        if group["momentum"] > 0:
            buffer = state["momentum_buffer"]
            put(buffer, buffer._array * group["momentum"] + slope / root)
            add(param, buffer, -lr)
        else:
            add_quotient(param, slope, root, -lr)


class Adagrad(ByParameter):
    """Steps of the gradient over the root of the sum of its squares."""

    __module__ = "torch.optim.adagrad"
    _traced = staticmethod(_differentiable.adagrad)
    _added: ClassVar[Group] = {"foreach": None, "maximize": False, "differentiable": False, "fused": None}

    def __init__(
        self, params: Params, lr: float = 1e-2, lr_decay: float = 0, weight_decay: float = 0,
        initial_accumulator_value: float = 0, eps: float = 1e-10, foreach: bool | None = None, *,
        maximize: bool = False, differentiable: bool = False, fused: bool | None = None,
    ) -> None:  # fmt: skip
        check_options(lr)
        check_not_negative(lr_decay, f"Invalid lr_decay value: {lr_decay}")
        check_options(weight_decay=weight_decay)
        start = initial_accumulator_value
        check_not_negative(start, f"Invalid initial_accumulator_value value: {start}")
        check_options(eps=eps)
        defaults = {
            "lr": lr, "lr_decay": lr_decay, "eps": eps, "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value, "foreach": foreach, "maximize": maximize,
            "differentiable": differentiable, "fused": fused,
        }  # fmt: skip
        super().__init__(params, defaults)
        for group in self.param_groups:
            for param in group["params"]:
                self._begin(param, self.state[param], group)

    def _begin(self, param: Tensor, state: dict[str, Any], group: Group) -> None:
        start = self.defaults["initial_accumulator_value"]
        start = complex(start, start) if param._array.dtype.kind == "c" else start
        state["step"], state["sum"] = new_step(), wrap(np.full_like(param._array, start))

    def _update(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: Group) -> None:
        steps, slope = count_step(state), gradient(param, grad, group)
        total = put(state["sum"], plus_product(state["sum"]._array, slope, slope))
        rate = float(group["lr"]) / (1 + (steps - 1) * group["lr_decay"])
        add_quotient(param, slope, sqrt(total) + group["eps"], -rate)


class Adadelta(ByParameter):
    """Steps scaled by the ratio of averaged squares of steps and of gradients."""

    __module__ = "torch.optim.adadelta"
    _traced = staticmethod(_differentiable.adadelta)

    def __init__(
        self, params: Params, lr: float = 1.0, rho: float = 0.9, eps: float = 1e-6, weight_decay: float = 0,
        foreach: bool | None = None, *, capturable: bool = False, maximize: bool = False, differentiable: bool = False,
    ) -> None:  # fmt: skip
        check_options(lr)
        check(0.0 <= rho <= 1.0, f"Invalid rho value: {rho}")
        check_options(eps=eps, weight_decay=weight_decay)
        defaults = {
            "lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize,
            "capturable": capturable, "foreach": foreach, "differentiable": differentiable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _begin(self, param: Tensor, state: dict[str, Any], group: Group) -> None:
        state["step"] = new_step()
        state["square_avg"], state["acc_delta"] = zeros_for(param), zeros_for(param)

    def _update(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: Group) -> None:
        count_step(state)
        slope, rho, eps = gradient(param, grad, group), group["rho"], group["eps"]
        square = decayed_square(state["square_avg"], slope, rho)
        change = sqrt(state["acc_delta"]._array + eps) / sqrt(square + eps) * slope
        decayed_square(state["acc_delta"], change, rho)
        add(param, change, -float(group["lr"]))


class Rprop(ByParameter):
    """Steps that grow while the gradient keeps its sign, and shrink when it changes."""

    __module__ = "torch.optim.rprop"
    _traced = staticmethod(_differentiable.rprop)

    def __init__(
        self, params: Params, lr: float = 1e-2, etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50), *, capturable: bool = False, foreach: bool | None = None,
        maximize: bool = False, differentiable: bool = False,
    ) -> None:  # fmt: skip
        check_options(lr)
        check(0.0 < etas[0] < 1.0 < etas[1], f"Invalid eta values: {etas[0]}, {etas[1]}")
        defaults = {
            "lr": lr, "etas": etas, "step_sizes": step_sizes, "foreach": foreach, "maximize": maximize,
            "differentiable": differentiable, "capturable": capturable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _begin(self, param: Tensor, state: dict[str, Any], group: Group) -> None:
        state["step"], state["prev"] = new_step(), zeros_for(param)
        state["step_size"] = size = wrap(np.empty_like(param._array))
        (parts_of(size._array) if size._array.dtype.kind == "c" else size._array).fill(float(group["lr"]))

    def _update(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: Group) -> None:
        count_step(state)
        slope = gradient(param, grad, group)
        (shrink, grow), (least, most) = group["etas"], group["step_sizes"]
        agreement = np.sign(slope * state["prev"]._array)
        factor = np.where(agreement > 0, grow, np.where(agreement < 0, shrink, 1)).astype(slope.dtype)
        size = put(state["step_size"], np.clip(state["step_size"]._array * factor, least, most))
        slope = np.where(agreement < 0, slope.dtype.type(0), slope)
        apply_in_place(OPS["addcmul"], param, wrap(signs(slope)), wrap(size.copy()), value=-1)
        put(state["prev"], slope)


class ASGD(ByParameter):
    """Gradient descent that also keeps the average of where it was."""

    __module__ = "torch.optim.asgd"
    _traced = staticmethod(_differentiable.asgd)
    _devices = "params, mus, etas, and state_steps"

    def __init__(
        self, params: Params, lr: float = 1e-2, lambd: float = 1e-4, alpha: float = 0.75, t0: float = 1e6,
        weight_decay: float = 0, foreach: bool | None = None, maximize: bool = False, differentiable: bool = False,
        capturable: bool = False,
    ) -> None:  # fmt: skip
        check_options(lr, weight_decay=weight_decay)
        defaults = {
            "lr": lr, "lambd": lambd, "alpha": alpha, "t0": t0, "weight_decay": weight_decay, "foreach": foreach,
            "maximize": maximize, "differentiable": differentiable, "capturable": capturable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _begin(self, param: Tensor, state: dict[str, Any], group: Group) -> None:
        lr = float(group["lr"])
        state["step"], state["eta"] = new_step(), wrap(np.asarray(lr, dtype=scalar_kind()))
        state["mu"], state["ax"] = wrap(np.ones((), dtype=scalar_kind())), zeros_for(param)

    def _update(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: Group) -> None:
        lr = float(group["lr"])
        steps, slope = count_step(state), gradient(param, grad, group)
        eta, mu = float(state["eta"]._array), float(state["mu"]._array)
        scale(param, 1 - group["lambd"] * eta)
        add(param, slope, -eta)
        average = state["ax"]
        put(average, param._array if mu == 1 else average._array + (param._array - average._array) * mu)
        put(state["eta"], lr / (1 + group["lambd"] * lr * steps) ** group["alpha"])
        put(state["mu"], 1 / max(1, steps - group["t0"]))
