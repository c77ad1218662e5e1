"""Names of ``torch`` that few scripts use: errors to catch, steps of recurrent layers, and sizes that are symbols
elsewhere."""

from __future__ import annotations

import math
from typing import Any

from gradwalk.engine import FUNCTIONS, anomaly

from .nn.modules.cells import GRUCell, LSTMCell, RNNCell
from .nn.utils import parametrizations

spmm = dsmm = FUNCTIONS["mm"]


def norm_except_dim(v: Any, pow: int = 2, dim: int = 0) -> Any:
    """The norms of a weight's slices along a dimension. Raises NotImplementedError for others than those of squares."""
    if pow != 2:
        raise NotImplementedError("Gradwalk's torch.norm_except_dim has pow=2 alone: use torch.linalg.vector_norm.")
    return parametrizations.norm_except_dim(v, dim)


def is_vulkan_available() -> bool:
    """There is no Vulkan."""
    return False


def compiled_with_cxx11_abi() -> bool:
    """As PyTorch is built."""
    return True


def set_anomaly_enabled(mode: bool, check_nan: bool = True) -> None:
    """Turn anomaly detection on or off."""
    anomaly.set_detect_anomaly(mode, check_nan)


def _with(kind: Any, *weights: Any) -> Any:
    """A layer of one step, with these weights."""
    cell = kind.__new__(kind)
    cell.__dict__.update(zip(("weight_ih", "weight_hh", "bias_ih", "bias_hh"), weights, strict=True))
    cell.__dict__.update(hidden_size=weights[1].shape[1], input_size=weights[0].shape[1])
    return cell


def lstm_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> tuple[Any, Any]:
    """``(h, c)`` after a step of long short-term memory."""
    return _with(LSTMCell, w_ih, w_hh, b_ih, b_hh).forward(input, hx)  # type: ignore[no-any-return]


def gru_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """``h`` after a step of a gated recurrent unit."""
    return _with(GRUCell, w_ih, w_hh, b_ih, b_hh).forward(input, hx)


def _rnn_cell(nonlinearity: str, input: Any, hx: Any, *weights: Any) -> Any:
    cell = _with(RNNCell, *weights)
    cell.nonlinearity = nonlinearity
    return cell.forward(input, hx)


def rnn_tanh_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """``h`` after a step of a plain recurrent layer."""
    return _rnn_cell("tanh", input, hx, w_ih, w_hh, b_ih, b_hh)


def rnn_relu_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """The same, with a rectifier."""
    return _rnn_cell("relu", input, hx, w_ih, w_hh, b_ih, b_hh)


def sym_int(a: Any) -> int:
    """A number of a size, as an integer."""
    return int(a)


def sym_float(a: Any) -> float:
    """A number of a size, as a float."""
    return float(a)


def sym_not(a: Any) -> bool:
    """``not``, which a symbol could not answer."""
    return not a


def sym_max(a: Any, b: Any) -> Any:
    """The greater of two; a float where one of them is."""
    return float(max(a, b)) if isinstance(a, float) or isinstance(b, float) else max(a, b)


def sym_min(a: Any, b: Any) -> Any:
    """The smaller of two; a float where one of them is."""
    return float(min(a, b)) if isinstance(a, float) or isinstance(b, float) else min(a, b)


def sym_sum(args: Any) -> Any:
    """The sum of several."""
    return sum(args)


def sym_ite(b: Any, t: Any, f: Any) -> Any:
    """One or the other."""
    return t if b else f


def sym_sqrt(a: Any) -> float:
    """The root."""
    return math.sqrt(a)
