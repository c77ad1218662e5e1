"""In which of PyTorch's files each layer lies that lies in another here: users import from there, and read it in
``type(layer)``."""

from __future__ import annotations

from collections.abc import Mapping

from ..._paths import lay
from . import normalization

_PUBLIC = {
    "activation": "MultiheadAttention",
    "batchnorm": "BatchNorm1d BatchNorm2d BatchNorm3d LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d SyncBatchNorm",
    "channelshuffle": "ChannelShuffle",
    "container": "ParameterDict ParameterList",
    "conv": "LazyConv1d LazyConv2d LazyConv3d LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d",
    "fold": "Fold Unfold",
    "instancenorm": (
        "InstanceNorm1d InstanceNorm2d InstanceNorm3d LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d"
    ),
    "linear": "LazyLinear NonDynamicallyQuantizableLinear",
    "loss": "CTCLoss LinearCrossEntropyLoss MultiLabelMarginLoss MultiMarginLoss TripletMarginWithDistanceLoss",
    "pixelshuffle": "PixelShuffle PixelUnshuffle",
    "pooling": "FractionalMaxPool2d FractionalMaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d",
    "rnn": "GRUCell LSTMCell RNNCell RNNCellBase",
    "sparse": "EmbeddingBag",
}
_BASES = {"batchnorm": "_BatchNorm _NormBase", "instancenorm": "_InstanceNorm _NormBase"}
"""Of what is not public, the bases by which scripts tell layers apart."""


def settle(package: str, layers: Mapping[str, type]) -> None:
    """Put every layer where PyTorch has it."""
    for home, names in _PUBLIC.items():
        lay(f"{package}.{home}", names, layers, own=True)
    for home, names in _BASES.items():
        lay(f"{package}.{home}", names, vars(normalization))
