"""Recurrence: one step of each kind of layer, and steps one after another over padded or packed sequences.

Each step is the ops that PyTorch's cells are, in place where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gradwalk.engine.ops.nn_lstm import mkldnn_rnn_layer
from gradwalk.engine.surface.linalg import matmul
from gradwalk.engine.surface.registry import FUNCTIONS

from .. import functional as F  # noqa: N812

State = list[Any]


def plain_step(mode: str, x: Any, h: Any, w_hh: Any, b_hh: Any) -> Any:
    """The next state of a plain layer, for an input that is projected already."""
    total: Any = F.linear(h, w_hh, b_hh)
    total = total.add_(x)
    return total.relu() if mode == "RNN_RELU" else total.tanh()


def lstm_step(projected: Callable[[], Any], h: Any, c: Any, w_hh: Any, b_hh: Any, w_hr: Any = None) -> tuple[Any, Any]:
    """The next state and the next memory of an LSTM, whose input is projected after its state; ``w_hr`` projects the
    next state."""
    total: Any = F.linear(h, w_hh, b_hh)
    i, f, g, o = _chunks(total.add_(projected()), 4)
    i, f, g, o = i.sigmoid_(), f.sigmoid_(), g.tanh_(), o.sigmoid_()
    c = (f * c).add_(i * g)
    h = o * c.tanh()
    return (h if w_hr is None else matmul(h, w_hr.t())), c


def gru_step(x: Any, h: Any, w_hh: Any, b_hh: Any) -> Any:
    """The next state of a gated recurrent unit."""
    x_r, x_z, x_n = _chunks(x, 3)
    linear: Any = F.linear(h, w_hh, b_hh)
    h_r, h_z, h_n = _chunks(linear, 3)
    r = h_r.add_(x_r).sigmoid_()
    z = h_z.add_(x_z).sigmoid_()
    n = x_n.add(h_n.mul_(r)).tanh_()
    return (h - n).mul_(z).add_(n)


def _chunks(x: Any, count: int) -> tuple[Any, ...]:
    """Equal parts of the columns, not as views: what PyTorch's cells do."""
    parts: tuple[Any, ...] = FUNCTIONS["unsafe_chunk"](x, count, 1)
    return parts


def lstm_layer(steps: Any, state: State, weights: dict[str, Any], backwards: bool, **options: Any) -> tuple[Any, State]:
    """One layer of an LSTM in one direction as one op: all states, and the last."""
    weights_and_biases = (weights.get(name) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
    output, h, c, _ = mkldnn_rnn_layer.several(
        steps, *weights_and_biases, *state, reverse=backwards, has_biases="bias_ih" in weights, **options
    )
    return output, [h, c]


def _next(mode: str, x: Any, state: State, weights: dict[str, Any]) -> State:
    w_hh, b_hh = weights["weight_hh"], weights.get("bias_hh")
    if mode == "LSTM":
        return list(lstm_step(lambda: x, state[0], state[1], w_hh, b_hh, weights.get("weight_hr")))
    if mode == "GRU":
        return [gru_step(x, state[0], w_hh, b_hh)]
    return [plain_step(mode, x, state[0], w_hh, b_hh)]


def over_steps(mode: str, steps: Any, state: State, weights: dict[str, Any], backwards: bool) -> tuple[Any, State]:
    """One layer in one direction over (length, batch, width): all states, and the last."""
    inputs: Any = F.linear(steps, weights["weight_ih"], weights.get("bias_ih"))
    parts = list(inputs.unbind(0))
    outputs = []
    for x in reversed(parts) if backwards else parts:
        state = _next(mode, x, state, weights)
        outputs.append(state[0])
    return FUNCTIONS["stack"](outputs[::-1] if backwards else outputs, 0), state


def over_packed(
    mode: str, data: Any, batch_sizes: Sequence[int], state: State, weights: dict[str, Any], backwards: bool
) -> tuple[Any, State]:
    """:func:`over_steps` over packed sequences, which end one after another."""
    inputs: Any = F.linear(data, weights["weight_ih"], weights.get("bias_ih"))
    along = _packed_backwards if backwards else _packed_forwards
    return along(mode, inputs, batch_sizes, state, weights)


def _packed_forwards(
    mode: str, inputs: Any, batch_sizes: Sequence[int], state: State, weights: dict[str, Any]
) -> tuple[Any, State]:
    outputs, ended = [], []
    row, last = 0, batch_sizes[0]
    for count in batch_sizes:
        x = inputs.narrow(0, row, count)
        row += count
        if count < last:
            ended.append([each.narrow(0, count, last - count) for each in state])
            state = [each.narrow(0, 0, count) for each in state]
        last = count
        state = _next(mode, x, state, weights)
        outputs.append(state[0])
    ended.append(state)
    final = [FUNCTIONS["cat"](list(parts), 0) for parts in zip(*reversed(ended), strict=True)]
    return FUNCTIONS["cat"](outputs, 0), final


def _packed_backwards(
    mode: str, inputs: Any, batch_sizes: Sequence[int], first: State, weights: dict[str, Any]
) -> tuple[Any, State]:
    outputs = []
    row, last = inputs.shape[0], batch_sizes[-1]
    state = [each.narrow(0, 0, last) for each in first]
    for count in reversed(batch_sizes):
        if count > last:
            begun = [each.narrow(0, last, count - last) for each in first]
            state = [FUNCTIONS["cat"](list(pair), 0) for pair in zip(state, begun, strict=True)]
        last = count
        row -= count
        state = _next(mode, inputs.narrow(0, row, count), state, weights)
        outputs.append(state[0])
    return FUNCTIONS["cat"](outputs[::-1], 0), state
