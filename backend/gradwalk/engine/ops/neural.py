"""The ops behind ``torch.nn``."""

from . import nn_loss, nn_module

__all__ = ["nn_loss", "nn_module"]
