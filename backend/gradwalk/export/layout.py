"""Where Graphviz puts everything: read from its JSON, with the origin at the top left."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from gradwalk.errors import RenderingFailed
from gradwalk.export import renderer

Point = tuple[float, float]


@dataclass(frozen=True)
class Area:
    """A rectangle: its left, its top, its size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Route:
    """A link's way: a Bézier curve from its source, and the tip of its arrow."""

    points: tuple[Point, ...]
    tip: Point


@dataclass(frozen=True)
class Layout:
    """The places of a scene's shapes, boxes and arrows, by their ids."""

    width: float
    height: float
    shapes: dict[str, Area]
    boxes: dict[str, Area]
    routes: dict[str, Route]


def lay_out(sources: list[str]) -> list[Layout]:
    """The layouts of some graphs (DOT), all in one run of Graphviz."""
    text = renderer.run(renderer.needed(), "".join(sources), "json").decode()
    decoder, layouts = json.JSONDecoder(), []
    while text := text.lstrip():
        try:
            made, end = decoder.raw_decode(text)
            layouts.append(_layout(made))
        except (ValueError, KeyError, IndexError):
            raise RenderingFailed("Graphviz answered with a layout that makes no sense.") from None
        text = text[end:]
    if len(layouts) != len(sources):
        raise RenderingFailed("Graphviz did not lay everything out.")
    return layouts


def _layout(made: dict[str, Any]) -> Layout:
    left, bottom, right, top = _numbers(made["bb"])
    shapes, boxes = {}, {}
    for item in made.get("objects", []):
        if "bb" in item:
            x0, y0, x1, y1 = _numbers(item["bb"])
            boxes[item["id"]] = Area(x0 - left, top - y1, x1 - x0, y1 - y0)
        elif "pos" in item:
            x, y = _numbers(item["pos"])
            width, height = 72 * float(item["width"]), 72 * float(item["height"])
            shapes[item.get("id", item["name"])] = Area(x - left - width / 2, top - y - height / 2, width, height)
    routes = {}
    for item in made.get("edges", []):
        tip, *points = ((x - left, top - y) for x, y in _spline(item["pos"]))
        routes[item["id"]] = Route(tuple(points), tip)
    return Layout(right - left, top - bottom, shapes, boxes, routes)


def _spline(text: str) -> list[Point]:
    """Of ``e,x,y x,y x,y x,y x,y``: the tip, then the curve."""
    parts = text.split(";")[0].split()
    tips = [_point(part[2:]) for part in parts if part[:2] == "e,"]
    points = [_point(part) for part in parts if part[:2] != "e,"]
    return [*(tips or points[-1:]), *points]


def _point(text: str) -> Point:
    x, y = _numbers(text)[:2]
    return x, y


def _numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]
