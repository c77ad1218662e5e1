"""One layer of an LSTM over padded sequences as a single op, and what it passes back: the steps in reverse order.

Of float32 both are those of :mod:`lstm_kernel`; here is what is differentiated again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import Array
from ..grad_mode import _State
from ..op import NAMESPACE, OPS
from ..tensor import Tensor
from . import lstm_kernel
from .registry import function

Step = tuple[Any, ...]


def lstm_layer(
    input: Array, weight0: Array, weight1: Array, weight2: Array | None, weight3: Array | None, hx_: Array, cx_: Array,
    reverse: bool, *options: Any,
) -> tuple[Array, Array, Array, Array]:  # fmt: skip
    """All states in the order of the input, the last state, the last memory, and a workspace that nobody reads."""
    del options
    weights = (weight0, weight1, weight2, weight3)
    workspace = np.zeros(0, np.uint8)
    if input.dtype == np.float32:
        past = lstm_kernel.forward(input, weights, hx_, cx_, reverse, for_training=_State.enabled)
        output = past.states[:0:-1] if reverse else past.states[1:]
        return output.copy(), past.states[-1].copy(), past.memories[-1].copy(), workspace
    steps = _forwards(input, weights, hx_, cx_, reverse)
    states = [h for *_, h in steps]
    return np.stack(states[::-1] if reverse else states), states[-1].copy(), steps[-1][-2], workspace


def _forwards(x: Any, weights: Sequence[Any], h: Any, c: Any, reverse: bool) -> list[Step]:
    """For each step its place, the state and memory before, the four gates, and the memory and state after."""
    w_ih, w_hh, b_ih, b_hh = weights
    sigmoid, tanh = NAMESPACE["sigmoid"], NAMESPACE["tanh"]
    length, width = int(x.shape[0]), int(w_hh.shape[1])
    steps = []
    for t in reversed(range(length)) if reverse else range(length):
        total = _projected(x[t], w_ih, b_ih) + _projected(h, w_hh, b_hh)
        i, f, g, o = (total[:, k * width : (k + 1) * width] for k in range(4))
        i, f, g, o = sigmoid(i), sigmoid(f), tanh(g), sigmoid(o)
        after = f * c + i * g
        steps.append((t, h, c, i, f, g, o, after, o * tanh(after)))
        h, c = steps[-1][-1], after
    return steps


@function
def lstm_layer_backward(
    grads: Sequence[Any], input: Any, weight0: Any, weight1: Any, weight2: Any, weight3: Any, hx_: Any, cx_: Any,
    reverse: bool,
) -> tuple[Any, ...]:  # fmt: skip
    """The cotangents of the input, the weights, the first state and the first memory."""
    output, dh, dc = grads[:3]
    weights = (weight0, weight1, weight2, weight3)
    if isinstance(input, np.ndarray) and input.dtype == np.float32:
        past = lstm_kernel.forward(input, weights, hx_, cx_, reverse, for_training=True)
        return lstm_kernel.backward(past, weights, output, dh, dc)
    tanh = NAMESPACE["tanh"]
    d_ih = d_hh = d_bias = None
    d_input: list[Any] = [None] * int(input.shape[0])
    for t, h, c, i, f, g, o, after, _ in reversed(_forwards(input, weights, hx_, cx_, reverse)):
        dh = _plus(None if output is None else output[t], dh)
        if dh is not None:
            unbent = 1 - tanh(after) * tanh(after)
            dc = _plus(dc, dh * o * unbent)
        d_g, d_i, before, d_f = dc * i, dc * g, dc * f, dc * c
        d_o = o * 0 if dh is None else _times_slope(dh * tanh(after), o)
        d_g = d_g * (1 - g * g)
        d_f, d_i = _times_slope(d_f, f), _times_slope(d_i, i)
        gates = _side_by_side([d_i, d_f, d_g, d_o])
        of_bias = gates.sum(0)
        d_input[t] = gates @ weight0
        dh, dc = gates @ weight1, before
        of_ih, of_hh = _turned(gates) @ input[t], _turned(gates) @ h
        d_bias, d_ih, d_hh = _plus(d_bias, of_bias), _plus(d_ih, of_ih), _plus(d_hh, of_hh)
    d_bias = None if weight2 is None else d_bias
    return NAMESPACE["stacked"](d_input, 0), d_ih, d_hh, d_bias, d_bias, dh, dc


def _times_slope(x: Any, gate: Any) -> Any:
    """Times what a logistic function passes back."""
    rest = 1 - gate
    return x * gate * rest


def _projected(x: Any, weight: Any, bias: Any) -> Any:
    if bias is None or not isinstance(x, Tensor):
        return _plus(bias, x @ _turned(weight))
    return OPS["addmm"](bias, x, _turned(weight), beta=1.0, alpha=1.0)


def _plus(total: Any, part: Any) -> Any:
    return total if part is None else part if total is None else total + part


def _turned(x: Any) -> Any:
    return OPS["t"](x) if isinstance(x, Tensor) else x.T


def _side_by_side(parts: list[Any]) -> Any:
    return OPS["cat"](*parts, dim=1) if isinstance(parts[0], Tensor) else np.concatenate(parts, axis=1)
