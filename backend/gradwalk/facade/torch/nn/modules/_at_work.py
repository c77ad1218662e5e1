"""Tells whoever watches the engine which module is at work, under the name that the module around it has for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradwalk.engine.observe import Observer

_AT_WORK: list[Any] = []
"""The modules that are being called, outer before inner."""


def call_watched(watcher: Observer, module: Any, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """``call(*args, **kwargs)`` as the work of ``module``."""
    work = watcher.work_begins("module", _label(module))
    _AT_WORK.append(module)
    try:
        return call(*args, **kwargs)
    finally:
        _AT_WORK.pop()
        watcher.work_ends(work)


def _label(module: Any) -> str:
    """``layers.0: Linear`` inside another module, ``Linear`` by itself."""
    kind: str = module._get_name()
    if not _AT_WORK:
        return kind
    for name, member in _AT_WORK[-1].named_modules():
        if member is module and name:
            return f"{name}: {kind}"
    return kind
