"""What is said of a name that is not there: PyTorch's words, and what Gradwalk has instead where it helps."""

from __future__ import annotations

import difflib
import sys


def missing(module: str, name: str) -> AttributeError:
    """The error for ``module.name``; names the nearest that exists."""
    words = f"module '{module}' has no attribute '{name}'"
    if name.startswith("_"):
        return AttributeError(words)
    known = getattr(sys.modules.get(module), "__all__", [])
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
    if near:
        words += f". Did you mean: '{near[0]}'?"
    return AttributeError(words)
