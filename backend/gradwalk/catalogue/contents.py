"""The catalogue: ops from their declarations, names from the facade's modules."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from gradwalk.engine import OPS, Op, Tensor
from gradwalk.engine.names import OWNERS, names_of, present
from gradwalk.formula import typeset

_FACADE = str(Path(__file__).parents[1] / "facade")


def catalogue() -> dict[str, Any]:
    """``torch_version``; ``ops``, by name; ``names``, by the module or class they belong to."""
    if _FACADE not in sys.path:
        sys.path.insert(0, _FACADE)
    torch = importlib.import_module("torch")
    return {
        "torch_version": str(torch.__version__),
        "ops": [_op(OPS[name]) for name in sorted(OPS)],
        "names": _names(),
    }


def _op(op: Op) -> dict[str, Any]:
    return {
        "name": op.name,
        "category": op.category,
        "operands": [f"{x}[]" if op.takes_list else x for x in op.operands],
        "params": {name: repr(default) for name, default in op.params.items()},
        "grad_fn": op.grad_fn,
        "is_view": op.is_view,
        "forward": None if op.forward_text is None else _formula(op.forward_text, op.params),
        "vjps": [{"argument": argument, "formula": _formula(vjp.text, op.params)} for argument, vjp in op.vjps.items()],
    }


def _formula(text: str, params: dict[str, Any]) -> dict[str, str]:
    return {"text": text, "latex": typeset(text, params).latex()}


def _names() -> dict[str, list[str]]:
    """PyTorch's public names that are here."""
    found = {}
    for owner in OWNERS:
        holder: Any = Tensor if owner == "torch.Tensor" else _module(owner)
        here = [] if holder is None else sorted(names_of(owner).intersection(present(holder)))
        if here:
            found[owner] = here
    return dict(sorted(found.items()))


def _module(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None
