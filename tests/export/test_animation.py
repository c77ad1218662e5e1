"""The walk as an SVG that plays: every moment of it is what the step's own picture shows."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from gradwalk.document.schema import Trace
from gradwalk.errors import PictureTooLarge
from gradwalk.export import Look, export, segments
from gradwalk.export.graph.scene import Stage
from gradwalk.export.reading.run import Run

Traces = Callable[[str], Trace]

SVG = "{http://www.w3.org/2000/svg}"


def frame(root: ET.Element, step: int) -> list[str]:
    """The lines of text on screen at a step, by the intervals in the classes."""

    def walk(element: ET.Element) -> list[str]:
        shown = re.search(r"v(\d+)-(\d+)", element.get("class", ""))
        if shown is not None and not int(shown[1]) <= step < int(shown[2]):
            return []
        own = ["".join(element.itertext())] if element.tag == f"{SVG}text" else []
        return own + [text for child in element for text in walk(child)]

    return walk(root)


def test_each_moment_shows_the_step_s_graph_code_and_sentence(lesson: Traces) -> None:
    trace = lesson("gradients-accumulate")
    root = ET.fromstring(export(trace, "walk.svg"))
    said = [line.partition(". ")[2] for line in export(trace, "txt").decode().splitlines()]
    steps = Stage(Run(trace)).steps
    assert len(said) == len(steps)
    for number, step in enumerate(steps):
        shown = frame(root, number)
        still = ET.fromstring(export(trace, "svg", step.end)).iter(f"{SVG}g")
        cards = [group for group in still if "card" in group.get("class", "")]
        assert {"".join(text.itertext()) for card in cards for text in card.iter(f"{SVG}text")} <= set(shown)
        assert said[number].replace(" ", "") in "".join(shown).replace(" ", "")


def test_a_still_picture_of_it_is_the_end(lesson: Traces) -> None:
    trace = lesson("gradients-accumulate")
    root = ET.fromstring(export(trace, "walk.svg"))
    last = len(Stage(Run(trace)).steps)
    for group in root.iter(f"{SVG}g"):
        shown = re.search(r"v(\d+)-(\d+)", group.get("class", ""))
        if shown is not None:
            assert (group.get("opacity") == "0") == (int(shown[2]) < last)


def test_the_times_add_up(lesson: Traces) -> None:
    style = ET.fromstring(export(lesson("gradients-accumulate"), "walk.svg")).findtext(f"{SVG}style") or ""
    frames = re.findall(r"@keyframes v(\d+)-(\d+)\{(.*?)\}\.v", style)
    times: dict[int, set[str]] = {}
    for start, end, rules in frames:
        percents = re.findall(r"([\d.]+)%\{opacity:(\d)", rules)
        for percent, on in percents:
            if float(percent) > 0:
                times.setdefault(int(start if on == "1" else end), set()).add(percent)
    assert all(len(said) == 1 for said in times.values())
    in_order = [float(next(iter(times[step]))) for step in sorted(times)]
    assert in_order == sorted(in_order)
    assert 0 < in_order[0] < in_order[-1] < 100


def test_it_ends_at_a_step_and_has_words_in_chinese(lesson: Traces) -> None:
    trace = lesson("gradients-accumulate")
    short = export(trace, "walk.svg", 12, Look(language="zh", theme="dark"))
    assert len(short) < len(export(trace, "walk.svg"))
    assert "自动微分" in short.decode()
    assert ET.fromstring(export(trace, "walk.svg", 0)).tag == f"{SVG}svg"


def test_a_walk_of_too_many_steps_is_refused(golden: Traces, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "STEPS", 5)
    with pytest.raises(PictureTooLarge, match="5 are the most"):
        export(golden("training"), "walk.svg")
