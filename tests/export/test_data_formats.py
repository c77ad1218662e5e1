"""Every lesson as every kind of data opens in a program that reads it, and says there what the trace says."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema
import networkx
import pytest
from lesson_traces import lessons, trace_of

from gradwalk.document.schema import Trace
from gradwalk.export import Look, export
from gradwalk.export.renderer import Renderer, find_pure, run

Traces = Callable[[str], Trace]

SCHEMA = jsonschema.Draft7Validator(
    json.loads((Path(__file__).parents[1] / "data" / "export" / "json-graph-schema_v2.json").read_text("utf-8"))
)
"""As its authors publish it (MIT)."""

QUOTED = r'"(?:[\w .,:+=()/*·…×−→←–<>-]|\#\d+;|<b>|</b>|<br/>)*"'
STATEMENT = re.compile(
    rf"""%%\{{init:\ .*\}}%% | flowchart\ (TB|LR)
    | \s+\w+\[{QUOTED}\] | \s+subgraph\ s\d+\[{QUOTED}\] | \s+end
    | \s+\w+\ <?(-->|-\.->)(\|{QUOTED}\|)?\ \w+
    | \s+classDef\ look\d+\ [\w:#,\ -]+ | \s+class\ [\w,]+\ look\d+ | \s+linkStyle\ [\d,]+\ [\w:#,\ -]+""",
    re.VERBOSE,
)
"""What a line of a flowchart may be."""

LESSONS = sorted(lessons())


def steps(trace: Trace) -> list[int | None]:
    """Halfway, and the whole."""
    return [len(trace.events) // 2, None]


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_opens_as_graphml_and_json_and_they_agree(lesson: Traces, name: str) -> None:
    trace = lesson(name)
    for step in steps(trace):
        graph = networkx.read_graphml(io.BytesIO(export(trace, "graphml", step)), force_multigraph=True)
        document = json.loads(export(trace, "json", step))
        assert SCHEMA.is_valid(document)
        nodes = document["graph"]["nodes"]
        assert set(graph) == set(nodes)
        assert {key for _, _, key in graph.edges(keys=True)} == {edge["id"] for edge in document["graph"]["edges"]}
        assert {node: graph.nodes[node]["label"] for node in graph} == {node: nodes[node]["label"] for node in nodes}


def test_the_gradient_of_a_leaf_that_was_written_in_place_is_its_grad() -> None:
    made = "import torch\nw = torch.tensor(1.0, requires_grad=True)\n(w * 2).backward()\n"
    trace = trace_of([f"{made}with torch.no_grad():\n    w -= 0.5\n(w * w).backward()\nw.grad"])
    nodes = json.loads(export(trace, "json"))["graph"]["nodes"].values()
    # 2 came first, then 2 * 0.5, which alone is no `.grad`; the card from before the write says nothing of it.
    assert [node["metadata"].get("gradient") for node in nodes if "w" in node["label"].split()] == [None, "3"]


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_a_flowchart_line_by_line(lesson: Traces, name: str) -> None:
    trace = lesson(name)
    for step in steps(trace):
        for line in export(trace, "mmd", step).decode().splitlines():
            assert STATEMENT.fullmatch(line), line


def test_dot_parses(lesson: Traces) -> None:
    path = find_pure()
    assert path is not None
    whole = b"".join(export(lesson(name), "dot", step) for name in LESSONS for step in steps(lesson(name)))
    again = run(Renderer(path, whole=False), whole.decode(), "canon").decode()
    assert len(re.findall(r"^digraph gradwalk", again, re.MULTILINE)) == 2 * len(LESSONS)


def test_what_is_cut_off_is_grey_and_dashed(lesson: Traces) -> None:
    document = json.loads(export(lesson("detach-is-a-constant"), "json"))["graph"]
    cut = [edge["metadata"] for edge in document["edges"] if edge["relation"] == "detached"]
    assert [edge["reason"] for edge in cut] == ["detach"]
    assert {(edge["color"], edge["style"]) for edge in cut} == {("#7d889b", "dashed")}
    x = next(node["metadata"] for node in document["nodes"].values() if node["metadata"].get("name") == "x")
    assert (x["value"], x["gradient"], x["shape"]) == ("[0, 1, 2, 3]", "[0, 2, 4, 6]", [4])


def test_loops_fold_and_unfold(lesson: Traces) -> None:
    trace = lesson("only-the-taken-path")
    folded = json.loads(export(trace, "json"))["graph"]["nodes"]
    whole = json.loads(export(trace, "json", look=Look(fold=False)))["graph"]["nodes"]
    stand = [node for node in folded.values() if node["metadata"]["kind"] == "folded"]
    assert any("iterations" in node["label"] for node in stand)
    assert sum(node["metadata"].get("count", 1) for node in folded.values()) == len(whole)
    assert not any(node["metadata"]["kind"] == "folded" for node in whole.values())


def test_words_are_in_the_language(lesson: Traces) -> None:
    trace = lesson("only-the-taken-path")
    for name in ("dot", "mmd", "graphml", "json"):
        said = export(trace, name, look=Look(language="zh")).decode()
        assert "叶子" in said
        assert "leaf" not in said.replace('"kind": "leaf"', "").replace('kind">leaf<', "")
