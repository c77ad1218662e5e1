"""L-BFGS: steps along a direction that remembers how the gradient changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradwalk.engine.grad_mode import enable_grad, no_grad
from gradwalk.engine.reduced import is_reduced
from gradwalk.engine.tensor import Tensor, wrap

from ._arithmetic import Array, add
from ._line_search import strong_wolfe
from ._options import Params, check, check_not_negative, check_rate
from .optimizer import Optimizer

_TOO_FLAT = 1e-10
_LISTS = {"al", "old_dirs", "old_stps", "ro"}
_ORDER = (
    "func_evals", "n_iter", "al", "d", "t", "old_dirs", "old_stps", "ro", "H_diag", "prev_flat_grad", "prev_loss",
)  # fmt: skip


class LBFGS(Optimizer):
    """A quasi-Newton method with limited memory. ``step`` takes a closure that computes the loss again."""

    __module__ = "torch.optim.lbfgs"

    def __init__(
        self, params: Params, lr: float = 1, max_iter: int = 20, max_eval: int | None = None,
        tolerance_grad: float = 1e-7, tolerance_change: float = 1e-9, history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:  # fmt: skip
        check_rate(lr)
        check_not_negative(lr, f"Invalid learning rate: {lr}")
        defaults = {
            "lr": lr, "max_iter": max_iter, "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
            "tolerance_grad": tolerance_grad, "tolerance_change": tolerance_change, "history_size": history_size,
            "line_search_fn": line_search_fn,
        }  # fmt: skip
        super().__init__(params, defaults)
        check(len(self.param_groups) == 1, "LBFGS doesn't support per-parameter options (parameter groups)")
        self._params: list[Tensor] = self.param_groups[0]["params"]
        if any(param._array.dtype.kind == "c" for param in self._params):
            raise NotImplementedError("Gradwalk's LBFGS takes no complex parameters; give it their real parts.")

    def _gradient(self) -> Array:
        parts = [
            np.zeros(p._array.size, p._array.dtype) if p._grad is None else p._grad._array.ravel() for p in self._params
        ]
        return np.concatenate(parts)

    def _move(self, length: Any, direction: Array) -> None:
        start = 0
        for param in self._params:
            size = param._array.size
            add(param, direction[start : start + size].reshape(param._array.shape), float(length))
            start += size

    def _evaluate(self, closure: Callable[[], Any], start: list[Array], length: Any, direction: Array) -> Any:
        self._move(length, direction)
        with enable_grad():
            found = closure()
        loss, gradient = float(found), self._gradient()
        for param, kept in zip(self._params, start, strict=True):
            param.copy_(wrap(kept))
        return loss, gradient

    def step(self, closure: Callable[[], Any]) -> Any:  # type: ignore[override]
        """Take up to ``max_iter`` steps; gives back the loss before the first."""
        for param in self._params:
            if is_reduced(param._array.dtype):
                raise NotImplementedError(
                    f"Gradwalk's LBFGS has no parameters of {param.dtype}: use SGD or Adam, or float32."
                )
        with no_grad(), np.errstate(all="ignore"):
            return self._steps(closure)

    def _direction(self, state: dict[str, Any], gradient: Array, history: int) -> Array:
        """The gradient, turned by what is remembered of the curvature."""
        if state["n_iter"] == 1:
            state["old_dirs"], state["old_stps"], state["ro"], state["H_diag"] = [], [], [], 1
            return -gradient
        changes, steps, inverse = state["old_dirs"], state["old_stps"], state["ro"]
        change, step = gradient - state["prev_flat_grad"], state["d"] * gradient.dtype.type(state["t"])
        curvature = np.dot(change, step)
        if curvature > _TOO_FLAT:
            if len(changes) == history:
                for kept in (changes, steps, inverse):
                    kept.pop(0)
            changes.append(change)
            steps.append(step)
            inverse.append(1.0 / curvature)
            state["H_diag"] = curvature / np.dot(change, change)
        q, factors = -gradient, []
        for y, s, rho in zip(reversed(changes), reversed(steps), reversed(inverse), strict=True):
            factors.append(np.dot(s, q) * rho)
            q = q - factors[-1] * y
        direction = q * state["H_diag"]
        factors.reverse()
        weights = state.setdefault("al", [None] * history)
        weights[: len(factors)] = factors
        for y, s, rho, factor in zip(changes, steps, inverse, factors, strict=True):
            direction = direction + (factor - np.dot(y, direction) * rho) * s
        return direction

    def _steps(self, closure: Callable[[], Any]) -> Any:
        group, kept = self.param_groups[0], self.state[self._params[0]]
        kept.setdefault("func_evals", 0)
        kept.setdefault("n_iter", 0)
        state = _arrays(kept)
        with enable_grad():
            first = closure()
        loss, evaluations = float(first), 1
        state["func_evals"] += 1
        gradient = self._gradient()
        if np.abs(gradient).max() <= group["tolerance_grad"]:
            kept["func_evals"] = state["func_evals"]
            return first
        rate = group["lr"]._array.reshape(())[()] if isinstance(group["lr"], Tensor) else group["lr"]
        for iteration in range(1, group["max_iter"] + 1):
            state["n_iter"] += 1
            direction = state["d"] = self._direction(state, gradient, group["history_size"])
            state["prev_flat_grad"], before = gradient.copy(), loss
            state["prev_loss"] = loss
            length = min(1.0, 1.0 / np.abs(gradient).sum()) * rate if state["n_iter"] == 1 else rate
            slope = np.dot(gradient, direction)
            state["t"] = length
            if slope > -group["tolerance_change"]:
                break
            used = 0
            if group["line_search_fn"] is not None:
                if group["line_search_fn"] != "strong_wolfe":
                    raise RuntimeError("only 'strong_wolfe' is supported")
                start = [param._array.copy() for param in self._params]
                loss, gradient, length, used = strong_wolfe(
                    lambda t, x=start, d=direction: self._evaluate(closure, x, t, d),  # type: ignore[misc]
                    length, direction, loss, gradient, slope, group["max_eval"] - evaluations,
                )  # fmt: skip
                self._move(length, direction)
            else:
                self._move(length, direction)
                if iteration != group["max_iter"]:
                    with enable_grad():
                        found = closure()
                    loss, gradient, used = float(found), self._gradient(), 1
            state["t"] = length
            evaluations += used
            state["func_evals"] += used
            if (
                iteration == group["max_iter"]
                or evaluations >= group["max_eval"]
                or np.abs(gradient).max() <= group["tolerance_grad"]
                or np.abs(direction * length).max() <= group["tolerance_change"]
                or abs(loss - before) < group["tolerance_change"]
            ):
                break
        kept.update((key, _tensors(state[key])) for key in _ORDER if key in state)
        return first


def _arrays(kept: dict[str, Any]) -> dict[str, Any]:
    """The state to compute with."""
    found = {key: value._array if isinstance(value, Tensor) else value for key, value in kept.items()}
    for key in _LISTS & found.keys():
        found[key] = [value._array if isinstance(value, Tensor) else value for value in found[key]]
    return found


def _tensors(value: Any) -> Any:
    """A value of the state as it is kept."""
    if isinstance(value, list):
        return [_tensors(item) for item in value]
    return wrap(np.asarray(value)) if isinstance(value, np.ndarray | np.generic) else value
