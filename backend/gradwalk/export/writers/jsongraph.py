"""JSON Graph Format, version 2 (https://jsongraphformat.info): nodes and edges as data."""

from __future__ import annotations

from typing import Any

import orjson

from gradwalk import __version__
from gradwalk.export.facts import Record, box_facts, edge_facts, node_facts
from gradwalk.export.graph.scene import Scene
from gradwalk.export.look import Look


def jsongraph(scene: Scene, look: Look) -> bytes:
    """The scene as one directed graph; what the boxes are stands in the graph's metadata, by their ids."""
    nodes = {shape.id: _labelled(node_facts(shape, look)) for shape in scene.shapes}
    edges = []
    for arrow in scene.arrows:
        facts = edge_facts(arrow, look)
        ends = {"id": arrow.id, "source": arrow.source, "target": arrow.target, "relation": arrow.kind}
        edges.append({**ends, "directed": True, "metadata": facts})
    metadata = {
        "generator": "gradwalk",
        "version": __version__,
        "boxes": {box.id: box_facts(box) for box in scene.boxes},
    }
    graph = {"type": "computation graph", "label": "Gradwalk", "directed": True, "metadata": metadata}
    return orjson.dumps({"graph": {**graph, "nodes": nodes, "edges": edges}}, option=orjson.OPT_INDENT_2) + b"\n"


def _labelled(facts: Record) -> dict[str, Any]:
    return {"label": facts["label"], "metadata": {key: fact for key, fact in facts.items() if key != "label"}}
