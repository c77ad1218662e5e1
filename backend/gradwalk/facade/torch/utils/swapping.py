"""``torch.utils.swap_tensors``: two tensors that change places, whoever holds them."""

from __future__ import annotations

from typing import Any, NoReturn

from gradwalk.engine.observe import observer
from gradwalk.engine.tensor import Tensor

_CONTENT = tuple(name for name in Tensor.__slots__ if name not in ("__dict__", "__weakref__"))

_POISONED = (
    "Trying to execute AccumulateGrad node that was poisoned by swap_tensors this can happen when you try to run "
    "backward on a tensor that was swapped. For a module m with "
    "`torch.__future__.set_swap_module_params_on_conversion(True)` you should not change the device or dtype of the "
    "module (e.g. `m.cpu()` or `m.half()`) between running forward and backward. To resolve this, please only change "
    "the device/dtype before running forward (or after both forward and backward)."
)


def _refuse(grad_outputs: Any) -> NoReturn:
    raise RuntimeError(_POISONED)


def swap_tensors(t1: Tensor, t2: Tensor) -> None:
    """Exchange all that two tensors are: class, numbers, gradient and attributes.

    A backward pass that would have reached one of them is refused.
    """
    observer().about_to_change()
    for x in (t1, t2):
        if x._accumulator is not None and (accumulator := x._accumulator()) is not None:
            accumulator.register_prehook(_refuse)
    t1.__class__, t2.__class__ = t2.__class__, t1.__class__
    t1.__dict__, t2.__dict__ = t2.__dict__, t1.__dict__
    for name in _CONTENT:
        mine, others = getattr(t1, name), getattr(t2, name)
        setattr(t1, name, others)
        setattr(t2, name, mine)
    for x in (t1, t2):
        if x._accumulator is not None and (accumulator := x._accumulator()) is not None:
            accumulator.variable = x
