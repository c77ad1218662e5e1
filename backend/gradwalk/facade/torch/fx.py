"""``torch.fx``: the graph is shown as it is built; what would trace it without running it is refused."""

from __future__ import annotations

from typing import Any

from ._missing import missing
from ._refused import refused
from ._refused_parts import lay_refused

_REFUSED = refused(
    "torch.fx",
    (
        "symbolic_trace",
        "Tracer",
        "Graph",
        "GraphModule",
        "Interpreter",
        "Transformer",
        "Node",
        "Proxy",
        "wrap",
        "replace_pattern",
        "has_side_effect",
        "map_arg",
    ),
    "the graph is shown as it is built; leave the tracing out",
)
globals().update(_REFUSED)
lay_refused(__name__)

__all__ = [*_REFUSED]


def __getattr__(name: str) -> Any:
    raise missing("torch.fx", name)
