"""The page on exports: its blocks run in order, it names every format, its pictures are those that are drawn now."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO

import pytest
from export_pictures import PICTURES, pictures

from gradwalk.export import FORMATS, renderer
from tests.site.blocks import ROOT, blocks

PAGE = ROOT / "docs" / "exports.md"


def test_its_blocks_run_in_order_and_print_what_stands_below_them() -> None:
    names: dict[str, object] = {}
    for block in blocks(PAGE):
        printed = StringIO()
        with redirect_stdout(printed):
            exec(compile(block.text, str(block), "exec"), names)
        assert printed.getvalue() == block.output, str(block)


def test_it_names_every_format_with_its_suffix() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \| `([\w.]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert dict(rows) == {name: made.suffix for name, made in FORMATS.items()}


def test_its_pictures_are_those_that_are_drawn_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderer, "find_renderer", renderer.find_renderer)
    for name, data in pictures():
        assert (PICTURES / name).read_bytes() == data, "run scripts/export_pictures.py"
