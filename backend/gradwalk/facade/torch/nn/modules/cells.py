"""Single steps of recurrent layers as modules."""

from __future__ import annotations

import math
from typing import Any

from gradwalk.engine.errors import type_name
from gradwalk.engine.surface.creation import empty, zeros
from gradwalk.engine.tensor import Tensor

from .. import functional as F  # noqa: N812
from .. import init
from ..parameter import Parameter
from ._recurrence import gru_step, lstm_step
from .module import Module


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

    def _rows(self, input: Any, hx: Any, what: str = "hidden", label: int = 0) -> tuple[bool, Any, Any]:
        if input.dim() not in (1, 2):
            raise ValueError(f"{self._get_name()}: Expected input to be 1D or 2D, got {input.ndim}D instead")
        if hx is not None and hx.dim() not in (1, 2):
            raise ValueError(f"{self._get_name()}: Expected {what} to be 1D or 2D, got {hx.dim()}D instead")
        alone = input.ndim == 1
        x = input.unsqueeze(0) if alone else input
        if x.shape[1] != self.input_size:
            raise RuntimeError(f"input has inconsistent input_size: got {x.shape[1]} expected {self.input_size}")
        if hx is None:
            return alone, x, zeros(x.shape[0], self.hidden_size, dtype=x.dtype)
        h = hx.unsqueeze(0) if alone else hx
        if h.shape[0] != x.shape[0]:
            raise RuntimeError(f"Input batch size {x.shape[0]} doesn't match hidden{label} batch size {h.shape[0]}")
        if h.shape[1] != self.hidden_size:
            raise RuntimeError(
                f"hidden{label} has inconsistent hidden_size: got {h.shape[1]}, expected {self.hidden_size}"
            )
        return alone, x, h


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
        total: Any = F.linear(h, self.weight_hh, self.bias_hh)
        h = total + F.linear(x, self.weight_ih, self.bias_ih)
        h = h.tanh() if self.nonlinearity == "tanh" else h.relu()
        return h.squeeze(0) if alone else h  # type: ignore[no-any-return]


class LSTMCell(RNNCellBase):
    """One step of long short-term memory."""

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None,
                 dtype: Any = None) -> None:  # fmt: skip
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input: Any, hx: Any = None) -> tuple[Tensor, Tensor]:
        if input.dim() in (1, 2):
            for index, state in enumerate(() if hx is None else hx):
                if state.dim() not in (1, 2):
                    raise ValueError(
                        f"{self._get_name()}: Expected hx[{index}] to be 1D or 2D, got {state.dim()}D instead"
                    )
        if not (hx is None or isinstance(hx, tuple | list)) and input.dim() == 2:
            raise TypeError(f"lstm_cell(): argument 'hx' (position 2) must be tuple of Tensors, not {type_name(hx)}")
        given = (None, None) if hx is None else hx
        if len(given) != 2 and input.dim() == 2:
            raise RuntimeError("lstm_cell expects two hidden states")
        alone, x, h = self._rows(input, given[0], "hx[0]", 0)
        c = self._rows(input, given[1], "hx[1]", 1)[2]

        def projected() -> Any:
            return F.linear(x, self.weight_ih, self.bias_ih)

        h, c = lstm_step(projected, h, c, self.weight_hh, self.bias_hh)
        return (h.squeeze(0), c.squeeze(0)) if alone else (h, c)


class GRUCell(RNNCellBase):
    """One step of a gated recurrent unit."""

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None,
                 dtype: Any = None) -> None:  # fmt: skip
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input: Any, hx: Any = None) -> Tensor:
        alone, x, h = self._rows(input, hx)
        h = gru_step(F.linear(x, self.weight_ih, self.bias_ih), h, self.weight_hh, self.bias_hh)
        return h.squeeze(0) if alone else h  # type: ignore[no-any-return]
