"""A scene on its layout as simple things to draw, which SVG and PDF both know: areas, curves, arrows, words."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import Literal

from gradwalk.export.graph.scene import Arrow, Box, Scene, Shape
from gradwalk.export.layout import Area, Layout, Point, Route
from gradwalk.export.look import Palette
from gradwalk.export.writers.dot import BAND, NOTE, ROW, SIDE, aside_colour, colours

RADIUS = 10.0
MARGIN = 20.0
HEAD, HALF = 10.0, 4.2
"""Length and half the width of an arrow's head."""

Dash = tuple[float, float] | None
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Plate:
    """A rounded rectangle; ``band`` colours its top as far as ``BAND``."""

    area: Area
    fill: str | None
    line: str | None
    width: float = 1.4
    dash: Dash = None
    radius: float = RADIUS
    band: str | None = None


@dataclass(frozen=True)
class Curve:
    """A Bézier curve of one or more pieces."""

    points: tuple[Point, ...]
    line: str
    width: float
    dash: Dash = None


@dataclass(frozen=True)
class Head:
    """A filled triangle."""

    points: tuple[Point, Point, Point]
    fill: str


@dataclass(frozen=True)
class Span:
    """Words in one type."""

    text: str
    colour: str
    size: float
    bold: bool = False
    gap: float = 0.0
    """Room before it."""


@dataclass(frozen=True)
class Words:
    """One line: spans one after the other, from (x, y) on, around it or up to it."""

    x: float
    y: float
    spans: tuple[Span, ...]
    anchor: Anchor = "start"
    halo: str | None = None
    """What is drawn round it, to lift it off what is behind."""


Item = Plate | Curve | Head | Words


@dataclass(frozen=True)
class Group:
    """What belongs together, with its id and what a reader is told of it."""

    id: str
    role: str
    title: str
    items: tuple[Item, ...]


def draw(scene: Scene, layout: Layout, palette: Palette) -> list[Group]:
    """Boxes, then links, then what the boxes are called, then cards: each a group."""
    boxes = [_box(box, layout.boxes[box.id], palette) for box in scene.boxes if box.id in layout.boxes]
    known = [arrow for arrow in scene.arrows if arrow.id in layout.routes]
    sides = label_sides(known, layout)
    links = [link(arrow, layout.routes[arrow.id], palette, sides[arrow.id]) for arrow in known]
    titles = [_box_title(box, layout.boxes[box.id], palette) for box in scene.boxes if box.id in layout.boxes]
    return [*boxes, *links, *titles, *(card(shape, layout.shapes[shape.id], palette) for shape in scene.shapes)]


def _box(box: Box, area: Area, palette: Palette) -> Group:
    recorded = box.kind in ("backward", "vjp")
    line = palette.backward_line if recorded else palette.line_strong
    return Group(box.id, f"box {box.kind}", box.label, (Plate(area, palette.raised, line, 1.2, radius=12),))


def _box_title(box: Box, area: Area, palette: Palette) -> Group:
    recorded = box.kind in ("backward", "vjp")
    span = Span(box.label, palette.backward if recorded else palette.muted, 12)
    words = Words(area.x + 10, area.y + 16, (span,), halo=palette.raised)
    return Group(f"{box.id}-title", "box-title", box.label, (words,))


def card(shape: Shape, area: Area, palette: Palette) -> Group:
    """A card with its band, its name and value, its gradient."""
    line, band, strong = colours(shape, palette)
    pending, plain = shape.state == "pending", shape.tone in ("folded", "detached")
    fill = {"folded": palette.raised, "detached": palette.off_soft}.get(shape.tone, palette.surface)
    dash: Dash = (7.0, 5.0) if shape.tone == "detached" else (2.0, 4.0) if pending else None
    width = 3.4 if shape.state == "active" else 1.4
    items: list[Item] = [
        Plate(area, None if pending else fill, line, width, dash, band=None if pending or plain else band)
    ]
    x, y = area.x + SIDE, area.y
    heading = [Span(shape.title, strong, 14, bold=True)]
    if shape.aside:
        heading.append(Span(shape.aside, aside_colour(shape, palette), 13, gap=8))
    items.append(Words(x, y + 18, tuple(heading)))
    y += BAND
    ink = palette.faint if pending else palette.ink
    for number in range(shape.rows):
        spans = [Span(shape.name, ink, 18, bold=True)] if number == 0 and shape.name else []
        if number < len(shape.value):
            spans.append(Span(shape.value[number], ink, 16, gap=11 if spans else 0))
        if spans:
            items.append(Words(x, y + 20, tuple(spans)))
        y += ROW
    if shape.gradient:
        bold = shape.direction == "backward"
        items.append(Words(x, y + NOTE - 7, (Span(shape.gradient, palette.backward, 15, bold=bold),)))
    return Group(shape.id, f"card {shape.tone} {shape.state}", _said(shape), tuple(items))


