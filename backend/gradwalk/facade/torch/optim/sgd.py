"""Gradient descent, with momentum."""

from __future__ import annotations

from typing import Any, ClassVar

from gradwalk.engine.fused import plus_product
from gradwalk.engine.tensor import Tensor, wrap

from . import _differentiable
from ._arithmetic import add, gradient, put
from ._by_parameter import ByParameter
from ._options import Params, check, check_rate
from .optimizer import Group


class SGD(ByParameter):
    """``param -= lr * grad``, the gradient smoothed by momentum."""

    __module__ = "torch.optim.sgd"
    _traced = staticmethod(_differentiable.sgd)
    _takes_parts = False
    _added: ClassVar[Group] = {
        "nesterov": False, "maximize": False, "foreach": None, "differentiable": False, "fused": False,
    }  # fmt: skip

    def __init__(
        self, params: Params, lr: float = 1e-3, momentum: float = 0, dampening: float = 0, weight_decay: float = 0,
        nesterov: bool = False, *, maximize: bool = False, foreach: bool | None = None, differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:  # fmt: skip
        check_rate(lr)
        check(not lr < 0.0, f"Invalid learning rate: {lr}")
        check(not momentum < 0.0, f"Invalid momentum value: {momentum}")
        check(not weight_decay < 0.0, f"Invalid weight_decay value: {weight_decay}")
        check(
            not nesterov or (momentum > 0 and dampening == 0),
            "Nesterov momentum requires a momentum and zero dampening",
        )
        defaults = {
            "lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay, "nesterov": nesterov,
            "maximize": maximize, "foreach": foreach, "differentiable": differentiable, "fused": fused,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _state_of(self, param: Tensor, group: Group) -> dict[str, Any]:
        return super()._state_of(param, group) if group["momentum"] else {}

    def _update(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: Group) -> None:
        momentum = group["momentum"]
        if not (momentum or group["weight_decay"] or group["maximize"]):
            add(param, grad, -float(group["lr"]))
            return
        step = gradient(param, grad, group)
        if momentum:
            buffer = state.get("momentum_buffer")
            if buffer is None:
                state["momentum_buffer"] = buffer = wrap(step.copy())
            else:
                put(buffer, plus_product(buffer._array * momentum, step, 1 - group["dampening"]))
            step = plus_product(step, buffer._array, momentum) if group["nesterov"] else buffer._array
        add(param, step, -float(group["lr"]))
