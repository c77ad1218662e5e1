"""The ops behind ``torch.nn``."""

from . import nn_convolution, nn_loss, nn_module, nn_norm, nn_padding, nn_pooling, nn_sparse

__all__ = ["nn_convolution", "nn_loss", "nn_module", "nn_norm", "nn_padding", "nn_pooling", "nn_sparse"]
