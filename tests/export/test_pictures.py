"""Pictures: each opens in a program that reads its kind, whatever draws it; what is missing or too much is said."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from gradwalk.document.schema import Trace
from gradwalk.errors import PictureTooLarge, RendererMissing, RenderingFailed
from gradwalk.export import Look, export, renderer
from gradwalk.export.renderer import Renderer, find_pure, find_renderer

Traces = Callable[[str], Trace]

SVG = "{http://www.w3.org/2000/svg}"


def pure() -> Renderer:
    """The wheel, which the tests have everywhere."""
    path = find_pure()
    assert path is not None
    return Renderer(path, whole=False)


@pytest.fixture(params=["pure", "system"])
def drawn_by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each program that draws here, in turn."""
    found = pure() if request.param == "pure" else find_renderer()
    if found is None or (request.param == "system" and not found.whole):
        pytest.skip("There is no Graphviz on this system.")
    monkeypatch.setattr(renderer, "find_renderer", lambda: found)
    return str(request.param)


def words_of(svg: bytes) -> list[str]:
    """The lines of text in an SVG."""
    return ["".join(text.itertext()) for text in ET.fromstring(svg).iter(f"{SVG}text")]


def test_an_svg_says_what_stands_on_the_cards(lesson: Traces, drawn_by: str) -> None:
    svg = export(lesson("detach-is-a-constant"), "svg")
    words = words_of(svg)
    assert {"leafrequires_grad", "x[0, 1, 2, 3]", "grad [0, 2, 4, 6]", "detachno grad_fn"} <= set(words)
    [dashed] = [link for link in ET.fromstring(svg).iter(f"{SVG}g") if link.get("class") == "link detached done"]
    way = dashed.find(f"{SVG}path")
    assert way is not None
    assert way.get("stroke-dasharray") == "7 5"
    assert way.get("stroke") == "#7d889b"


def test_a_png_opens_in_its_size(lesson: Traces, drawn_by: str) -> None:
    trace = lesson("detach-is-a-constant")
    small = Image.open(io.BytesIO(export(trace, "png")))
    large = Image.open(io.BytesIO(export(trace, "png", look=Look(scale=2))))
    assert small.format == "PNG"
    assert large.width == pytest.approx(2 * small.width, abs=2)
    assert len(small.convert("RGB").getcolors(1 << 20) or []) > 20


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_pdf_renders_as_one_page_of_the_theme(lesson: Traces, drawn_by: str, theme: str) -> None:
    look = Look(theme=theme)  # type: ignore[arg-type]
    document = pypdfium2.PdfDocument(export(lesson("detach-is-a-constant"), "pdf", look=look))
    assert len(document) == 1
    corner = document[0].render(scale=1).to_pil().convert("L").getpixel((1, 1))
    assert corner > 200 if theme == "light" else corner < 60
    text = document[0].get_textpage().get_text_bounded()
    assert "requires_grad" in text
    assert "grad [0, 2, 4, 6]" in text


def test_pixels_and_pages_are_the_same_each_time(golden: Traces, drawn_by: str) -> None:
    for name in ("png", "pdf", "svg"):
        assert export(golden("small"), name, 8) == export(golden("small"), name, 8)


def test_nothing_moves_between_steps_of_a_graph(lesson: Traces) -> None:
    trace = lesson("detach-is-a-constant")

    def places(k: int) -> dict[str | None, str | None]:
        root = ET.fromstring(export(trace, "svg", k))
        return {card.get("id"): card[1].get("y") for card in root.iter(f"{SVG}g") if "card" in card.get("class", "")}

    assert places(12) == places(30) == places(len(trace.events))


def test_what_is_missing_is_named_with_the_way_out(golden: Traces, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderer, "find_renderer", lambda: None)
    with pytest.raises(RendererMissing, match=r"Install Graphviz .* or the wheel \(pip install graphviz-pure\)"):
        export(golden("small"), "svg")
    assert export(golden("small"), "dot")


def test_letters_that_the_wheel_cannot_draw_are_refused(golden: Traces, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderer, "find_renderer", pure)
    chinese = Look(language="zh")
    with pytest.raises(RendererMissing, match="Take svg or pdf; or install Graphviz"):
        export(golden("small"), "png", look=chinese)
    assert "叶子" in export(golden("small"), "svg", look=chinese).decode()
    assert pypdfium2.PdfDocument(export(golden("small"), "pdf", look=chinese))[0].render(scale=1).to_pil().size


def test_a_picture_of_too_many_nodes_is_refused(golden: Traces, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderer, "NODES", 3)
    for name in ("svg", "png", "pdf"):
        with pytest.raises(PictureTooLarge, match="3 are the most"):
            export(golden("training"), name)


def test_a_program_that_hangs_is_stopped(golden: Traces, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, does in (("hangs", "sleep 60"), ("fails", "echo no such thing >&2; exit 3")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(renderer, "SECONDS", 0.1)
    monkeypatch.setattr(renderer, "find_renderer", lambda: replace(pure(), path=str(tmp_path / "hangs")))
    with pytest.raises(RenderingFailed, match=r"stopped after 0\.1 s"):
        export(golden("small"), "png")
    monkeypatch.setattr(renderer, "SECONDS", 30)
    monkeypatch.setattr(renderer, "find_renderer", lambda: replace(pure(), path=str(tmp_path / "fails")))
    with pytest.raises(RenderingFailed, match="no such thing"):
        export(golden("small"), "png")
