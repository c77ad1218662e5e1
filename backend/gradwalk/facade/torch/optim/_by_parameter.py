"""Optimizers that update each parameter for itself: what most of PyTorch's are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from gradwalk.engine.functions.complexes import parts_of
from gradwalk.engine.grad_mode import enable_grad, set_grad_enabled
from gradwalk.engine.reduced import is_reduced
from gradwalk.engine.tensor import Tensor, wrap

from ._arithmetic import scalar_kind
from ._differentiable import Step
from .optimizer import Group, Optimizer

_CAPTURABLE = ["cuda", "xpu", "hpu", "privateuseone", "xla"]
_NUMBERS = {"step", "eta", "mu", "mu_product"}
"""What is one number for a parameter, in any optimizer's state."""


class ByParameter(Optimizer):
    """An optimizer that updates each parameter for itself: a subclass says how, on arrays.

    State is kept and changed in silence; the write to the parameter goes through the engine's door and is seen.
    ``foreach`` and ``fused`` choose between PyTorch's ways to compute the same, and change nothing here.
    """

    _traced: ClassVar[Any] = None
    """A step as operations on tensors, which can be differentiated."""
    _in_two_bytes: ClassVar[Any] = None
    """Those of a step on parameters of two bytes, where they are others."""
    _devices = "params and state_steps"
    _takes_parts: ClassVar[bool | None] = True
    """Whether real and imaginary parts of complex parameters are parameters of their own; None to refuse them."""
    _added: ClassVar[Group] = {"foreach": None, "maximize": False, "differentiable": False, "capturable": False}
    """Options that groups in states of older versions of PyTorch lack, as they are taken then."""

    def __init__(self, params: Any, defaults: dict[str, Any]) -> None:
        super().__init__(params, defaults)
        if defaults.get("fused"):
            if defaults.get("differentiable"):
                raise RuntimeError("`fused` does not support `differentiable`")
            if defaults.get("foreach"):
                raise RuntimeError("`fused` and `foreach` cannot be `True` together.")

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        for group in self.param_groups:
            for name, value in self._added.items():
                group.setdefault(name, value)
            for param in group["params"]:
                kept = self.state.get(param, {})
                for name in _NUMBERS & set(kept):  # which older versions kept as numbers of Python's
                    if not isinstance(kept[name], Tensor):
                        kept[name] = wrap(np.asarray(float(kept[name]), dtype=scalar_kind()))

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change the parameters that have a gradient, once; ``closure`` computes the loss again."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        with set_grad_enabled(bool(self.defaults.get("differentiable"))), np.errstate(all="ignore"):
            for group in self.param_groups:
                for param in group["params"]:
                    if param._grad is not None:
                        self._step(param, group)
        return loss

    def _step(self, param: Tensor, group: Group) -> None:
        state = self._state_of(param, group)
        if not state:
            self._begin(param, state, group)
        if group.get("capturable"):
            raise AssertionError(f"If capturable=True, {self._devices} must be on supported devices: {_CAPTURABLE}.")
        grad = param._grad
        assert grad is not None
        if param._array.dtype.kind == "c" and self._takes_parts is None:
            raise RuntimeError(f"{type(self).__name__} does not support complex parameters")
        if param._array.dtype.kind == "c" and self._takes_parts:
            param, grad = _parts(param), _parts(grad)
            state = {name: _parts(kept) for name, kept in state.items()}
        traced: Step | None = type(self)._traced
        if group.get("differentiable") and traced is not None:
            traced(param, grad, state, group)
        elif is_reduced(param._array.dtype):  # each operation rounds
            in_two_bytes: Step | None = type(self)._in_two_bytes or traced
            if in_two_bytes is None:
                raise NotImplementedError(
                    f"Gradwalk's {type(self).__name__} has no parameters of {param.dtype}: use SGD or Adam, or float32."
                )
            in_two_bytes(param, grad, state, group)
        else:
            self._update(param, grad, state, group)

    def _state_of(self, param: Tensor, group: Group) -> dict[str, Any]:
        kept: dict[str, Any] = self.state[param]
        return kept

    def _begin(self, param: Tensor, state: dict[str, Any], group: Group) -> None:
        """Fill the state before a parameter's first step."""

    def _update(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: Group) -> None:
        raise NotImplementedError


def _parts(kept: Any) -> Any:
    """A complex tensor as its parts, in the same memory; anything else as it is."""
    if isinstance(kept, Tensor) and kept._array.dtype.kind == "c":
        return wrap(parts_of(kept._array), kept._storage)
    return kept
