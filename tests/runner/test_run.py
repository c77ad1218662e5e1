"""The door of the runner, with the real recorder and engine behind it."""

from __future__ import annotations

import json
import signal
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import orjson
import pytest

from gradwalk.limits import LIMITS, Limits
from gradwalk.notebook import cells_of
from gradwalk.runner import preload, run
from tests.runner.fake import without_carets

NOTEBOOK = (Path(__file__).parents[1] / "data" / "autograd.ipynb").read_text(encoding="utf-8")


def frames_of(*sources: str, seed: int | None = None, limits: Limits = LIMITS) -> list[dict[str, Any]]:
    """Everything that a run of these cells sends."""
    frames: list[dict[str, Any]] = []

    def emit(frame: dict[str, Any]) -> int:
        frames.append(frame)
        return len(orjson.dumps(frame))

    cells = [{"source": source, "execution_count": None} for source in sources]
    run(cells, {"seed": seed, "max_elements": 1000}, emit, limits)
    return frames


def outputs_of(frames: list[dict[str, Any]]) -> dict[int, str]:
    """The text of each cell that has any."""
    texts: dict[int, str] = defaultdict(str)
    for frame in frames:
        for output in frame.get("outputs", []):
            texts[output["cell"]] += output["text"]
    return dict(texts)


