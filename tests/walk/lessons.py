"""What the tests of this directory trace."""

from __future__ import annotations

from pathlib import Path

LESSON = Path(__file__).resolve().parents[1] / "data" / "autograd.ipynb"

PRODUCT = """\
import torch
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = (x * x).sum()
y.backward()
y
"""
