"""Names that are meant to break out of where they stand stay there, in every format."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET

import networkx
import pypdfium2
import pytest

from gradwalk.document.schema import Trace
from gradwalk.export import FORMATS, Look, export

UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("step", [None, 30, 60])
def test_structure_is_that_of_tame_names(hostile: Trace, step: int | None) -> None:
    text = {name: export(hostile, name, step).decode() for name in FORMATS if name not in ("png", "pdf", "zip", "html")}
    assert {name for name, said in text.items() if UNSEEN.search(said)} == set()
    assert ET.fromstring(text["svg"]).tag.endswith("svg")
    assert not re.search(r"<(script|img)", text["svg"])
    nodes = json.loads(text["json"])["graph"]["nodes"]
    graph = networkx.read_graphml(io.BytesIO(text["graphml"].encode()), force_multigraph=True)
    assert {node: graph.nodes[node]["label"] for node in graph} == {name: node["label"] for name, node in nodes.items()}
    steps = [line for line in text["txt"].splitlines() if not re.match(r" *\d+\. ", line)]
    assert steps == []


def test_an_svg_shows_them_as_they_are(hostile: Trace) -> None:
    words = "\n".join("".join(e.itertext()) for e in ET.fromstring(export(hostile, "svg")).iter())
    for name in ("a]]>b</script><script>", "&lt;b&gt; &amp;quot; &#34;", 'say "hi" \\N', "\\u202eright-to-left"):
        assert name in words


def test_a_pdf_of_them_opens(hostile: Trace) -> None:
    page = pypdfium2.PdfDocument(export(hostile, "pdf", look=Look(language="zh")))[0]
    assert page.render(scale=0.5).to_pil().width > 100
    assert "</script>" in page.get_textpage().get_text_bounded()
