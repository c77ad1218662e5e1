"""The examples in the docstrings of an installed PyTorch, one lesson for each name: JSON, a lesson a line.

PYTHON_WITH_TORCH -m tests.oracle.thirdparty.docstrings > docstrings.jsonl
"""

from __future__ import annotations

import importlib
import inspect
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from tests.oracle.thirdparty.lesson import Lesson, examples

MODULES = (
    "torch", "torch.nn", "torch.nn.functional", "torch.nn.init", "torch.nn.utils", "torch.nn.utils.parametrize",
    "torch.optim", "torch.optim.lr_scheduler", "torch.optim.swa_utils", "torch.autograd", "torch.autograd.functional",
    "torch.autograd.forward_ad", "torch.autograd.graph", "torch.autograd.function", "torch.func", "torch.linalg",
    "torch.special", "torch.utils.data", "torch.utils.checkpoint", "torch.testing", "torch.random", "torch.fft",
)  # fmt: skip
CLASSES = ("Tensor", "autograd.Function", "autograd.graph.Node", "nn.Module", "optim.Optimizer")
"""Classes whose methods have docstrings of their own."""


def lessons() -> Iterator[Lesson]:
    """One for each public name that has examples; a name that is found twice counts where it is found first."""
    torch = importlib.import_module("torch")
    seen: set[tuple[str, ...]] = set()
    for name, owner in _owners(torch):
        for attribute in sorted(_public(owner)):
            try:
                thing = inspect.getattr_static(owner, attribute)
                text = inspect.getdoc(getattr(owner, attribute))
            except Exception:
                continue
            cells = examples(text or "")
            if inspect.ismodule(thing) or not cells or cells in seen:
                continue
            seen.add(cells)
            yield Lesson(f"docstrings of {_family(name)}", f"{name}.{attribute}", cells, whole=True)


def _owners(torch: Any) -> Iterator[tuple[str, Any]]:
    for name in MODULES:
        yield name, importlib.import_module(name)
    for dotted in CLASSES:
        owner = torch
        for part in dotted.split("."):
            owner = getattr(owner, part)
        yield f"torch.{dotted}", owner


def _public(owner: Any) -> set[str]:
    """What is documented of a module or class; the nameless helpers that it imports are not."""
    named = getattr(owner, "__all__", None)
    names = set(named) if named and inspect.ismodule(owner) else set(dir(owner))
    if owner.__name__ == "torch":
        names |= set(dir(owner._C._VariableFunctions))
    return {name for name in names if not name.startswith("_")}


def _family(name: str) -> str:
    """The first two parts of a dotted name."""
    return ".".join(name.split(".")[:2])


def main() -> None:
    for lesson in lessons():
        print(json.dumps(asdict(lesson)))


if __name__ == "__main__":
    main()
