"""Gradwalk: walk through automatic differentiation, step by step, on a drawn computation graph."""

__version__ = "0.1.0"
