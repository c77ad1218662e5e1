"""``torch.fx``: a module's forward run on stand-ins for tensors, which write down what is done with them.

A :class:`Tracer` calls the forward with a :class:`Proxy` for each argument; what is called on these becomes the
:class:`Node`\\ s of a :class:`Graph`, and a :class:`GraphModule` is the layer whose forward that graph is, as Python.
"""

from __future__ import annotations

from typing import Any

from .._missing import missing
from .._refused_parts import lay_refused
from ._symbolic_trace import PH, ProxyableClassMeta, Tracer, symbolic_trace, wrap
from .graph import CodeGen, Graph
from .graph_module import GraphModule
from .interpreter import Interpreter, Transformer
from .node import Node, has_side_effect, map_arg
from .proxy import Proxy
from .subgraph_rewriter import replace_pattern

__all__ = [
    "PH",
    "CodeGen",
    "Graph",
    "GraphModule",
    "Interpreter",
    "Node",
    "Proxy",
    "ProxyableClassMeta",
    "Tracer",
    "Transformer",
    "has_side_effect",
    "map_arg",
    "replace_pattern",
    "symbolic_trace",
    "wrap",
]  # fmt: skip

lay_refused(__name__)


def __getattr__(name: str) -> Any:
    raise missing("torch.fx", name)
