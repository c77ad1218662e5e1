"""``torch.amp.GradScaler``: a loss is scaled before its backward pass, so that float16 loses no small gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradwalk.engine import dtypes
from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.op import OPS
from gradwalk.engine.surface.creation import full
from gradwalk.engine.tensor import Tensor
from gradwalk.engine.warn import warn

_READY, _UNSCALED, _STEPPED = range(3)
_PASSED = (
    "GradScaler is going to stop passing itself as a keyword argument to the passed optimizer. In the near future "
    "GradScaler registers `grad_scale: Tensor` and `found_inf: Tensor` to the passed optimizer and let the optimizer "
    "use them directly."
)


class GradScaler:
    """Multiplies losses by a scale that grows as long as all gradients are finite, and shrinks when one is not."""

    __module__ = "torch.amp.grad_scaler"

    def __init__(
        self, device: str = "cuda", init_scale: float = 65536.0, growth_factor: float = 2.0,
        backoff_factor: float = 0.5, growth_interval: int = 2000, enabled: bool = True,
    ) -> None:  # fmt: skip
        self._device = device
        self._enabled = enabled
        if enabled and device == "cuda":
            warn("torch.cuda.amp.GradScaler is enabled, but CUDA is not available.  Disabling.")
            self._enabled = False
        if not self._enabled:
            return
        if growth_factor <= 1.0:
            raise AssertionError("The growth factor must be > 1.0.")
        if backoff_factor >= 1.0:
            raise AssertionError("The backoff factor must be < 1.0.")
        self._init_scale = init_scale
        self._scale: Tensor | None = None
        self._growth_factor = growth_factor
        self._backoff_factor = backoff_factor
        self._growth_interval = growth_interval
        self._init_growth_tracker = 0
        self._growth_tracker: Tensor | None = None
        self._states: dict[int, int] = {}
        self._found_inf: dict[int, bool] = {}

    def is_enabled(self) -> bool:
        """Whether it scales."""
        return self._enabled

    def scale(self, outputs: Any) -> Any:
        """A tensor, or those in lists and tuples, times the scale. Raises ValueError for anything else."""
        if not self._enabled:
            return outputs
        if isinstance(outputs, Tensor):
            return OPS["mul"](outputs, self._tensor_of_scale())
        if isinstance(outputs, list | tuple):
            return type(outputs)(self.scale(each) for each in outputs)
        raise ValueError("outputs must be a Tensor or an iterable of Tensors")

    def _tensor_of_scale(self) -> Tensor:
        if self._scale is None:
            self._scale = full((), self._init_scale, dtype=dtypes.float32)
            self._growth_tracker = full((), self._init_growth_tracker, dtype=dtypes.int32)
        return self._scale

    def _must_have_scaled(self, function: str) -> None:
        if self._scale is None:
            raise AssertionError(
                f"Attempted {function} but _scale is None.  This may indicate your script did not use "
                "scaler.scale(loss or outputs) earlier in the iteration."
            )

    def unscale_(self, optimizer: Any) -> None:
        """Divide the gradients of an optimizer's parameters by the scale. Raises RuntimeError if that has been done."""
        if not self._enabled:
            return
        self._must_have_scaled("unscale_")
        state = self._states.get(id(optimizer), _READY)
        if state == _UNSCALED:
            raise RuntimeError("unscale_() has already been called on this optimizer since the last update().")
        if state == _STEPPED:
            raise RuntimeError("unscale_() is being called after step().")
        assert self._scale is not None
        factor = float(1 / np.float64(self._scale._array))
        found = False
        with no_grad():
            for group in optimizer.param_groups:
                for parameter in group["params"]:
                    if parameter._grad is None:
                        continue
                    found = found or not bool(np.isfinite(parameter._grad._array).all())
                    parameter._grad.mul_(np.float32(factor).item())
        self._found_inf[id(optimizer)] = found
        self._states[id(optimizer)] = _UNSCALED

    def step(self, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        """The optimizer's step, left out if a gradient is not finite. Raises RuntimeError if it has been made."""
        if not self._enabled:
            return optimizer.step(*args, **kwargs)
        if "closure" in kwargs:
            raise RuntimeError("Closure use is not currently supported if GradScaler is enabled.")
        self._must_have_scaled("step")
        state = self._states.get(id(optimizer), _READY)
        if state == _STEPPED:
            raise RuntimeError("step() has already been called since the last update().")
        if getattr(optimizer, "_step_supports_amp_scaling", False):
            return self._stepped_by_itself(optimizer, state, args, kwargs)
        if state == _READY:
            self.unscale_(optimizer)
        if id(optimizer) not in self._found_inf:
            raise AssertionError("No inf checks were recorded for this optimizer.")
        result = None if self._found_inf[id(optimizer)] else optimizer.step(*args, **kwargs)
        self._states[id(optimizer)] = _STEPPED
        return result

    def _stepped_by_itself(self, optimizer: Any, state: int, args: Any, kwargs: dict[str, Any]) -> Any:
        """The step of an optimizer that looks after the scale by itself."""
        from inspect import signature  # which takes long to load

        self._states[id(optimizer)] = _STEPPED
        if "grad_scaler" in signature(optimizer.step).parameters:
            warn(_PASSED, FutureWarning)
            return optimizer.step(*args, **kwargs, grad_scaler=self)
        if state == _READY:
            grads = (parameter._grad for group in optimizer.param_groups for parameter in group["params"])
            arrays = [grad._array for grad in grads if grad is not None]
            self._found_inf[id(optimizer)] = not all(np.isfinite(array).all() for array in arrays)
        own, scale = getattr(optimizer, "grad_scale", None), full((), self.get_scale(), dtype=dtypes.float32)
        optimizer.grad_scale = own if state == _UNSCALED else scale if own is None else OPS["mul"](scale, own)
        optimizer.found_inf = full((), float(self._found_inf[id(optimizer)]), dtype=dtypes.float32)
        try:
            return optimizer.step(*args, **kwargs)
        finally:
            del optimizer.grad_scale, optimizer.found_inf

    def update(self, new_scale: float | Tensor | None = None) -> None:
        """Set the scale anew, by what was found since the last time. Raises AssertionError if nothing was."""
        if not self._enabled:
            return
        self._must_have_scaled("update")
        assert self._scale is not None and self._growth_tracker is not None  # noqa: PT018
        with no_grad():
            if new_scale is not None:
                self._scale.fill_(new_scale)
            elif not self._found_inf:
                raise AssertionError("No inf checks were recorded prior to update.")
            elif any(self._found_inf.values()):
                self._scale.mul_(self._backoff_factor)
                self._growth_tracker.fill_(0)
            elif self._growth_tracker.item() + 1 == self._growth_interval:
                grown = self._scale._array * np.float32(self._growth_factor)
                if np.isfinite(grown):
                    self._scale.fill_(float(grown))
                self._growth_tracker.fill_(0)
            else:
                self._growth_tracker.add_(1)
        self._states.clear()
        self._found_inf.clear()

    def get_scale(self) -> float:
        """The scale; 1 if it is off."""
        if not self._enabled:
            return 1.0
        return self._init_scale if self._scale is None else float(self._scale._array)

    def get_growth_factor(self) -> float:
        """What the scale is multiplied by when it grows."""
        return self._growth_factor

    def set_growth_factor(self, new_factor: float) -> None:
        """Change that."""
        self._growth_factor = new_factor

    def get_backoff_factor(self) -> float:
        """What the scale is multiplied by when it shrinks."""
        return self._backoff_factor

    def set_backoff_factor(self, new_factor: float) -> None:
        """Change that."""
        self._backoff_factor = new_factor

    def get_growth_interval(self) -> int:
        """After how many steps without infinities the scale grows."""
        return self._growth_interval

    def _get_growth_tracker(self) -> int:
        if not self._enabled:
            return 0
        return self._init_growth_tracker if self._growth_tracker is None else int(self._growth_tracker._array)

    def set_growth_interval(self, new_interval: int) -> None:
        """Change that."""
        self._growth_interval = new_interval

    def state_dict(self) -> dict[str, Any]:
        """What is to be kept; nothing if it is off."""
        if not self._enabled:
            return {}
        return {
            "scale": self.get_scale(),
            "growth_factor": self._growth_factor,
            "backoff_factor": self._backoff_factor,
            "growth_interval": self._growth_interval,
            "_growth_tracker": self._get_growth_tracker(),
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from what was kept. Raises RuntimeError if that is nothing."""
        if not self._enabled:
            return
        if not state_dict:
            raise RuntimeError(
                "The source state dict is empty, possibly because it was saved from a disabled instance of GradScaler."
            )
        self._init_scale = state_dict["scale"]
        self._growth_factor = state_dict["growth_factor"]
        self._backoff_factor = state_dict["backoff_factor"]
        self._growth_interval = state_dict["growth_interval"]
        self._init_growth_tracker = state_dict["_growth_tracker"]
        self._scale = self._growth_tracker = None
