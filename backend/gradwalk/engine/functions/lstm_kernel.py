"""One layer of an LSTM of float32 as oneDNN computes it, step by step, and what it passes back.

PyTorch tells oneDNN whether a graph is recorded: without one it has another kernel (brgemm), whose products are chains,
of the input and of the state apart or, where both are as wide and the input is not projected before all steps, in one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from ..dtypes import Array
from .lstm_gates import opened, passed_back
from .lstm_products import ADDED, CONTINUED, FRESH, add_chains, add_product

_WIDE = 500
"""From so many numbers of a state on, oneDNN may copy matrices to multiply them."""
_MOST_AT_ONCE = 128
"""From so many sequences on, the input is projected step by step."""


class Past(NamedTuple):
    """What a layer did, in the order of its steps: the input, (steps, batch, inputs), and the gates; states and
    memories begin with those before the first step."""

    input: Array
    gates: Array
    states: Array
    memories: Array
    is_reversed: bool


def forward(
    input: Array, weights: Sequence[Any], state: Array, memory: Array, reverse: bool, *, for_training: bool
) -> Past:
    """All steps; of ``weights`` the biases may be None."""
    w_ih, w_hh, b_ih, b_hh = weights
    steps, batch, _ = input.shape
    width = w_hh.shape[1]
    x = np.ascontiguousarray(input[::-1] if reverse else input)
    bias = np.zeros((1, 4 * width), np.float32) if b_ih is None else (b_ih + b_hh)[None]
    states, memories = (np.empty((steps + 1, batch, width), np.float32) for _ in range(2))
    states[0], memories[0] = state, memory
    gates = np.empty((steps, batch, 4 * width), np.float32)
    of_input, of_state = np.ascontiguousarray(w_ih.T), np.ascontiguousarray(w_hh.T)
    add = partial(add_product, may_copy=width >= _WIDE)
    if for_training and batch < _MOST_AT_ONCE:
        add(_rows(x), of_input, _rows(gates), FRESH)
    goes_on = x.shape[2] == width and (batch > 1 or steps == 1)
    for t in range(steps):
        if for_training:
            if batch >= _MOST_AT_ONCE:
                add(x[t], of_input, gates[t], FRESH)
            add(states[t], of_state, gates[t], ADDED)
        else:
            add_chains(x[t], of_input, gates[t], FRESH)
            add_chains(states[t], of_state, gates[t], CONTINUED if goes_on else ADDED)
        opened(gates[t], bias, memories[t], memories[t + 1], states[t + 1])
    return Past(x, gates, states, memories, reverse)


def backward(
    past: Past, weights: Sequence[Any], of_output: Array | None, of_state: Array | None, of_memory: Array | None
) -> tuple[Any, ...]:
    """The cotangents of the input, the weights and biases, the first state and the first memory, from those of the
    output, the last state and the last memory."""
    w_ih, w_hh, b_ih, _ = weights
    w_ih, w_hh = np.ascontiguousarray(w_ih), np.ascontiguousarray(w_hh)
    x, gates, states, memories, is_reversed = past
    steps, _batch, wide = gates.shape
    one = states.shape[1:]
    outputs = None if of_output is None else of_output[::-1] if is_reversed else of_output
    dh = np.zeros(one, np.float32) if of_state is None else of_state
    dc = np.zeros(one, np.float32) if of_memory is None else np.array(of_memory, np.float32, order="C")
    sums = np.empty_like(gates)
    add = partial(add_product, may_copy=one[1] >= _WIDE)
    for t in reversed(range(steps)):
        with np.errstate(all="ignore"):
            total = np.ascontiguousarray(dh if outputs is None else outputs[t] + dh)
        passed_back(gates[t], memories[t], memories[t + 1], total, dc, sums[t])
        dh = np.empty(one, np.float32)
        add(sums[t], w_hh, dh, FRESH)
    d_x, d_ih, d_hh = np.empty_like(x), np.zeros((x.shape[2], wide), np.float32), np.zeros((one[1], wide), np.float32)
    add(_rows(sums), w_ih, _rows(d_x), FRESH)
    add(_rows(x).T, _rows(sums), d_ih, ADDED, is_turned=True)
    if is_reversed:
        add(_rows(states[:-1]).T, _rows(sums), d_hh, ADDED, is_turned=True)
    else:
        if steps > 1:
            add(_rows(states[1:-1]).T, _rows(sums[1:]), d_hh, ADDED, is_turned=True)
        add(states[0].T, sums[0], d_hh, ADDED, is_turned=True)
    d_x = np.ascontiguousarray(d_x[::-1]) if is_reversed else d_x
    return d_x, *(np.ascontiguousarray(each.T) for each in (d_ih, d_hh)), *_of_biases(sums, b_ih), dh, dc


def _rows(x: Array) -> Array:
    """Steps and sequences as one dimension."""
    return x.reshape(-1, x.shape[2])


def _of_biases(sums: Array, bias: Array | None) -> tuple[Any, Any]:
    """What both biases get: the sums of rows, the last step first, one after another."""
    if bias is None:
        return None, None
    with np.errstate(all="ignore"):
        total: Array = np.add.reduce(_rows(np.ascontiguousarray(sums[::-1])), axis=0, initial=np.float32(0))
    return total, total
