"""Names at the paths where PyTorch has them: scripts import from its files, which are others than Gradwalk's."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any


def lay(path: str, names: str, found: Mapping[str, Any], *, own: bool = False) -> None:
    """Have a module at ``path`` with ``names``, which are in ``found``, there perhaps otherwise called
    (``theirs=ours``). ``own``: that is where PyTorch says of them that they are from."""
    module = sys.modules.get(path)
    if module is None:
        module = sys.modules[path] = ModuleType(path)
        parent, _, last = path.rpartition(".")
        setattr(sys.modules[parent], last, module)
    for name in names.split():
        theirs, _, ours = name.partition("=")
        value = found[ours or theirs]
        if own:
            value.__module__ = path
        setattr(module, theirs, value)
