"""Gradwalk: walk through automatic differentiation, step by step, on a drawn computation graph."""
