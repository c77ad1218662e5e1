"""``torch.fx.passes``: what goes over a graph."""

from __future__ import annotations

from typing import Any

from ..._missing import missing
from ..._refused_parts import lay_refused

__all__: list[str] = []

lay_refused(__name__)


def __getattr__(name: str) -> Any:
    raise missing("torch.fx.passes", name)
