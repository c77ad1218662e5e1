"""What is said of a name that is not there: PyTorch's words, and what Gradwalk has instead where it helps."""

from __future__ import annotations

import difflib
import sys

_NOT_HERE = {
    "bfloat16": "numpy cannot carry it; use torch.float16 or torch.float32",
    "complex64": "there are no complex tensors; keep real and imaginary parts apart",
    "complex128": "there are no complex tensors; keep real and imaginary parts apart",
    "complex": "there are no complex tensors; keep real and imaginary parts apart",
    "save": "nothing is kept between runs; state_dict() shows what there is to keep",
    "load": "nothing is kept between runs; make the tensors in the snippet",
    "compile": "the snippet runs as it is written; leave the call out",
    "binomial": "of the discrete distributions there are bernoulli, poisson, multinomial and randint",
    "sparse_coo_tensor": "there are no sparse tensors; use torch.tensor",
    "quantize_per_tensor": "there are no quantised tensors; use torch.float32",
}
"""What PyTorch has and Gradwalk does not, and what to do instead."""


def missing(module: str, name: str) -> AttributeError:
    """The error for ``module.name``; names the nearest that exists."""
    words = f"module '{module}' has no attribute '{name}'"
    if name.startswith("_"):
        return AttributeError(words)
    if module == "torch" and name in _NOT_HERE:
        return AttributeError(f"{words}: Gradwalk does not have it, {_NOT_HERE[name]}.")
    known = getattr(sys.modules.get(module), "__all__", [])
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
    if near:
        words += f". Did you mean: '{near[0]}'?"
    return AttributeError(words)
