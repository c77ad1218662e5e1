"""An index along another axis than the first: ``self[1]`` of a column is ``self[:, 1]``."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any


def along(index: ast.expr, params: Mapping[str, Any]) -> ast.expr:
    """The index with what stands for the axes before ``dim``; after it, where that is counted from the last."""
    dim = params.get("dim")
    if not isinstance(dim, int) or dim == 0:
        return index
    every: list[ast.expr] = [ast.Slice() for _ in range(dim if dim > 0 else -dim - 1)]
    return ast.Tuple([*every, index] if dim > 0 else [ast.Constant(...), index, *every])
