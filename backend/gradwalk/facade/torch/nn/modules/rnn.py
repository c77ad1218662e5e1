"""Recurrent layers and cells, step by step: each step is the ops that PyTorch's cells are."""

from __future__ import annotations

import math
from typing import Any

from gradwalk.engine.surface.creation import empty, zeros
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.tensor import Tensor

from .. import functional as F  # noqa: N812
from .. import init
from ..parameter import Parameter
from .module import Module

_GATES = {"LSTM": 4, "GRU": 3, "RNN_TANH": 1, "RNN_RELU": 1}


def _plain_step(mode: str, x: Any, h: Any, w_hh: Any, b_hh: Any) -> Any:
    total = F.linear(h, w_hh, b_hh) + x
    return total.relu() if mode == "RNN_RELU" else total.tanh()


def _lstm_step(x: Any, h: Any, c: Any, w_hh: Any, b_hh: Any) -> tuple[Any, Any]:
    total: Any = F.linear(h, w_hh, b_hh) + x
    i, f, g, o = total.chunk(4, 1)
    i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
    c = f * c + i * g
    return o * c.tanh(), c


def _gru_step(x: Any, h: Any, w_hh: Any, b_hh: Any) -> Any:
    x_r, x_z, x_n = x.chunk(3, 1)
    linear: Any = F.linear(h, w_hh, b_hh)
    h_r, h_z, h_n = linear.chunk(3, 1)
    r = (h_r + x_r).sigmoid()
    z = (h_z + x_z).sigmoid()
    n = (x_n + h_n * r).tanh()
    return (h - n) * z + n


