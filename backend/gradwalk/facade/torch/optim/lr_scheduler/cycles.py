"""Rates that rise and fall, and momentum against them: one cycle, or many."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import cos, floor, pi
from types import FunctionType
from typing import Any

from ..optimizer import Optimizer
from ._base import LRScheduler, set_rate


class OneCycleLR(LRScheduler):
    """Up to a greatest rate and down to almost nothing, momentum the other way."""

    def __init__(
        self, optimizer: Any, max_lr: Any, total_steps: int | None = None, epochs: int | None = None,
        steps_per_epoch: int | None = None, pct_start: float = 0.3, anneal_strategy: str = "cos",
        cycle_momentum: bool = True, base_momentum: Any = 0.85, max_momentum: Any = 0.95, div_factor: float = 25.0,
        final_div_factor: float = 1e4, three_phase: bool = False, last_epoch: int = -1,
    ) -> None:  # fmt: skip
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
        self.optimizer = optimizer
        if total_steps is not None:
            if total_steps <= 0 or not isinstance(total_steps, int):
                raise ValueError(f"Expected positive integer total_steps, but got {total_steps}")
            self.total_steps = total_steps
        elif epochs is not None and steps_per_epoch is not None:
            for name, count in (("epochs", epochs), ("steps_per_epoch", steps_per_epoch)):
                if not isinstance(count, int) or count <= 0:
                    raise ValueError(f"Expected positive integer {name}, but got {count}")
            self.total_steps = epochs * steps_per_epoch
        else:
            raise ValueError("You must define either total_steps OR (epochs AND steps_per_epoch)")
        if pct_start < 0 or pct_start > 1 or not isinstance(pct_start, float):
            raise ValueError(f"Expected float between 0 and 1 pct_start, but got {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}")
        self._schedule_phases = self._phases(pct_start, three_phase)
        self._anneal_func_type = anneal_strategy
        greatest = _for_each_group(optimizer, "max_lr", max_lr)
        if last_epoch == -1:
            for group, most in zip(optimizer.param_groups, greatest, strict=True):
                group["initial_lr"] = most / div_factor
                group["max_lr"] = most
                group["min_lr"] = group["initial_lr"] / final_div_factor
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self.use_beta1 = _cycles_beta(optimizer)
            greatest = _for_each_group(optimizer, "max_momentum", max_momentum)
            least = _for_each_group(optimizer, "base_momentum", base_momentum)
            if last_epoch == -1:
                _begin_with_momentum(optimizer, least, greatest, self.use_beta1)
        super().__init__(optimizer, last_epoch)

    def _phases(self, up: float, three: bool) -> list[dict[str, Any]]:
        def phase(end: float, start: str, stop: str, momentum: tuple[str, str]) -> dict[str, Any]:
            return {
                "end_step": end, "start_lr": start, "end_lr": stop, "start_momentum": momentum[0],
                "end_momentum": momentum[1],
            }  # fmt: skip

        down, rise = ("max_momentum", "base_momentum"), ("base_momentum", "max_momentum")
        first = phase(float(up * self.total_steps) - 1, "initial_lr", "max_lr", down)
        if not three:
            return [first, phase(self.total_steps - 1, "max_lr", "min_lr", rise)]
        return [
            first,
            phase(float(2 * up * self.total_steps) - 2, "max_lr", "initial_lr", rise),
            phase(self.total_steps - 1, "initial_lr", "min_lr", ("max_momentum", "max_momentum")),
        ]

    def _anneal(self, start: float, end: float, part: float) -> float:
        if self._anneal_func_type == "cos":
            return end + (start - end) / 2.0 * (cos(pi * part) + 1)
        return (end - start) * part + start

    def get_lr(self) -> list[float]:
        self._warn_outside_step()
        step = self.last_epoch
        if step > self.total_steps:
            raise ValueError(f"Tried to step {step} times. The specified number of total steps is {self.total_steps}")
        rates = []
        for group in self.optimizer.param_groups:
            start: float = 0
            for number, phase in enumerate(self._schedule_phases):
                if step <= phase["end_step"] or number == len(self._schedule_phases) - 1:
                    part = (step - start) / (phase["end_step"] - start)
                    rates.append(self._anneal(group[phase["start_lr"]], group[phase["end_lr"]], part))
                    if self.cycle_momentum:
                        momentum = self._anneal(group[phase["start_momentum"]], group[phase["end_momentum"]], part)
                        _set_momentum(group, momentum, self.use_beta1)
                    break
                start = phase["end_step"]
        return rates


def _for_each_group(optimizer: Any, name: str, given: Any) -> list[float]:
    if not isinstance(given, list | tuple):
        return [given] * len(optimizer.param_groups)
    if len(given) != len(optimizer.param_groups):
        raise ValueError(f"{name} must have the same length as optimizer.param_groups. {name} has {len(given)} values, "
                         f"param_groups has {len(optimizer.param_groups)}.")  # fmt: skip
    return list(given)


def _cycles_beta(optimizer: Any) -> bool:
    """Whether the momentum to cycle is the first of ``betas``. Raises ValueError if there is none."""
    if "momentum" not in optimizer.defaults and "betas" not in optimizer.defaults:
        raise ValueError("optimizer must support momentum or beta1 with `cycle_momentum` option enabled")
    return "betas" in optimizer.defaults


def _begin_with_momentum(optimizer: Any, least: list[float], greatest: list[float], beta: bool) -> None:
    for group, low, high in zip(optimizer.param_groups, least, greatest, strict=True):
        _set_momentum(group, high, beta)
        group["max_momentum"], group["base_momentum"] = high, low


def _set_momentum(group: dict[str, Any], momentum: float, beta: bool) -> None:
    if beta:
        group["betas"] = (momentum, *group["betas"][1:])
    else:
        group["momentum"] = momentum


class CyclicLR(LRScheduler):
    """Up and down between two rates."""

    _scale_fn_ref: Callable[[float], float]

    def __init__(
        self, optimizer: Any, base_lr: Any, max_lr: Any, step_size_up: int = 2000, step_size_down: int | None = None,
        mode: str = "triangular", gamma: float = 1.0, scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle", cycle_momentum: bool = True, base_momentum: float = 0.8, max_momentum: float = 0.9,
        last_epoch: int = -1,
    ) -> None:  # fmt: skip
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
        self.optimizer = optimizer
        base_lrs = _for_each_group(optimizer, "base_lr", base_lr)
        if last_epoch == -1:
            for group, rate in zip(optimizer.param_groups, base_lrs, strict=True):
                set_rate(group, rate)
        self.max_lrs = _for_each_group(optimizer, "max_lr", max_lr)
        down = step_size_up if step_size_down is None else step_size_down
        self.total_size = float(step_size_up) + float(down)
        self.step_ratio = float(step_size_up) / self.total_size
        if mode not in ("triangular", "triangular2", "exp_range") and scale_fn is None:
            raise ValueError("mode is invalid and scale_fn is None")
        self.mode = mode
        self.gamma = gamma
        self._scale_fn_custom = scale_fn
        self.scale_mode = scale_mode
        self._go_by_mode()
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self.use_beta1 = _cycles_beta(optimizer)
            self.base_momentums = _for_each_group(optimizer, "base_momentum", base_momentum)
            self.max_momentums = _for_each_group(optimizer, "max_momentum", max_momentum)
            if last_epoch == -1:
                _begin_with_momentum(optimizer, self.base_momentums, self.max_momentums, self.use_beta1)
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def _go_by_mode(self) -> None:
        if self._scale_fn_custom is not None:
            return
        self.scale_mode = "iterations" if self.mode == "exp_range" else "cycle"
        scales: dict[str, Callable[[float], float]] = {
            "triangular": self._triangular_scale_fn, "triangular2": self._triangular2_scale_fn,
            "exp_range": partial(self._exp_range_scale_fn, self.gamma),
        }  # fmt: skip
        self._scale_fn_ref = scales[self.mode]

    def scale_fn(self, x: float) -> float:
        """How high the cycle or iteration ``x`` goes, of what the first does."""
        scale = self._scale_fn_ref if self._scale_fn_custom is None else self._scale_fn_custom
        return scale(x)

    @staticmethod
    def _triangular_scale_fn(x: float) -> float:
        return 1.0

    @staticmethod
    def _triangular2_scale_fn(x: float) -> float:
        return float(1 / 2.0 ** (x - 1))

    @staticmethod
    def _exp_range_scale_fn(gamma: float, x: float) -> float:
        return float(gamma**x)

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer; of a function that scales only what an object keeps."""
        state = super().state_dict()
        state.pop("_scale_fn_ref", None)
        scale = state.pop("_scale_fn_custom")
        keeps = scale is not None and not isinstance(scale, FunctionType)
        return state | {"_scale_fn_custom": scale.__dict__.copy() if keeps else None}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what :meth:`state_dict` gave."""
        scale = state_dict.pop("_scale_fn_custom")
        super().load_state_dict(state_dict)
        if scale is not None:
            self._scale_fn_custom.__dict__.update(scale)
        self._go_by_mode()

    def get_lr(self) -> list[float]:
        self._warn_outside_step()
        cycle = floor(1 + self.last_epoch / self.total_size)
        x = 1.0 + self.last_epoch / self.total_size - cycle
        height = x / self.step_ratio if x <= self.step_ratio else (x - 1) / (self.step_ratio - 1)
        factor = self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        rates = [base + (most - base) * height * factor for base, most in zip(self.base_lrs, self.max_lrs, strict=True)]
        if self.cycle_momentum:
            bounds = zip(self.base_momentums, self.max_momentums, self.optimizer.param_groups, strict=True)
            for low, high, group in bounds:
                _set_momentum(group, high - (high - low) * height * factor, self.use_beta1)
        return rates
