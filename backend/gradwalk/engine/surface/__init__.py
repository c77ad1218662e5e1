"""PyTorch's public names over the op table: functions for the facade, methods for the tensor class."""

from .registry import FUNCTIONS, METHODS

__all__ = ["FUNCTIONS", "METHODS"]
