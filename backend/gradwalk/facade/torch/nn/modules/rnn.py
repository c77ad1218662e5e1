"""Recurrent layers: plain, LSTM and GRU, over padded or packed sequences."""

from __future__ import annotations

import math
import warnings
from typing import Any

from gradwalk.engine.autocast import State
from gradwalk.engine.dtypes import float32
from gradwalk.engine.op import OPS
from gradwalk.engine.surface.argument_parser import refusal
from gradwalk.engine.surface.creation import empty, zeros
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.surface.signatures import overloads
from gradwalk.engine.tensor import Tensor
from gradwalk.engine.warn import warn_once
from gradwalk.engine.written import written

from .. import functional as F  # noqa: N812
from .. import init
from ..parameter import Parameter
from ..utils.packing import PackedSequence
from ._recurrence import lstm_layer, over_packed, over_steps
from .module import Module

_WITH_PROJECTIONS = (
    "LSTM with projections is not supported with oneDNN. Using default implementation. (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/RNN.cpp:1512.)"
)
_ONE_TENSOR = (
    "lstm() received an invalid combination of arguments - got (Tensor, Tensor, list, bool, int, float, bool, bool, "
    "bool), but expected one of:\n"
    " * (Tensor data, Tensor batch_sizes, tuple of Tensors hx, tuple of Tensors params, bool has_biases, "
    "int num_layers, float dropout, bool train, bool bidirectional)\n"
    "      didn't match because some of the arguments have invalid types: (Tensor, Tensor, !list of [{weights}]!, "
    "!bool!, !int!, !float!, !bool!, bool, bool)\n"
    " * (Tensor input, tuple of Tensors hx, tuple of Tensors params, bool has_biases, int num_layers, float dropout, "
    "bool train, bool bidirectional, bool batch_first)\n"
    "      didn't match because some of the arguments have invalid types: (Tensor, !Tensor!, !list of [{weights}]!, "
    "bool, int, float, bool, bool, bool)\n"
)
"""What is said of an LSTM's two states stacked into one tensor."""
_GATES = {"LSTM": 4, "GRU": 3, "RNN_TANH": 1, "RNN_RELU": 1}


