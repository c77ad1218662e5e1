"""One layer of an LSTM in one op."""

from __future__ import annotations

from ..functions.lstm_layers import lstm_layer
from ..op import define

_OPERANDS = "input, weight0, weight1, weight2, weight3, hx_, cx_"

mkldnn_rnn_layer = define(
    f"mkldnn_rnn_layer({_OPERANDS}, *, reverse=False, batch_sizes=(), mode=2, hidden_size=0, num_layers=1, "
    "has_biases=True, bidirectional=False, batch_first=False, train=False)",
    lstm_layer, "MkldnnRnnLayerBackward0", {_OPERANDS: f"lstm_layer_backward(grads, {_OPERANDS}, reverse)"},
    results=("result0", "result1", "result2", "result3"), differentiable=3,
    saves=(
        "result0", "result1", "result2", "result3", "batch_sizes", "mode", "hidden_size", "num_layers", "has_biases",
        "bidirectional", "batch_first", "train",
    ),
    shown="lstm(input, hx_, cx_)", category="linalg",
)  # fmt: skip
