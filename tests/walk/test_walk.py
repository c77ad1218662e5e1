"""The walk: states, tensors as arrays, the graph, and what is kept in files."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import gradwalk
from gradwalk import Walk
from gradwalk.document.fold import frame_at
from gradwalk.errors import NumbersNotKept, PictureTooLarge
from gradwalk.export import Look, export
from tests.walk.lessons import PRODUCT

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


@pytest.fixture(scope="module")
def walk() -> Walk:
    """The walk through a product, its sum and its gradient."""
    return gradwalk.trace(PRODUCT)


def test_values_and_gradients_are_arrays_of_their_dtype(walk: Walk) -> None:
    x = walk.tensors["x"]
    assert (x.shape, x.dtype, x.requires_grad, x.is_leaf, x.grad_fn) == ((2,), "float32", True, True, None)
    np.testing.assert_array_equal(x.value, np.array([1, 2], "float32"), strict=True)
    np.testing.assert_array_equal(x.grad, np.array([2, 4], "float32"), strict=True)  # d/dx of x**2 is 2x
    y = walk.tensors["y"]
    assert (y.item(), y.grad, y.grad_fn, y.is_leaf) == (5.0, None, "SumBackward0", False)
    assert float(np.asarray(y)) == 5.0


def test_tensors_are_those_of_the_step(walk: Walk) -> None:
    assert list(walk.tensors_at(0)) == []
    grads = [tensors["x"].grad for k in range(len(walk.frames)) if "x" in (tensors := walk.tensors_at(k))]
    assert grads[0] is None
    assert grads[-1] is not None


def test_a_name_is_the_tensor_that_it_was_bound_to_last() -> None:
    code = """\
import torch
a = torch.tensor(1.0)
def f(b):
    a = b + 10
    return a
f(a)
a = a + 1
c = torch.tensor([[1, 2], [3, 4]]).t()
"""
    tensors = gradwalk.trace(code).tensors
    assert tensors["a"].item() == 2.0
    assert tensors["b"].item() == 1.0
    np.testing.assert_array_equal(tensors["c"].value, np.array([[1, 3], [2, 4]]), strict=True)
    with pytest.raises(KeyError, match="no tensor was ever called 'd'; there are "):
        tensors["d"]


def test_in_place_changes_and_retained_gradients_show() -> None:
    code = """\
import torch
x = torch.tensor([1.0, -2.0], requires_grad=True)
h = x * 3
h.retain_grad()
h.abs().sum().backward()
with torch.no_grad():
    x -= 1
b = torch.tensor([True, False])
n = torch.tensor(float('nan'))
"""
    tensors = gradwalk.trace(code).tensors
    assert tensors["x"].value.tolist() == [0.0, -3.0]
    np.testing.assert_array_equal(tensors["x"].grad, np.array([3, -3], "float32"), strict=True)
    np.testing.assert_array_equal(tensors["h"].grad, np.array([1, -1], "float32"), strict=True)
    assert tensors["b"].value.dtype == bool
    assert np.isnan(tensors["n"].item())


def test_numbers_that_were_not_kept_are_an_error_that_says_how_to_keep_them() -> None:
    code = "import torch; big = torch.arange(12.0).reshape(3, 4)"
    few = gradwalk.trace(code, max_elements=5).tensors["big"]
    with pytest.raises(NumbersNotKept, match=r"no more than 5 numbers of big \(3x4\); max_elements="):
        _ = few.value
    assert few.summary is not None
    assert few.summary.max == 11
    assert gradwalk.trace(code, max_elements=12).tensors["big"].value.shape == (3, 4)


@pytest.mark.parametrize("name", ["lesson", "in_place", "second_order"])
def test_frames_are_the_folds_in_whatever_order_they_are_asked_for(name: str) -> None:
    walk = gradwalk.load(GOLDEN / f"{name}.trace.json")
    steps = len(walk.document.events)
    assert len(walk.frames) == steps + 1
    for k in (steps, 0, steps // 2, steps // 3, -1):
        assert walk.frames[k] == frame_at(walk.document, k % (steps + 1))
    assert walk.frames[1:3] == [walk.frames[1], walk.frames[2]]
    with pytest.raises(IndexError, match=f"the run has steps 0 to {steps}"):
        walk.frames[steps + 1]


def test_json_goes_out_and_comes_back(walk: Walk, tmp_path: Path) -> None:
    walk.save(tmp_path / "kept.json")
    assert json.loads((tmp_path / "kept.json").read_text()) == json.loads(walk.to_json())
    assert gradwalk.load(tmp_path / "kept.json").document == walk.document


def test_exports_are_those_of_the_formats(walk: Walk, tmp_path: Path) -> None:
    assert walk.to_dot(step=3, theme="dark") == export(walk.document, "dot", 3, Look(theme="dark")).decode()
    assert walk.to_text(language="zh") == export(walk.document, "txt", None, Look(language="zh")).decode()
    assert walk.to_svg().lstrip().startswith("<")
    assert walk.to_png().startswith(b"\x89PNG")
    assert walk.to_pdf().startswith(b"%PDF")
    assert "flowchart" in walk.to_mermaid()
    assert walk.to_markdown(language="zh") == export(walk.document, "md", None, Look(language="zh")).decode()
    assert "__GRADWALK_TRACE__" not in walk.to_html(step=2)
    walk.save(tmp_path / "slides.walk.svg")
    assert (tmp_path / "slides.walk.svg").read_bytes() == walk.export("walk.svg")
    walk.save(tmp_path / "graph.svg", direction="LR")
    assert (tmp_path / "graph.svg").read_text() == walk.to_svg(direction="LR") != walk.to_svg()
    with pytest.raises(gradwalk.GradwalkError, match=r"Nothing is written as '\.xyz'; there are \.json, \.dot"):
        walk.save(tmp_path / "graph.xyz")


def test_notebooks_get_the_picture_and_what_cannot_be_drawn_is_text(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert walk._repr_mimebundle_() == {"text/plain": repr(walk), "image/svg+xml": walk.to_svg()}

    def too_large(*_: object) -> bytes:
        raise PictureTooLarge("too many")

    monkeypatch.setattr("gradwalk.export.export", too_large)
    assert walk._repr_mimebundle_() == {"text/plain": repr(walk)}


def test_terminals_get_a_table(walk: Walk) -> None:
    console = Console(file=io.StringIO(), width=100)
    console.print(walk)
    assert isinstance(console.file, io.StringIO)
    (line,) = (line for line in console.file.getvalue().splitlines() if line.strip(" │┃|").startswith("x"))
    assert "float32" in line
    assert "[2. 4.]" in line


def test_what_is_no_trace_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("{}")
    with pytest.raises(gradwalk.GradwalkError, match=r"This is no trace of Gradwalk's: generator: Field required\."):
        gradwalk.load(tmp_path / "other.json")
    with pytest.raises(gradwalk.GradwalkError, match="cannot read"):
        gradwalk.load(tmp_path / "absent.json")


def test_the_graph_is_networkxs(walk: Walk) -> None:
    graph = walk.to_networkx()
    labels = dict(graph.nodes(data="label"))
    assert set(labels.values()) == {"x = tensor", "mul", "y = sum"}
    product = next(node for node, label in labels.items() if label == "mul")
    assert graph.nodes[product]["node"] == "MulBackward0"
    assert sorted(slot for _, _, slot in graph.in_edges(product, data="slot")) == [0, 1]
    assert {kind for _, _, kind in graph.edges(data="kind")} == {"tracked"}
