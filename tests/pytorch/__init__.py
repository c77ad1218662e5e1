"""What listens to real PyTorch, tried on real PyTorch: `python -m tests.pytorch PYTHON`, with a Python that has it."""