def listed(frames: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """One of the trace's lists, put together."""
    return [item for frame in frames for item in orjson.loads(orjson.dumps(frame.get(name, [])))]


def test_every_cell_of_the_lesson_shows_what_its_author_saw() -> None:
    frames = frames_of(*(cell.source for cell in cells_of(NOTEBOOK, "autograd.ipynb")), seed=0)
    code = [cell for cell in json.loads(NOTEBOOK)["cells"] if cell["cell_type"] == "code"]
    seen = {
        k: "".join("".join(output["data"]["text/plain"]) for output in cell["outputs"])
        for k, cell in enumerate(code)
        if cell["outputs"]
    }
    assert len(seen) == 14
    assert outputs_of(frames) == seen
    assert frames[-1]["outcome"]["status"] == "ok"


def test_seed_makes_random_numbers_repeat() -> None:
    source = "import torch\ntorch.randn(3)"
    assert outputs_of(frames_of(source, seed=0)) == {0: "tensor([ 1.5410, -0.2934, -2.1788])"}
    assert outputs_of(frames_of(source, seed=0)) != outputs_of(frames_of(source, seed=1))


def test_ops_carry_the_exact_sub_expression_and_their_scopes() -> None:
    source = "import torch\nx = torch.ones(2)\nfor k in range(2):\n    x = (x * 3).sum() + torch.exp(x)"
    frames = frames_of(source)
    lines, spans, scopes = source.split("\n"), listed(frames, "spans"), listed(frames, "scopes")
    told = []
    for op in listed(frames, "ops"):
        span = spans[op["span"]]
        text = lines[span["line"] - 1][span["column"] : span["end_column"]]
        told.append((op["name"], text, "scope" in op and scopes[op["scope"]]["index"]))
    assert told == [("ones", "torch.ones(2)", False)] + [
        (name, text, iteration)
        for iteration in (1, 2)
        for name, text in [
            ("mul", "x * 3"), ("sum", "(x * 3).sum()"), ("exp", "torch.exp(x)"),
            ("add", "(x * 3).sum() + torch.exp(x)"),
        ]
    ]  # fmt: skip


def test_error_of_the_facade_shows_the_snippets_frames_alone() -> None:
    frames = frames_of("import torch\nx = torch.ones(3, requires_grad=True)\ny = x * x", "y.backward()")
    error = frames[-1]["outcome"]["error"]
    assert without_carets(error["traceback"]) == (
        "Traceback (most recent call last):\n"
        "  Cell In[2], line 1\n"
        "    y.backward()\n"
        "RuntimeError: grad can be implicitly created only for scalar outputs"
    )
    assert (error["type"], error["cell"]) == ("RuntimeError", 1)


def test_past_the_limit_on_operations_the_run_goes_on_and_what_it_prints_is_told() -> None:
    code = "import torch\nx = torch.zeros(())\nwhile x < 6_000:\n    x = x + 1\nprint(x)\ny = x * 2\nprint(y)"
    frames = frames_of(code, "print('next')\nx.backward()")
    assert len(listed(frames, "ops")) == 10_000
    (gap,) = (event for event in listed(frames, "events") if event["kind"] == "gap")
    assert gap["full"] == 10_000
    assert outputs_of(frames)[0] == "tensor(6000.)\ntensor(12000.)\n"
    assert outputs_of(frames)[1].startswith("next\nTraceback")
    error = frames[-1]["outcome"]["error"]
    assert error["message"] == "element 0 of tensors does not require grad and does not have a grad_fn"
    assert error["tensor"] is None


def test_the_first_tensors_of_a_full_record_are_known_to_an_error_at_its_end() -> None:
    code = "import torch\nx = torch.zeros(())\nfor _ in range(10_001): y = x + 1\nx.backward()"
    frames = frames_of(code)
    error = frames[-1]["outcome"]["error"]
    assert listed(frames, "tensors")[error["tensor"]]["op"] == 0


def test_a_record_that_is_full_of_bytes_ends_and_the_run_does_not() -> None:
    source = "import torch\nx = torch.rand(1000)\nfor k in range(100):\n    x = x * 2\nprint(k)"
    frames = frames_of(source, limits=LIMITS._replace(stream_bytes=300_000))
    assert frames[-1]["outcome"]["status"] == "ok"
    assert outputs_of(frames) == {0: "99\n"}
    (full,) = (event["full"] for event in listed(frames, "events") if event["kind"] == "gap")
    assert 10 < full == len(listed(frames, "ops")) < 100


@pytest.mark.parametrize("create_graph", [False, True])
def test_a_pass_that_is_under_way_when_the_record_is_full_gives_its_gradients(create_graph: bool) -> None:
    source = f"""import torch
x = torch.ones((), requires_grad=True)
class Halved(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x * 0.5
    @staticmethod
    def backward(ctx, g): return g * 0.5
y = x
for _ in range(10): y = Halved.apply(y)
y.backward(create_graph={create_graph})
print(x.grad)
"""
    frames = frames_of(source, limits=LIMITS._replace(ops=25))
    assert outputs_of(frames)[0].endswith("tensor(0.0010)\n")
    kinds = [event["kind"] for event in listed(frames, "events")]
    assert kinds.count("backward_begin") == kinds.count("backward_end") == 1
    assert frames[-1]["outcome"]["status"] == "ok"


def test_a_long_loop_without_tensors_leaves_a_short_trace() -> None:
    frames = frames_of("t = 0\nfor k in range(50_000):\n    if k % 2:\n        t += k\nt")
    assert outputs_of(frames) == {0: "625000000"}
    assert len(listed(frames, "events")) < 30_000
    assert len(listed(frames, "scopes")) < 30_000


def test_attributes_that_the_snippet_closes_are_read_by_what_watches_it_all_the_same() -> None:
    source = """import torch
class Closed(torch.Tensor):
    def __getattribute__(self, name):
        raise ValueError("closed: " + name)
x = torch.ones(2).as_subclass(Closed)
y = x * 2
y.sum()
"""
    frames = frames_of(source)
    outcome = next(frame["outcome"] for frame in frames if "outcome" in frame)
    assert (outcome["status"], outcome["message"]) == ("error", "ValueError: closed: sum")
    assert [op["name"] for op in listed(frames, "ops")].count("mul") == 1


def test_one_print_is_one_event() -> None:
    events = listed(frames_of("print('a', 'b')\nprint('c')"), "events")
    assert [(event["output"], event["length"]) for event in events if event["kind"] == "output"] == [(0, 4), (0, 6)]


@pytest.mark.parametrize(
    ("number", "status", "message"),
    [
        (signal.SIGXCPU, "cpu", "Stopped after 2.0 s of CPU time."),
        (signal.SIGALRM, "timeout", "Stopped after 5.0 s."),
    ],
)
def test_signal_of_a_soft_limit_ends_the_run_even_between_cells(
    number: signal.Signals, status: str, message: str
) -> None:
    before = signal.getsignal(number)
    frames: list[dict[str, Any]] = []

    def emit(frame: dict[str, Any]) -> None:
        frames.append(frame)
        if len(frames) == 1:
            signal.raise_signal(number)

    run([{"source": "1"}, {"source": "while True:\n    pass"}], {"seed": None, "max_elements": 10}, emit)
    outcome = frames[-1]["outcome"]
    assert (outcome["status"], outcome["message"], outcome["error"]) == (status, message, None)
    assert signal.getsignal(number) is before


def test_signal_of_a_soft_limit_lets_the_frame_that_is_being_sent_out_first() -> None:
    frames: list[dict[str, Any]] = []
    to_come = [signal.SIGALRM]

    def emit(frame: dict[str, Any]) -> None:
        if to_come:
            signal.raise_signal(to_come.pop())
        frames.append(frame)

    run([{"source": "x = 0\nwhile True:\n    x += 1"}], {"seed": None, "max_elements": 10}, emit)
    assert listed(frames, "events")[0]["kind"] == "cell_begin"
    assert frames[-1]["outcome"]["status"] == "timeout"
    assert frames[-1]["outcome"]["error"]["cell"] == 0
    assert sys.gettrace() is None


def test_all_that_may_be_imported_can_be_loaded_beforehand() -> None:
    preload()
    assert {"torch", "torch.autograd", "json", "statistics"} <= set(sys.modules)


def test_a_traceback_that_is_printed_names_the_cells_and_nothing_of_gradwalks() -> None:
    fails = "import traceback, torch\ntry: torch.nn.Linear(2, 3)(torch.ones(5))\n"
    source = fails + "except Exception: traceback.print_exc()"
    assert without_carets(outputs_of(frames_of(source))[0]) == (
        "Traceback (most recent call last):\n"
        "  Cell In[1], line 2\n"
        "    try: torch.nn.Linear(2, 3)(torch.ones(5))\n"
        "RuntimeError: mat1 and mat2 shapes cannot be multiplied (1x5 and 2x3)\n"
    )


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("class A:\n    def __del__(self): 1 / 0\nA()\nNone", "Cell In[1], line 2, in __del__"),
        ("import weakref\na = {1}\nr = weakref.ref(a, lambda _: 1 / 0)\ndel a", "Cell In[1], line 3, in <lambda>"),
    ],
)
def test_an_error_that_nobody_can_catch_names_the_cell(
    source: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "unraisablehook", sys.__unraisablehook__)  # pytest has one of its own
    text = without_carets(outputs_of(frames_of(source))[0])
    assert text.startswith("Exception ignored in: <")
    assert f"\nTraceback (most recent call last):\n  {place}\n" in text
    assert text.endswith("ZeroDivisionError: division by zero\n")


