"""``gradwalk export``, and ``run --html``: files in the formats that there are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import gradwalk
from gradwalk.cli import main
from gradwalk.document.schema import Trace
from gradwalk.export import FORMATS

Captured = pytest.CaptureFixture[str]

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
PRODUCT = "import torch\nx = torch.tensor(3.0, requires_grad=True)\ny = x * x\ny.backward()\n"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A product and its gradient."""
    file = tmp_path / "product.py"
    file.write_text(PRODUCT)
    return file


def test_the_files_ending_says_the_format(script: Path, tmp_path: Path) -> None:
    assert main(["export", str(script), "-o", str(tmp_path / "walk.txt")]) == 0
    assert main(["export", str(script), "-o", str(tmp_path / "graph.dot")]) == 0
    assert "x" in (tmp_path / "walk.txt").read_text()
    assert (tmp_path / "graph.dot").read_text().startswith("digraph")


def test_a_kept_trace_is_not_run_again(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["export", str(GOLDEN / "lesson.trace.json"), "-f", "dot", "--step", "3"]) == 0
    at_three = capfdbinary.readouterr().out
    assert main(["export", str(GOLDEN / "lesson.trace.json"), "-f", "dot"]) == 0
    at_the_end = capfdbinary.readouterr().out
    assert at_three.startswith(b"digraph")
    assert at_three != at_the_end


def test_a_run_that_raised_is_exported_and_exits_with_1(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "fails.py").write_text(PRODUCT + "y.backward()\n")
    assert main(["export", str(tmp_path / "fails.py"), "-o", str(tmp_path / "fails.txt")]) == 1
    assert "backward through the graph a second time" in capsys.readouterr().err
    assert (tmp_path / "fails.txt").stat().st_size > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-f", "xyz"], "There is no format 'xyz'"),
        ([], "say in which format with --format: trace, dot, "),
        (["-f", "json", "-o", "a.trace.json"], "a.trace.json is the name of a trace"),
        (["-f", "trace", "-o", "a.graph.json"], "a.graph.json is the name of a graph"),
        (["-o", "a.json", "--step", "3"], "a trace is kept as it is"),
        (["-f", "dot", "--theme", "pink"], "There is no theme 'pink'"),
        (["-f", "dot", "--step", "100000"], "There is no step 100000"),
        (["-o", "/no/such/folder/graph.dot"], "cannot write /no/such/folder/graph.dot: No such file"),
    ],
)
def test_what_cannot_be_exported_exits_with_2_and_says_why(
    arguments: list[str], message: str, capsys: Captured
) -> None:
    assert main(["export", str(GOLDEN / "lesson.trace.json"), *arguments]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("place", "message"),
    [("absent/a.html", "No such file or directory"), ("", "Is a directory"), ("product.py/a", "Not a directory")],
)
def test_where_nothing_can_be_written_nothing_is_run(place: str, message: str, script: Path, capsys: Captured) -> None:
    script.write_text("print('run')\n1 / 0\n")
    out = str(script.parent / place)
    for command in (["run", str(script), "--html", out], ["export", str(script), "-f", "html", "-o", out]):
        assert main(command) == 2
        assert capsys.readouterr() == ("", f"gradwalk: cannot write {Path(out)}: {message}\n")


def test_json_that_is_no_trace_is_refused(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "other.json").write_text("[]")
    assert main(["export", str(tmp_path / "other.json"), "-f", "dot"]) == 2
    assert "is no trace of Gradwalk's" in capsys.readouterr().err


@pytest.mark.skipif("html" not in FORMATS, reason="no such format yet")
def test_run_writes_a_page_that_plays_the_run(script: Path, tmp_path: Path, capsys: Captured) -> None:
    assert main(["run", str(script), "--html", str(tmp_path / "out.html")]) == 0
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert "MulBackward0" in page


def test_json_is_the_trace_and_graph_json_is_the_graph(tmp_path: Path, capsys: Captured) -> None:
    kept = GOLDEN / "lesson.trace.json"
    for name in ("a.json", "a.trace.json"):
        assert main(["export", str(kept), "-o", str(tmp_path / name)]) == 0
        assert Trace.model_validate_json((tmp_path / name).read_bytes()) == Trace.model_validate_json(kept.read_bytes())
    gradwalk.load(tmp_path / "a.json").save(tmp_path / "b.trace.json")
    assert (tmp_path / "b.trace.json").read_bytes() == (tmp_path / "a.json").read_bytes()
    for arguments in (["-o", str(tmp_path / "a.graph.json")], ["-f", "json", "-o", str(tmp_path / "said.json")]):
        assert main(["export", str(kept), *arguments]) == 0
        assert json.loads(Path(arguments[-1]).read_bytes())["graph"]["nodes"]
    gradwalk.load(tmp_path / "a.json").save(tmp_path / "b.graph.json")
    assert (tmp_path / "b.graph.json").read_bytes() == (tmp_path / "a.graph.json").read_bytes()
    assert main(["export", str(tmp_path / "a.graph.json"), "-f", "dot"]) == 2
    assert "is no trace of Gradwalk's" in capsys.readouterr().err
