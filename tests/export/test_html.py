"""A run as one HTML file: the player with the trace in it, whatever text the trace holds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from gradwalk.built import page_directory
from gradwalk.document.schema import RaisedError, Trace
from gradwalk.export import Look, export
from gradwalk.export.writers.players import player_for

Traces = Callable[[str], Trace]


class Scripts(HTMLParser):
    """The script elements of a document as a browser finds them: id (empty for code) to text."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._inside: str | None = None
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self._inside = dict(attrs).get("id") or ""
            self.found.append((self._inside, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside is not None:
            name, text = self.found.pop()
            self.found.append((name, text + data))


def test_the_trace_stands_in_the_file_whole(golden: Traces) -> None:
    trace = golden("lesson")
    scripts = dict(Scripts(export(trace, "html", 5, Look(theme="dark")).decode()).found)
    assert json.loads(scripts["gradwalk-trace"]) == json.loads(trace.model_dump_json())
    assert json.loads(scripts["gradwalk-options"])["fragment"] == "theme=dark&events=5"


def test_no_text_of_a_trace_ends_its_element_or_begins_another(golden: Traces) -> None:
    hostile = '</script><script>alert(1)</script><!--<script>\u2028\u2029\\u003c/script>"__GRADWALK_TRACE__"'
    trace = golden("small")
    trace = trace.model_copy(update={"cells": [trace.cells[0].model_copy(update={"source": hostile})]})
    document = export(trace, "html").decode()
    scripts = Scripts(document).found
    assert [name for name, _ in scripts] == ["gradwalk-options", "gradwalk-trace", ""]
    assert json.loads(dict(scripts)["gradwalk-trace"])["cells"][0]["source"] == hostile
    assert "alert(1)" not in dict(scripts)[""]
    assert not {"\u2028", "\u2029"} & set(dict(scripts)["gradwalk-trace"])


def failing(trace: Trace, message: str) -> Trace:
    """The same run, as if it had ended with this error."""
    error = RaisedError(type="RuntimeError", message=message, traceback="")
    return trace.model_copy(update={"outcome": trace.outcome.model_copy(update={"status": "error", "error": error})})


@pytest.mark.parametrize(
    ("message", "player"),
    [
        (None, "player.zh.html"),
        ("mat1 and mat2 shapes cannot be multiplied (4x3 and 2x3)", "player.products.zh.html"),
        ("The size of tensor a (3) must match the size of tensor b (2)", "player.shapes.zh.html"),
        ("mat1 and mat2 must have the same dtype, but got Double and Float", "player.dtypes.zh.html"),
        ("can't retain_grad on Tensor that has requires_grad=False", "player.hooks.zh.html"),
        (
            "function ScaleBackward returned an incorrect number of gradients (expected 2, got 1)",
            "player.functions.zh.html",
        ),
        ("Expected input batch_size (4) to match target batch_size (3).", "player.dtypes.zh.html"),
        ("element 0 of tensors does not require grad and does not have a grad_fn", "player.cuts.zh.html"),
        ("Sizes of tensors must match except in dimension 1.", "player.joins.zh.html"),
        ("hook 'double' has changed the size of value", "player.others.zh.html"),
        ("Trying to backward through the graph a second time", "player.passes.zh.html"),
        ("'float' object has no attribute 'backward'", "player.passes.zh.html"),
        ("only Tensors of floating point can require gradients", "player.errors.zh.html"),
        ("name 'y' is not defined", "player.errors.zh.html"),
    ],
)
def test_a_run_is_put_into_the_player_that_explains_its_failure(
    golden: Traces, message: str | None, player: str
) -> None:
    trace = golden("small") if message is None else failing(golden("small"), message)
    assert player_for(trace, "zh", page_directory()).name == player


def test_every_player_that_a_run_may_be_put_into_is_there() -> None:
    names = ["", "errors.", *(f"{name}." for name in json.loads((page_directory() / "players.json").read_bytes()))]
    for name in names:
        for language in ("en", "zh"):
            template = (page_directory() / f"player.{name}{language}.html").read_text(encoding="utf-8")
            assert template.count('"__GRADWALK_TRACE__"') == 1


def test_every_name_that_a_style_or_the_script_asks_for_is_given_a_value() -> None:
    for template in page_directory().glob("player.*.html"):
        document = template.read_text(encoding="utf-8")
        given = set(re.findall(r"(--[\w-]+):", document))
        for name, goes_on in re.findall(r"var\((--[\w-]+)(\$\{)?", document):
            assert any(each.startswith(name) if goes_on else each == name for each in given), name


def test_each_language_has_its_player(golden: Traces) -> None:
    english, chinese = (export(golden("small"), "html", None, Look(language=each)) for each in ("en", "zh"))
    assert "下一步" not in english.decode()
    assert "First step" not in chinese.decode()