def test_a_module_lies_where_it_would_in_any_python() -> None:
    texts = outputs_of(frames_of("import torch\nprint(torch.library)", "torch.nn.__file__"))
    assert texts[0] == "<module 'torch.library' from '/python/site-packages/torch/library.py'>\n"
    assert texts[1] == "'/python/site-packages/torch/nn/__init__.py'"


@pytest.mark.parametrize(
    "source",
    [
        "from unittest.mock import Mock\nx = Mock(spec=torch.Tensor)\nif x: x.shape = (2,)\nx.shape",
        "from unittest.mock import Mock\nx = Mock(spec=torch.nn.Module)\nx.shape = (2,)\nx.shape",
        "class Net(torch.nn.Module):\n    def __init__(self): self.shape = (2,)\nx = Net()\nx.shape",
        "class Net(torch.nn.Module):\n    def named_parameters(self): 1 / 0\nx = Net()\nx.shape = (2,)\nx.shape",
    ],
)
def test_what_only_looks_like_a_tensor_or_a_module_can_have_a_name(source: str) -> None:
    frames = frames_of("import torch\n" + source)
    assert outputs_of(frames) == {0: "(2,)"}
    assert frames[-1]["outcome"]["status"] == "ok"


def test_the_parameters_of_a_module_are_named_whatever_it_makes_of_their_names() -> None:
    frames = frames_of(
        "import torch",
        "class Net(torch.nn.Module):\n    def named_parameters(self): return iter(())",
        "net = Net(); net.a = torch.nn.Linear(1, 1); net.b = net.a",
        "model = net",
    )
    names = [event["name"] for event in listed(frames, "events") if event["kind"] == "bind"]
    assert names[-2:] == ["model.a.weight", "model.a.bias"]


def test_an_exception_with_a_long_name_is_told_by_its_ends() -> None:
    error = frames_of("raise type('Ab' + 'c' * 1_000_000 + 'de', (Exception,), {})('why')")[-1]["outcome"]["error"]
    assert error["message"] == "why"
    assert error["type"].startswith("Abccc")
    assert error["type"].endswith("cccde")
    assert len(error["type"]) == 200
