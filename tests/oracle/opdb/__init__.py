"""PyTorch's own database of operators (`op_db`) as the measure of Gradwalk's.

`sample` takes every operator's sample inputs under a Python that has PyTorch, calls each as a user would and writes
down what PyTorch lets one see; `check` makes the same calls under Gradwalk's facade and compares; `table` counts.
"""
