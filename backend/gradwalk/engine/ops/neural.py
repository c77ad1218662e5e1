"""The ops behind ``torch.nn``."""

from . import (
    nn_attention,
    nn_averaging,
    nn_bag,
    nn_convolution,
    nn_grid,
    nn_loss,
    nn_margin,
    nn_module,
    nn_norm,
    nn_packing,
    nn_padding,
    nn_pooling,
    nn_resizing,
    nn_sparse,
    nn_vision,
    nn_weight_norm,
)

__all__ = [
    "nn_attention",
    "nn_averaging",
    "nn_bag",
    "nn_convolution",
    "nn_grid",
    "nn_loss",
    "nn_margin",
    "nn_module",
    "nn_norm",
    "nn_packing",
    "nn_padding",
    "nn_pooling",
    "nn_resizing",
    "nn_sparse",
    "nn_vision",
    "nn_weight_norm",
]
