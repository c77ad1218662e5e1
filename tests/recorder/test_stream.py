"""Frames stay small, whatever a run does between two of them."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import orjson
import pytest

from gradwalk.document.schema import Options
from gradwalk.limits import LIMITS
from gradwalk.recorder import journal, recorder
from gradwalk.recorder.core import Core
from gradwalk.recorder.stream import FULL, LISTS, Stream
from gradwalk.runner import run
from tests.recorder.tracing import trace_of

from .both_ways import BOTH_WAYS


def frames_of(name: str, count: int) -> list[list[Any]]:
    """What each frame holds of a list, when so many items come in no time at all."""
    frames: list[list[Any]] = []
    stream = Stream(lambda frame: frames.append(orjson.loads(orjson.dumps(frame))[name]), 1000)
    for index in range(count):
        if name == "values":
            stream.values.add(np.full(1000, index, np.float32))
        else:
            stream.lists[name].append(f"{index}")
        stream.flush_if_full()
    stream.flush()
    return frames


def test_many_items_go_in_several_frames() -> None:
    frames = frames_of("events", FULL)
    assert [item for frame in frames for item in frame] == list(range(FULL))
    assert max(len(frame) for frame in frames) <= FULL / 10 + 1


def test_many_numbers_go_in_several_frames() -> None:
    frames = frames_of("values", 50)
    assert [item["data"][0] for frame in frames for item in frame] == list(range(50))
    assert max(sum(len(item["data"]) for item in frame) for frame in frames) <= FULL + 1000


def test_nothing_is_sent_where_nothing_is_new() -> None:
    frames: list[dict[str, Any]] = []
    stream = Stream(lambda frame: frames.append(frame), 1000)
    stream.flush_if_full()
    stream.flush()
    assert frames == []


def test_indices_count_on_across_frames() -> None:
    stream = Stream(lambda frame: None, 1000)
    for name in LISTS:
        assert stream.lists[name].append("{}") == 0
    stream.flush()
    for name in LISTS:
        assert stream.lists[name].append("{}") == 1


def test_what_could_not_be_sent_is_sent_with_the_next_frame() -> None:
    sent: list[dict[str, Any]] = []
    is_full = True

    def emit(frame: dict[str, Any]) -> None:
        if is_full:
            raise MemoryError
        sent.append(orjson.loads(orjson.dumps(frame)))

    stream = Stream(emit, 1000)
    stream.lists["scopes"].append("1")
    stream.values.add(np.ones(2, np.float32))
    stream.output({"cell": 0, "output": 0, "kind": "stdout", "text": "a"}, 1)
    with pytest.raises(MemoryError):
        stream.flush()
    is_full = False
    stream.lists["scopes"].append("2")
    stream.output({"cell": 0, "output": 0, "kind": "stdout", "text": "b"}, 2)
    stream.flush()
    [frame] = sent
    assert frame["scopes"] == [1, 2]
    assert [value["data"] for value in frame["values"]] == [[1.0, 1.0]]
    assert "".join(part["text"] for part in frame["outputs"]) == "ab"
    assert [event["length"] for event in frame["events"]] == [1, 2]
    stream.flush()
    assert len(sent) == 1


def test_what_comes_while_a_frame_is_sent_goes_with_the_next() -> None:
    sent: list[dict[str, Any]] = []

    def emit(frame: dict[str, Any]) -> None:
        sent.append(orjson.loads(orjson.dumps(frame)))
        if len(sent) == 1:  # as a finalizer of the snippet's might
            stream.lists["scopes"].append("2")
            stream.output({"cell": 0, "output": 0, "kind": "stdout", "text": "b"}, 2)

    stream = Stream(emit, 1000)
    stream.lists["scopes"].append("1")
    stream.output({"cell": 0, "output": 0, "kind": "stdout", "text": "a"}, 1)
    stream.flush()
    stream.flush()
    assert [frame["scopes"] for frame in sent] == [[1], [2]]
    assert [[part["text"] for part in frame["outputs"]] for frame in sent] == [["a"], ["b"]]


def test_everything_is_sent_once_wherever_the_stack_ends() -> None:
    sent: list[dict[str, Any]] = []

    def emit(frame: dict[str, Any]) -> None:
        sent.append(decoded(frame))

    def decoded(frame: dict[str, Any]) -> Any:
        return orjson.loads(orjson.dumps(frame))

    def flush_below(calls: int) -> None:
        if calls:
            flush_below(calls - 1)
        else:
            stream.flush()

    stream = Stream(emit, 1000)
    limit = sys.getrecursionlimit()
    refused = 0
    for number in range(200):
        stream.lists["scopes"].append(f"{number}")
        stream.values.add(np.full(1, number, np.float32))
        try:
            flush_below(limit - 200 + number)
        except RecursionError:
            refused += 1
    stream.flush()
    assert 0 < refused < 200
    assert [scope for frame in sent for scope in frame.get("scopes", ())] == list(range(200))
    assert [value["data"] for frame in sent for value in frame.get("values", ())] == [[x] for x in range(200)]


def test_frames_of_a_run_that_are_sent_early_refer_to_nothing_that_comes_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "FULL", 100)
    monkeypatch.setattr(journal, "FULL", 100)
    source = "x = y = torch.ones(40, requires_grad=True)\nfor _ in range(900):\n    y = y * x\ny.sum().backward()"
    trace = trace_of(f"import torch\n{source}")  # which looks at every frame by itself
    assert len([op for op in trace.ops if op.name == "mul"]) == 900
    assert len(trace.events) > 3 * 900


@pytest.mark.parametrize("core", BOTH_WAYS)
def test_the_numbers_of_values_outlive_the_memory_that_they_were_in(core: Core | None) -> None:
    values: list[dict[str, Any]] = []
    stream = Stream(lambda frame: values.extend(orjson.loads(orjson.dumps(frame))["values"]), 1000, core)
    for number in range(600):  # each in the memory that the one before has left
        numbers = [number] * 3 if number % 7 else [number, -np.inf]
        stream.values.add(np.array(numbers, np.float32))
    stream.flush()
    assert [value["data"] for value in values] == [[n] * 3 if n % 7 else [n, "-Infinity"] for n in range(600)]


@pytest.mark.parametrize(
    ("end", "lines"),
    [("print(y)", LIMITS.lines), ("y.register_hook(print)\ny.sum().backward()", LIMITS.lines), ("", 100)],
    ids=["something is printed", "a hook is called", "lines past the limit"],
)
def test_a_frame_has_what_it_may_have_at_most_however_much_happened_before_it(
    end: str, lines: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gradwalk.recorder.stream.INTERVAL", 1e6)
    loop = f"import torch\nx = y = torch.ones(2, requires_grad=True)\nfor i in range(3000):\n    y = y * 1.5\n{end}"
    sizes: list[int] = []

    def feed(frame: dict[str, Any]) -> int:
        sizes.append(len(orjson.dumps(frame, option=orjson.OPT_SERIALIZE_NUMPY)))
        return sizes[-1]

    cell = {"source": loop, "execution_count": None}
    run([cell], Options(seed=0).model_dump(), feed, LIMITS._replace(lines=lines))
    assert sum(sizes) > LIMITS.frame_bytes
    assert max(sizes) < LIMITS.frame_bytes / 4
