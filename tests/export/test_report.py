"""The handout, as a CommonMark parser reads it."""

from __future__ import annotations

import base64
import io
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.token import Token
from PIL import Image

from gradwalk.document.schema import Trace
from gradwalk.export import Look, export

Traces = Callable[[str], Trace]


def tokens(report: bytes) -> list[Token]:
    """All tokens, those inside lines too."""
    found: list[Token] = []
    for token in MarkdownIt("commonmark").enable("table").parse(report.decode()):
        found += [token, *(token.children or [])]
    return found


def rows(report: bytes) -> list[list[str]]:
    """The cells of every table, row by row."""
    table: list[list[str]] = []
    cell = False
    for token in MarkdownIt("commonmark").enable("table").parse(report.decode()):
        if token.type == "tr_open":
            table.append([])
        cell = token.type in ("td_open", "th_open") or (cell and token.type == "inline")
        if cell and token.type == "inline":
            table[-1].append("".join(child.content for child in token.children or []))
    return table


def test_it_holds_code_outputs_pictures_sentences_and_the_ledger(lesson: Traces) -> None:
    trace = lesson("detach-is-a-constant")
    report = export(trace, "md")
    found = tokens(report)
    fences = [token.content.rstrip("\n") for token in found if token.type == "fence"]
    assert [cell.source for cell in trace.cells] == [text for text in fences if not text.startswith("tensor")]
    assert "tensor([0., 2., 4., 6.])" in fences
    images = [str(token.attrs["src"]) for token in found if token.type == "image"]
    assert len(images) == 2
    for address in images:
        kind, _, data = address.partition(";base64,")
        assert kind == "data:image/png"
        assert Image.open(io.BytesIO(base64.b64decode(data))).format == "PNG"
    assert [int(token.info) for token in found if token.type == "list_item_open"] == list(range(1, 19))
    assert rows(report) == [
        ["backward pass", "what happened", "value"],
        ["1", "comes through u * x", "[0, 1, 4, 9]"],
        ["1", "added: now", "[0, 1, 4, 9]"],
        ["", "set to zero", "[0, 0, 0, 0]"],
        ["2", "comes through x * x", "[0, 1, 2, 3]"],
        ["2", "comes through x * x", "[0, 1, 2, 3]"],
        ["2", "added: now", "[0, 2, 4, 6]"],
    ]


def test_its_pictures_lie_beside_it_in_a_zip(lesson: Traces) -> None:
    trace = lesson("detach-is-a-constant")
    packed = zipfile.ZipFile(io.BytesIO(export(trace, "zip")))
    assert packed.testzip() is None
    report = packed.read("report.md")
    named = [str(token.attrs["src"]) for token in tokens(report) if token.type == "image"]
    assert sorted(packed.namelist()) == sorted(["report.md", *named])
    assert all(ET.fromstring(packed.read(name)).tag.endswith("svg") for name in named)
    alone = re.sub(rb"data:image/png;base64,[\w+/=]+", b"", export(trace, "md"))
    assert alone == re.sub(rb"graph-\d\.svg", b"", report)


def test_it_ends_at_a_step(lesson: Traces) -> None:
    trace = lesson("detach-is-a-constant")
    short = export(trace, "md", 25)
    assert sum(token.type == "image" for token in tokens(short)) == 1
    assert rows(short)[-1] == ["1", "added: now", "[0, 1, 4, 9]"]


def test_of_many_passes_some_are_pictured_and_the_rest_counted(golden: Traces) -> None:
    report = export(golden("training"), "md", look=Look(language="zh"))
    assert "逐步说明" in report.decode()
    assert report.count(b"](data:image/") == min(6, sum(e.kind == "backward_end" for e in golden("training").events))


def test_nothing_that_a_trace_says_is_taken_for_markdown(hostile: Trace) -> None:
    kinds = {token.type for token in tokens(export(hostile, "md"))}
    assert not kinds & {"html_inline", "html_block", "link_open", "code_block", "hr", "blockquote_open"}
    fences = [token.content for token in tokens(export(hostile, "md")) if token.type == "fence"]
    assert all("</script>" in text for text in fences[:1])
    assert len(fences) == sum(1 + any(output.text.strip() for output in cell.outputs) for cell in hostile.cells)
    for row in rows(export(hostile, "md")):
        assert len(row) == 3