class RNNBase(Module):
    """Layers of recurrent cells over a sequence, in one direction or both."""

    def __init__(
        self, mode: str, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True,
        batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False, proj_size: int = 0,
        device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__()
        given, dropout = dropout, float(dropout)
        if isinstance(given, bool) or not 0 <= dropout <= 1:
            raise ValueError(
                "dropout should be a number in range [0, 1] representing the probability of an element being zeroed"
            )
        if dropout > 0 and num_layers == 1:
            warnings.warn(
                "dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects "
                f"num_layers greater than 1, but got dropout={given} and num_layers={num_layers}",
                stacklevel=2,
            )
        _check_kinds(bias, batch_first, input_size, hidden_size)
        if num_layers <= 0:
            raise ValueError("num_layers must be greater than zero")
        if proj_size < 0:
            raise ValueError("proj_size should be a positive integer or zero to disable projections")
        if proj_size >= hidden_size:
            raise ValueError("proj_size has to be smaller than hidden_size")
        self.mode = mode
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias: Any = bias
        self.batch_first = batch_first
        self.dropout = dropout
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        directions = 2 if bidirectional else 1
        gates = _GATES[mode] * hidden_size
        self._flat_weights_names: list[str] = []
        self._all_weights: list[list[str]] = []
        for layer in range(num_layers):
            for suffix in ("", "_reverse")[:directions]:
                state = proj_size or hidden_size
                width = input_size if layer == 0 else state * directions
                names = [f"{kind}_l{layer}{suffix}" for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
                sizes: list[tuple[int, ...]] = [(gates, width), (gates, state), (gates,), (gates,)]
                kept = names if bias else names[:2]
                if proj_size:
                    kept = [*kept, f"weight_hr_l{layer}{suffix}"]
                    sizes = [*sizes[: len(kept) - 1], (proj_size, hidden_size)]
                for name, size in zip(kept, sizes, strict=False):
                    setattr(self, name, Parameter(empty(size, dtype=dtype)))
                self._flat_weights_names.extend(kept)
                self._all_weights.append(kept)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all weights anew, uniformly in +-1 / sqrt(hidden_size)."""
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def flatten_parameters(self) -> None:
        """Nothing to do on the CPU."""

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"_flat_weights": self._flat_weights}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update((name, value) for name, value in state.items() if name != "_flat_weights")

    @property
    def _flat_weights(self) -> list[Any]:
        given: list[Any] | None = vars(self).get("_given_weights")
        return [getattr(self, name) for name in self._flat_weights_names] if given is None else given

    @_flat_weights.setter
    def _flat_weights(self, weights: list[Any]) -> None:
        vars(self)["_given_weights"] = weights

    def __setattr__(self, name: str, value: Any) -> None:
        if "_given_weights" in vars(self) and name in self._flat_weights_names:
            del vars(self)["_given_weights"]
        super().__setattr__(name, value)

    @property
    def all_weights(self) -> list[list[Any]]:
        """The weights of each layer and direction."""
        return [[getattr(self, name) for name in names] for names in self._all_weights]

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}"
        if self.proj_size != 0:
            text += f", proj_size={self.proj_size}"
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
        if isinstance(input, PackedSequence):
            return self._over_packed(input, hx)
        if input.dim() not in (2, 3):
            kind = f"{input.ndim}D tensor" if self._get_name() == "RNN" else f"{input.ndim}D"
            raise ValueError(f"{self._get_name()}: Expected input to be 2D or 3D, got {kind} instead")
        alone, batch_dim = input.ndim == 2, 0 if self.batch_first else 1
        given = input.unsqueeze(batch_dim) if alone else input
        if hx is not None:
            self._check_ranks([hx[0], hx[1]] if self.mode == "LSTM" else [hx], alone)
        self._check_input(given)
        if self.proj_size:
            warn_once(_WITH_PROJECTIONS)
        first = self._start(hx, given.shape[batch_dim], given.dtype, alone)
        if not (isinstance(self.bias, bool) and isinstance(self.bidirectional, bool) and type(self.num_layers) is int):
            self._refuse_options(given, first)
        steps = given.transpose(0, 1) if self.batch_first else given
        if not len(steps):
            raise RuntimeError("Expected sequence length to be larger than 0 in RNN")
        output, last = self._layers(steps, first, None)
        if self.batch_first:
            in_place = OPS["transpose_.fresh"]
            output = output.transpose(0, 1) if self.mode == "LSTM" else written(in_place(output, dim0=0, dim1=1))
        if alone:
            return output.squeeze(batch_dim), self._finished([each.squeeze(1) for each in last])
        return output, self._finished(last)

    def _refuse_options(self, x: Any, first: list[Any]) -> None:
        """Raises TypeError for options of another type than PyTorch's op takes, which is told them with each call."""
        options = self.num_layers, self.dropout, self.training, self.bidirectional, self.batch_first
        given = x, tuple(first) if self.mode == "LSTM" else first[0], self._flat_weights, self.bias, *options
        raise TypeError(refusal(overloads("torch", self.mode.lower()), given, {}))

    def _in_one(self, x: Any) -> bool:
        """Whether a layer is one op: PyTorch hands LSTMs of float32 to oneDNN."""
        return self.mode == "LSTM" and not self.proj_size and bool(x.dtype == float32)

    def _check_input(self, x: Any) -> None:
        kind = getattr(self, self._all_weights[0][0]).dtype
        if x.dtype != kind and not State.enabled:
            raise ValueError(
                f"RNN input dtype ({x.dtype}) does not match weight dtype ({kind}). Convert input: input.to({kind}), "
                f"or convert model: model.to({x.dtype})"
            )
        if x.shape[-1] != self.input_size:
            raise RuntimeError(
                f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got {x.shape[-1]}"
            )

    def _over_packed(self, packed: PackedSequence, hx: Any) -> Any:
        data, batch_sizes, order, back = packed
        self._check_input(data)
        sizes = [int(n) for n in batch_sizes._array]
        first = self._start(hx, sizes[0], data.dtype, False)
        if hx is not None and order is not None:
            first = [each.index_select(1, order) for each in first]
        output, last = self._layers(data, first, sizes)
        if back is not None:
            last = [each.index_select(1, back) for each in last]
        return PackedSequence(output, batch_sizes, order, back), self._finished(last)

    def _options(self) -> dict[str, Any]:
        """What PyTorch's node remembers of the layer."""
        names = ("hidden_size", "num_layers", "bidirectional", "batch_first")
        return {name: getattr(self, name) for name in names} | {"train": self.training}

    def _finished(self, last: list[Any]) -> Any:
        return tuple(last) if self.mode == "LSTM" else last[0]

    def _start(self, hx: Any, batch: int, dtype: Any, alone: bool) -> list[Any]:
        count = self.num_layers * (2 if self.bidirectional else 1)
        widths = [self.proj_size or self.hidden_size]
        if self.mode == "LSTM":
            widths.append(self.hidden_size)
        if hx is None:
            return [zeros(count, batch, width, dtype=dtype) for width in widths]
        given = [hx[0], hx[1]] if self.mode == "LSTM" else [hx]
        if alone:
            given = [each.unsqueeze(1) for each in given]
        for number, (each, width) in enumerate(zip(given, widths, strict=True)):
            if tuple(each.shape) != (count, batch, width):
                name = f"hidden[{number}]" if self.mode == "LSTM" else "hidden"
                raise RuntimeError(f"Expected {name} size {(count, batch, width)}, got {list(each.shape)}")
        if self.mode == "LSTM" and isinstance(hx, Tensor) and not alone:
            weights = ", ".join("Parameter" for _ in self.parameters())
            raise TypeError(_ONE_TENSOR.format(weights=weights))
        return given

    def _check_ranks(self, given: list[Any], alone: bool) -> None:
        wanted = 2 if alone else 3
        if all(each.dim() == wanted for each in given):
            return
        kind = "unbatched 2-D" if alone else "batched 3-D"
        if self.mode == "LSTM":
            raise RuntimeError(
                f"For {kind} input, hx and cx should also be {wanted}-D but got ({given[0].ndim}-D, {given[1].ndim}-D) "
                "tensors"
            )
        raise RuntimeError(f"For {kind} input, hx should also be {wanted}-D but got {given[0].ndim}-D tensor")

    def _layers(self, steps: Any, first: list[Any], sizes: list[int] | None) -> tuple[Any, list[Any]]:
        """All layers in all directions; over packed sequences if ``sizes`` says how many there are at each step."""
        directions = 2 if self.bidirectional else 1
        in_one = sizes is None and self._in_one(steps)
        if in_one:
            steps = steps.contiguous()
        else:
            first = [each.unbind(0) for each in first]
        last: list[list[Any]] = []
        found = dict(zip(self._flat_weights_names, self._flat_weights, strict=True))
        for layer in range(self.num_layers):
            outputs = []
            for direction in range(directions):
                place = layer * directions + direction
                state = [each[place] for each in first]
                weights = {name.partition("_l")[0]: found[name] for name in self._all_weights[place]}
                if in_one:
                    output, state = lstm_layer(steps, state, weights, bool(direction), **self._options())
                elif sizes is None:
                    output, state = over_steps(self.mode, steps, state, weights, bool(direction))
                else:
                    output, state = over_packed(self.mode, steps, sizes, state, weights, bool(direction))
                outputs.append(output)
                last.append(state)
            steps = outputs[0] if directions == 1 else FUNCTIONS["cat"](outputs, -1)
            if self.dropout and self.training and layer < self.num_layers - 1:
                steps = F.dropout(steps, self.dropout, True)
        return steps, [FUNCTIONS["stack"](list(parts), 0) for parts in zip(*last, strict=True)]


def _check_kinds(bias: object, batch_first: object, input_size: object, hidden_size: object) -> None:
    for name, value in (("bias", bias), ("batch_first", batch_first)):
        if not isinstance(value, bool):
            raise TypeError(f"{name} should be of type bool, got: {type(value).__name__}")
    for name, value in (("input_size", input_size), ("hidden_size", hidden_size)):
        if not isinstance(value, int):
            raise TypeError(f"{name} should be of type int, got: {type(value).__name__}")
        if value <= 0:
            raise ValueError(f"{name} must be greater than zero")


class RNN(RNNBase):
    """Plain recurrent layers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "proj_size" in kwargs:
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        if len(args) > 3:
            nonlinearity, args = args[3], args[:3] + args[4:]
        else:
            nonlinearity = kwargs.pop("nonlinearity", "tanh")
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'.")
        self.__dict__["nonlinearity"] = nonlinearity
        super().__init__("RNN_" + nonlinearity.upper(), *args, **kwargs)


class LSTM(RNNBase):
    """Layers of long short-term memory."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("LSTM", *args, **kwargs)


class GRU(RNNBase):
    """Layers of gated recurrent units."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "proj_size" in kwargs:
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        super().__init__("GRU", *args, **kwargs)
