"""GraphML: for networkx, Gephi, yEd and igraph, with everything that is known of a node or an edge as its data."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from gradwalk.export.facts import Fact, Record, box_path, edge_facts, node_facts
from gradwalk.export.graph.scene import Scene
from gradwalk.export.look import Look

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">'
)
_TYPES = {bool: "boolean", int: "int", str: "string", list: "string"}


def graphml(scene: Scene, look: Look) -> str:
    """The scene as one directed graph; ``box`` says what the boxes around a node are called."""
    nodes = {shape.id: node_facts(shape, look) for shape in scene.shapes}
    for shape in scene.shapes:
        if shape.box is not None:
            nodes[shape.id]["box"] = " › ".join(box_path(scene, shape.box))
    edges = [(arrow, edge_facts(arrow, look)) for arrow in scene.arrows]
    lines = [_HEAD, *_keys("node", nodes.values()), *_keys("edge", [facts for _, facts in edges])]
    lines.append('  <graph id="gradwalk" edgedefault="directed">')
    for name, facts in nodes.items():
        lines.append(f'    <node id="{name}">{_data("node", facts)}</node>')
    for arrow, facts in edges:
        ends = f'id="{escape(arrow.id)}" source="{arrow.source}" target="{arrow.target}"'
        lines.append(f"    <edge {ends}>{_data('edge', facts)}</edge>")
    return "\n".join([*lines, "  </graph>", "</graphml>", ""])


def _keys(what: str, records: Iterable[Record]) -> list[str]:
    """What kind of data there is; GraphML wants that said first."""
    types: dict[str, str] = {}
    for record in records:
        types |= {name: _TYPES[type(fact)] for name, fact in record.items()}
    return [
        f'  <key id="{what}-{name}" for="{what}" attr.name="{name}" attr.type="{kind}"/>'
        for name, kind in sorted(types.items())
    ]


def _data(what: str, facts: Record) -> str:
    return "".join(f'<data key="{what}-{name}">{_said(fact)}</data>' for name, fact in facts.items())


def _said(fact: Fact) -> str:
    return str(fact).lower() if isinstance(fact, bool) else escape(str(fact), quote=False)
