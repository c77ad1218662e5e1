"""What data formats say of a scene: a flat record for each node, edge and box."""

from __future__ import annotations

from gradwalk.export.graph.scene import Arrow, Box, Scene, Shape
from gradwalk.export.look import PALETTES, Look
from gradwalk.export.writers.dot import colours

Fact = str | int | bool | list[int]
Record = dict[str, Fact]


def node_facts(shape: Shape, look: Look) -> Record:
    """Of a card. What it has not is left out; ``label`` is all that stands on it, a line each."""
    line, _, _ = colours(shape, PALETTES[look.theme])
    gradient = shape.gradient.partition(" ")[2]
    arriving = gradient.startswith("←")
    value = "\n".join(shape.value)
    name_and_value = " ".join(part for part in (shape.name, value) if part)
    heading = " ".join(part for part in (shape.title, shape.aside) if part)
    found: dict[str, Fact | None] = {
        "label": "\n".join(part for part in (heading, name_and_value, shape.gradient) if part),
        "kind": shape.kind,
        "state": shape.state,
        "direction": shape.direction,
        "title": shape.title,
        "name": shape.name or None,
        "value": value or None,
        "gradient": None if arriving else gradient or None,
        "arriving": gradient.removeprefix("← ") if arriving else None,
        "grad_fn": shape.grad_fn,
        "shape": None if shape.shape is None else list(shape.shape),
        "dtype": shape.dtype or None,
        "requires_grad": None if shape.kind == "folded" else shape.requires_grad,
        "version": shape.version,
        "count": shape.count if shape.kind == "folded" else None,
        "box": shape.box,
        "color": line,
        "style": "dashed" if shape.tone == "detached" else "dotted" if shape.state == "pending" else "solid",
    }
    return {key: fact for key, fact in found.items() if fact is not None}


def edge_facts(arrow: Arrow, look: Look) -> Record:
    """Of a link. ``gradient`` is what went back along it."""
    palette = PALETTES[look.theme]
    back = arrow.direction == "backward"
    found: dict[str, Fact | None] = {
        "kind": arrow.kind,
        "reason": arrow.reason,
        "slot": arrow.slot,
        "state": arrow.state,
        "direction": arrow.direction,
        "gradient": arrow.cotangent or None,
        "color": palette.backward if back else palette.edge if arrow.kind == "tracked" else palette.off,
        "style": "solid" if arrow.kind == "tracked" else "dashed",
    }
    return {key: fact for key, fact in found.items() if fact is not None}


def box_facts(box: Box) -> Record:
    """Of a box."""
    found: dict[str, Fact | None] = {"label": box.label, "kind": box.kind, "parent": box.parent}
    return {key: fact for key, fact in found.items() if fact is not None}


def box_path(scene: Scene, box: str | None) -> list[str]:
    """What the boxes around a place are called, outermost first."""
    known, labels = {made.id: made for made in scene.boxes}, list[str]()
    while box is not None:
        labels.append(known[box].label)
        box = known[box].parent
    return labels[::-1]