def _said(shape: Shape) -> str:
    value = " ".join(part.strip() for part in shape.value)
    parts = [shape.title, shape.aside, shape.name, value, shape.gradient]
    return ", ".join(part for part in parts if part)


Side = Literal["left", "right", "above", "below"] | None


def label_sides(arrows: list[Arrow], layout: Layout) -> dict[str, Side]:
    """On which side of each link its label stands: the outer one of links side by side, and between them none."""
    beside: dict[tuple[str, str], list[str]] = {}
    for arrow in arrows:
        beside.setdefault((arrow.source, arrow.target), []).append(arrow.id)
    sides: dict[str, Side] = {arrow.id: None for arrow in arrows}
    for ids in beside.values():
        level = _is_level(layout.routes[ids[0]])
        ids.sort(key=lambda name: _middle(layout.routes[name].points)[level])
        sides[ids[-1]] = "below" if level else "right"
        if len(ids) > 1 or level:
            sides[ids[0]] = "above" if level else "left"
    return sides


def _is_level(route: Route) -> bool:
    (x, y), (tip_x, tip_y) = route.points[0], route.tip
    return abs(tip_x - x) > abs(tip_y - y)


def _label(text: str, side: Side, middle: Point, palette: Palette) -> Words:
    """What flows back, beside its link."""
    x, y = middle
    spans = (Span(text, palette.backward, 13, bold=True),)
    if side in ("above", "below"):
        return Words(x, y + (-9 if side == "above" else 19), spans, "middle", halo=palette.ground)
    left = side == "left"
    return Words(x + (-8 if left else 8), y + 4.5, spans, "end" if left else "start", halo=palette.ground)


def link(arrow: Arrow, route: Route, palette: Palette, side: Side) -> Group:
    """A link: blue while its value flows, orange and turned round while its gradient flows back."""
    line, width = palette.edge, 1.6
    dash: Dash = (7.0, 5.0) if arrow.kind != "tracked" else None
    if arrow.kind != "tracked":
        line = palette.off
    back = arrow.direction == "backward" and arrow.state == "active"
    if arrow.state == "pending":
        line, width = palette.line_strong, 1.2
    elif back:
        line, width, dash = palette.backward, 3.6, None
    elif arrow.state == "active":
        line, width = (palette.forward if arrow.kind == "tracked" else palette.off), 2.8
    if back:
        points, tip = _turned(route)
    else:
        points, tip = route.points, route.tip
    items: list[Item] = [Curve(points, line, width, dash), Head(_head(points[-1], tip, 1.3 if width > 2 else 1), line)]
    if back and arrow.cotangent and side is not None:
        items.append(_label(arrow.cotangent, side, _middle(route.points), palette))
    said = arrow.kind if arrow.reason is None else f"{arrow.kind}: {arrow.reason}"
    return Group(arrow.id, f"link {arrow.kind} {arrow.state}", said, tuple(items))


def _middle(points: tuple[Point, ...]) -> Point:
    """The point halfway along a curve's pieces, all taken to be equally long."""
    pieces = (len(points) - 1) // 3
    if pieces % 2 == 0:
        return points[3 * (pieces // 2)]
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points[3 * (pieces // 2) : 3 * (pieces // 2) + 4]
    return (ax + 3 * bx + 3 * cx + dx) / 8, (ay + 3 * by + 3 * cy + dy) / 8


def _turned(route: Route) -> tuple[tuple[Point, ...], Point]:
    """The way back: its arrow's head is where the link begins."""
    points = route.points
    tip, (x1, y1) = points[0], points[1]
    distance = max(hypot(x1 - tip[0], y1 - tip[1]), 1e-6)
    begin = (tip[0] + (x1 - tip[0]) * HEAD / distance, tip[1] + (y1 - tip[1]) * HEAD / distance)
    foot, end = points[-1], route.tip
    return (end, foot, end, *reversed(points[1:]), begin), tip


def _head(foot: Point, tip: Point, size: float) -> tuple[Point, Point, Point]:
    distance = max(hypot(tip[0] - foot[0], tip[1] - foot[1]), 1e-6)
    ux, uy = (tip[0] - foot[0]) / distance, (tip[1] - foot[1]) / distance
    bx, by = tip[0] - ux * HEAD * size, tip[1] - uy * HEAD * size
    half = HALF * size
    return tip, (bx - uy * half, by + ux * half), (bx + uy * half, by - ux * half)


def about_width(text: str) -> float:
    """About how wide a text is, in its size: enough to break lines and to compare."""
    return sum(1.0 if ord(sign) > 0x2E80 else 0.28 if sign in " ,.[]()'ijl:;" else 0.55 for sign in text)