class RNNBase(Module):
    """Layers of recurrent cells over a sequence, in one direction or both."""

    def __init__(
        self, mode: str, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True,
        batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False, proj_size: int = 0,
        device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__()
        if proj_size:
            raise NotImplementedError("Gradwalk's recurrent layers have no proj_size; add an nn.Linear after them.")
        if hidden_size <= 0:
            raise ValueError("hidden_size must be greater than zero")
        if num_layers <= 0:
            raise ValueError("num_layers must be greater than zero")
        if not 0 <= dropout <= 1:
            raise ValueError(
                "dropout should be a number in range [0, 1] representing the probability of an element being zeroed"
            )
        self.mode = mode
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        directions = 2 if bidirectional else 1
        gates = _GATES[mode] * hidden_size
        self._all_names: list[list[str]] = []
        for layer in range(num_layers):
            for suffix in ("", "_reverse")[:directions]:
                width = input_size if layer == 0 else hidden_size * directions
                names = [f"{kind}_l{layer}{suffix}" for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
                sizes: list[tuple[int, ...]] = [(gates, width), (gates, hidden_size), (gates,), (gates,)]
                kept = names if bias else names[:2]
                for name, size in zip(kept, sizes, strict=False):
                    setattr(self, name, Parameter(empty(size, dtype=dtype)))
                self._all_names.append(kept)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all weights anew, uniformly in +-1 / sqrt(hidden_size)."""
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def flatten_parameters(self) -> None:
        """Nothing to do on the CPU."""

    @property
    def all_weights(self) -> list[list[Any]]:
        """The weights of each layer and direction."""
        return [[getattr(self, name) for name in names] for names in self._all_names]

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}"
        if self.num_layers != 1:
            text += f", num_layers={self.num_layers}"
        if self.bias is not True:
            text += f", bias={self.bias}"
        if self.batch_first is not False:
            text += f", batch_first={self.batch_first}"
        if self.dropout != 0:
            text += f", dropout={self.dropout}"
        return text if self.bidirectional is False else text + f", bidirectional={self.bidirectional}"

    def forward(self, input: Any, hx: Any = None) -> Any:
        if input.ndim not in (2, 3):
            raise ValueError(f"{self._get_name()}: Expected input to be 2D or 3D, got {input.ndim}D instead")
        alone = input.ndim == 2
        steps = input.unsqueeze(1) if alone else input.transpose(0, 1) if self.batch_first else input
        if steps.shape[-1] != self.input_size:
            raise RuntimeError(
                f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got {steps.shape[-1]}"
            )
        first = self._start(hx, steps, alone)
        output, last = self._layers(steps, first)
        if alone:
            return output.squeeze(1), self._finished([each.squeeze(1) for each in last])
        return (output.transpose(0, 1) if self.batch_first else output), self._finished(last)

    def _finished(self, last: list[Any]) -> Any:
        return tuple(last) if self.mode == "LSTM" else last[0]

    def _start(self, hx: Any, steps: Any, alone: bool) -> list[Any]:
        count = self.num_layers * (2 if self.bidirectional else 1)
        if hx is None:
            states = 2 if self.mode == "LSTM" else 1
            return [zeros(count, steps.shape[1], self.hidden_size, dtype=steps.dtype)] * states
        given = list(hx) if self.mode == "LSTM" else [hx]
        if alone:
            given = [each.unsqueeze(1) for each in given]
        wanted = (count, steps.shape[1], self.hidden_size)
        for number, each in enumerate(given):
            if tuple(each.shape) != wanted:
                name = f"hidden[{number}]" if self.mode == "LSTM" else "hidden"
                raise RuntimeError(f"Expected {name} size {wanted}, got {list(each.shape)}")
        return given

    def _layers(self, steps: Any, first: list[Any]) -> tuple[Any, list[Any]]:
        directions = 2 if self.bidirectional else 1
        last: list[list[Any]] = []
        for layer in range(self.num_layers):
            outputs = []
            for direction in range(directions):
                place = layer * directions + direction
                output, state = self._one(steps, [each[place] for each in first], self.all_weights[place], direction)
                outputs.append(output)
                last.append(state)
            steps = outputs[0] if directions == 1 else FUNCTIONS["cat"](outputs, -1)
            if self.dropout and self.training and layer < self.num_layers - 1:
                steps = F.dropout(steps, self.dropout, True)
        return steps, [FUNCTIONS["stack"](list(parts), 0) for parts in zip(*last, strict=True)]

    def _one(self, steps: Any, state: list[Any], weights: list[Any], backwards: int) -> tuple[Any, list[Any]]:
        w_ih, w_hh, b_ih, b_hh = weights if self.bias else (*weights, None, None)
        inputs: Any = F.linear(steps, w_ih, b_ih)
        parts = list(inputs.unbind(0))
        outputs = []
        for x in reversed(parts) if backwards else parts:
            if self.mode == "LSTM":
                state = list(_lstm_step(x, state[0], state[1], w_hh, b_hh))
            elif self.mode == "GRU":
                state = [_gru_step(x, state[0], w_hh, b_hh)]
            else:
                state = [_plain_step(self.mode, x, state[0], w_hh, b_hh)]
            outputs.append(state[0])
        return FUNCTIONS["stack"](outputs[::-1] if backwards else outputs, 0), state


class RNN(RNNBase):
    """Plain recurrent layers."""

    def __init__(self, input_size: int, hidden_size: int, num_layers: int = 1, nonlinearity: str = "tanh",
                 bias: bool = True, batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False,
                 device: Any = None, dtype: Any = None) -> None:  # fmt: skip
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'.")
        self.__dict__["nonlinearity"] = nonlinearity
        super().__init__("RNN_" + nonlinearity.upper(), input_size, hidden_size, num_layers, bias, batch_first,
                         dropout, bidirectional, 0, device, dtype)  # fmt: skip


class LSTM(RNNBase):
    """Layers of long short-term memory."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("LSTM", *args, **kwargs)


class GRU(RNNBase):
    """Layers of gated recurrent units."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("GRU", *args, **kwargs)


class RNNCellBase(Module):
    """One step of a recurrent layer."""

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool, num_chunks: int, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        gates = num_chunks * hidden_size
        self.weight_ih = Parameter(empty((gates, input_size), dtype=dtype))
        self.weight_hh = Parameter(empty((gates, hidden_size), dtype=dtype))
        self.register_parameter("bias_ih", Parameter(empty(gates, dtype=dtype)) if bias else None)
        self.register_parameter("bias_hh", Parameter(empty(gates, dtype=dtype)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all weights anew."""
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}"
        return text if self.bias is True else text + f", bias={self.bias}"

    def _rows(self, input: Any, hx: Any) -> tuple[bool, Any, Any]:
        if input.ndim not in (1, 2):
            raise ValueError(f"{self._get_name()}: Expected input to be 1D or 2D, got {input.ndim}D instead")
        alone = input.ndim == 1
        x = input.unsqueeze(0) if alone else input
        if hx is None:
            return alone, x, zeros(x.shape[0], self.hidden_size, dtype=x.dtype)
        return alone, x, hx.unsqueeze(0) if alone else hx


class RNNCell(RNNCellBase):
    """One step of a plain recurrent layer."""

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, nonlinearity: str = "tanh",
                 device: Any = None, dtype: Any = None) -> None:  # fmt: skip
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def extra_repr(self) -> str:
        text = super().extra_repr()
        return text if self.nonlinearity == "tanh" else text + f", nonlinearity={self.nonlinearity}"

    def forward(self, input: Any, hx: Any = None) -> Tensor:
        alone, x, h = self._rows(input, hx)
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        total: Any = F.linear(x, self.weight_ih, self.bias_ih)
        h = total + F.linear(h, self.weight_hh, self.bias_hh)
        h = h.tanh() if self.nonlinearity == "tanh" else h.relu()
        return h.squeeze(0) if alone else h  # type: ignore[no-any-return]


class LSTMCell(RNNCellBase):
    """One step of long short-term memory."""

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None,
                 dtype: Any = None) -> None:  # fmt: skip
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input: Any, hx: Any = None) -> tuple[Tensor, Tensor]:
        given = (None, None) if hx is None else hx
        alone, x, h = self._rows(input, given[0])
        c = self._rows(input, given[1])[2]
        h, c = _lstm_step(F.linear(x, self.weight_ih, self.bias_ih), h, c, self.weight_hh, self.bias_hh)
        return (h.squeeze(0), c.squeeze(0)) if alone else (h, c)


class GRUCell(RNNCellBase):
    """One step of a gated recurrent unit."""

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None,
                 dtype: Any = None) -> None:  # fmt: skip
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input: Any, hx: Any = None) -> Tensor:
        alone, x, h = self._rows(input, hx)
        h = _gru_step(F.linear(x, self.weight_ih, self.bias_ih), h, self.weight_hh, self.bias_hh)
        return h.squeeze(0) if alone else h  # type: ignore[no-any-return]
