"""The walk cut where the picture becomes another one: in a segment nothing moves, cards only change what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from gradwalk.errors import PictureTooLarge
from gradwalk.export.drawing import about_width
from gradwalk.export.graph.scene import Scene, Shape, Stage
from gradwalk.export.layout import Layout, lay_out
from gradwalk.export.look import Look
from gradwalk.export.reading.steps import Step
from gradwalk.export.renderer import check_size
from gradwalk.export.writers.dot import dot

STEPS = 500
"""Most steps of a walk that is drawn step by step."""


@dataclass(frozen=True)
class Segment:
    """The steps from position ``start`` on that share a layout, each with its scene."""

    start: int
    scenes: list[Scene]
    layout: Layout

    @property
    def end(self) -> int:
        """The position after its last step."""
        return self.start + len(self.scenes)


def segments_of(stage: Stage, steps: list[Step], look: Look) -> list[Segment]:
    """The steps' pictures, laid out in one go."""
    if len(steps) > STEPS:
        raise PictureTooLarge(
            f"The walk has {len(steps)} steps, and {STEPS} are the most that are drawn one by one. "
            "Say a step: then it ends there."
        )
    runs = list(_runs(stage, steps, look))
    sources = []
    for _, scenes in runs:
        check_size(len(scenes[0].shapes))
        sources.append(dot(_widest(scenes), look, steady=True))
    layouts = lay_out(sources) if sources else []
    return [Segment(start, scenes, layout) for (start, scenes), layout in zip(runs, layouts)]


def _runs(stage: Stage, steps: list[Step], look: Look) -> Iterator[tuple[int, list[Scene]]]:
    views = [stage.view(step, step.end, look) for step in steps]

    def shown(position: int) -> tuple[object, ...]:
        view = views[position]
        return (tuple(view.cards), tuple(view.box.items()), tuple(link.id for link in view.links))

    for _, group in groupby(range(len(steps)), key=shown):
        positions = list(group)
        scenes = [stage.draw(views[i], steps[i], steps[i].end, look) for i in positions]
        yield positions[0], scenes


def _widest(scenes: list[Scene]) -> Scene:
    """A scene with room for all of them: of everything that a card says at one time or other, the longest."""
    shapes = [_room([scene.shapes[i] for scene in scenes]) for i in range(len(scenes[0].shapes))]
    return replace(scenes[0], shapes=shapes)


def _room(shapes: list[Shape]) -> Shape:
    def longest(texts: Iterator[str]) -> str:
        return max(texts, key=about_width)

    rows = max(shape.rows for shape in shapes)
    lines = [longest(shape.value[row] if row < len(shape.value) else "" for shape in shapes) for row in range(rows)]
    return replace(
        shapes[0],
        state="done",
        # Bold, as it stands there while it arrives.
        direction="backward",
        title=longest(shape.title for shape in shapes),
        aside=longest(shape.aside for shape in shapes),
        name=longest(shape.name for shape in shapes),
        value=tuple(lines),
        gradient=longest(shape.gradient for shape in shapes),
        rows=rows,
        noted=any(shape.noted for shape in shapes),
    )
