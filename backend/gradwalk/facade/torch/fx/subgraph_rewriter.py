"""``torch.fx.subgraph_rewriter``: parts of a graph that look like a pattern, replaced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..nn import Module
from ._symbolic_trace import symbolic_trace
from .graph import Graph
from .graph_module import GraphModule, copy_member
from .node import Node

__all__ = ["Match", "replace_pattern"]


class Match(NamedTuple):
    """A part that was replaced: its last node, and the node for each of the pattern's."""

    anchor: Node
    nodes_map: dict[Node, Node]


def replace_pattern(gm: GraphModule, pattern: Callable[..., Any] | GraphModule,
                    replacement: Callable[..., Any] | GraphModule) -> list[Match]:  # fmt: skip
    """Replace each part of a graph that looks like that of ``pattern`` by ``replacement``'s, and say which they were.

    No other node may use what is inside of a part.
    """
    wanted, other = _graph_of(pattern), _graph_of(replacement)
    found: list[dict[Node, Node]] = []
    taken: set[Node] = set()
    last = wanted.output_node().args[0]
    if not isinstance(last, Node):
        raise NotImplementedError("Gradwalk's torch.fx replaces patterns that return one value.")
    for node in gm.graph.nodes:
        mapped: dict[Node, Node] = {}
        if _matches(last, node, mapped) and _is_closed(mapped, last):
            inside = {x for p, x in mapped.items() if p.op != "placeholder"}
            if not inside & taken:
                taken |= inside
                found.append(mapped)
    replaced: dict[Node, Node] = {}
    for mapped in found:
        _replace(gm, wanted, other, mapped, last, replaced)
    if not isinstance(replacement, Graph) and isinstance(replacement, Module):
        for node in other.nodes:
            if node.op in ("get_attr", "call_module"):
                copy_member(replacement, gm, node.target)
    gm.recompile()
    return [Match(mapped[last], mapped) for mapped in found]


def _graph_of(what: Any) -> Graph:
    if isinstance(what, Graph):
        return what
    return what.graph if isinstance(what, GraphModule) else symbolic_trace(what).graph


def _matches(pattern: Node, node: Any, mapped: dict[Node, Node]) -> bool:
    """Whether what a node gives is made as the pattern says; ``mapped`` gets the node for each of the pattern's."""
    if pattern in mapped:
        return mapped[pattern] is node
    if not isinstance(node, Node):
        return False
    if pattern.op != "placeholder":
        if (pattern.op, pattern.target) != (node.op, node.target):
            return False
        mapped[pattern] = node
        return _same(pattern.args, node.args, mapped) and _same(pattern.kwargs, node.kwargs, mapped)
    mapped[pattern] = node
    return True


def _same(wanted: Any, given: Any, mapped: dict[Node, Node]) -> bool:
    if isinstance(wanted, Node):
        return _matches(wanted, given, mapped)
    if isinstance(wanted, list | tuple):
        return (
            isinstance(given, list | tuple)
            and len(wanted) == len(given)
            and all(_same(x, y, mapped) for x, y in zip(wanted, given, strict=True))
        )
    if isinstance(wanted, dict):
        return (
            isinstance(given, dict)
            and wanted.keys() == given.keys()
            and all(_same(x, given[key], mapped) for key, x in wanted.items())
        )
    return type(wanted) is type(given) and bool(wanted == given)


def _is_closed(mapped: dict[Node, Node], last: Node) -> bool:
    """Whether nobody outside uses what is inside."""
    inside = {node for pattern, node in mapped.items() if pattern.op != "placeholder"}
    return all(
        user in inside
        for pattern, node in mapped.items()
        if pattern.op != "placeholder" and pattern is not last
        for user in node.users
    )


def _replace(gm: GraphModule, wanted: Graph, other: Graph, mapped: dict[Node, Node], last: Node,
             replaced: dict[Node, Node]) -> None:  # fmt: skip
    given = [x for x in wanted.nodes if x.op == "placeholder"]
    taking = [x for x in other.nodes if x.op == "placeholder"]
    if len(given) != len(taking):
        raise AssertionError(
            f"Placeholders count mismatch between pattern ({len(given)}) and replacement ({len(taking)})"
        )
    values = {
        new: replaced.get(mapped[old], mapped[old]) for old, new in zip(given, taking, strict=True) if old in mapped
    }
    anchor = mapped[last]
    first = next((x for x in gm.graph.nodes if x in anchor.users), None)
    with gm.graph.inserting_before(first if first is not None else anchor):
        result = gm.graph.graph_copy(other, values)
    if not isinstance(result, Node):
        raise NotImplementedError("Gradwalk's torch.fx replaces patterns by what returns one value.")
    anchor.replace_all_uses_with(result)
    replaced[anchor] = result
    for pattern in reversed([*wanted.nodes]):
        if pattern.op not in ("placeholder", "output") and pattern in mapped:
            gm.graph.erase_node(mapped[pattern])
