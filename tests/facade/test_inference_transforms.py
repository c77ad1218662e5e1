"""Transforms within inference mode, and of tensors that were made there, find what they find elsewhere."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import gradwalk.torch as torch
from gradwalk.torch.func import grad, hessian, jacfwd, jacrev, jvp, vjp, vmap


def f(x):
    return x * x * x


def right(y):
    slope, curvature = 3 * y * y, 6 * y
    ones = torch.ones_like(y)
    found = [
        (grad(lambda x: f(x).sum())(y), slope), (jacrev(f)(y), torch.diag(slope)), (jacfwd(f)(y), torch.diag(slope)),
        (jvp(f, (y,), (ones,))[1], slope), (vjp(f, y)[1](ones)[0], slope), (vmap(grad(f))(y), slope),
        (hessian(lambda x: f(x).sum())(y), torch.diag(curvature)), (jacrev(jacrev(f))(y).sum(), curvature.sum()),
        (jacfwd(jacfwd(f))(y).sum(), curvature.sum()),
    ]
    return all(torch.equal(a, b) for a, b in found)


outside, leaf = torch.arange(3.), torch.ones(2, 3, requires_grad=True)
with torch.inference_mode():
    made = torch.arange(3.) + 1
    print(right(outside), right(made), right(leaf[0]), torch.is_inference_mode_enabled())
    print(grad(lambda x: (x * made).sum())(outside), grad(lambda x: (x * made).sum())(outside).is_inference())
print(right(made), grad(lambda x: (x * made).sum())(outside), jvp(lambda x: x * made, (outside,), (outside,))[1])
with torch.no_grad():
    print(right(leaf[0]))
"""


def test_transforms_differentiate_in_inference_mode() -> None:
    said = subprocess.check_output([sys.executable, "-c", PROGRAM], text=True)
    assert said.splitlines() == [
        "True True True True",
        "tensor([1., 2., 3.]) False",
        "True tensor([1., 2., 3.]) tensor([0., 2., 6.])",
        "True",
    ]
