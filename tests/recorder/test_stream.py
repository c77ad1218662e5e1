"""Frames stay small, whatever a run does between two of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradwalk.recorder.stream import FULL, LISTS, Stream


def frames_of(name: str, items: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """What each frame holds of a list, when these items come in no time at all."""
    frames: list[list[dict[str, Any]]] = []
    stream = Stream(lambda frame: frames.append(frame[name]))
    for item in items:
        if name == "values":
            stream.value(item)
        else:
            stream.lists[name].append(item)
        stream.flush_if_full()
    stream.flush()
    return frames


def test_many_items_go_in_several_frames() -> None:
    items = [{"kind": "op", "op": index} for index in range(FULL)]
    frames = frames_of("events", items)
    assert [item for frame in frames for item in frame] == items
    assert max(len(frame) for frame in frames) <= FULL / 10 + 1


def test_many_numbers_go_in_several_frames() -> None:
    items = [{"dtype": "float32", "data": np.full(1000, 0.5, np.float32)} for _ in range(FULL // 250)]
    frames = frames_of("values", items)
    assert [item for frame in frames for item in frame] == items
    assert max(sum(len(item["data"]) for item in frame) for frame in frames) <= FULL + 1000


def test_nothing_is_sent_where_nothing_is_new() -> None:
    frames: list[dict[str, Any]] = []
    stream = Stream(lambda frame: frames.append(frame))
    stream.flush_if_full()
    stream.flush()
    assert frames == []


def test_indices_count_on_across_frames() -> None:
    stream = Stream(lambda frame: None)
    for name in LISTS:
        assert stream.lists[name].append(_item()) == 0
    stream.flush()
    for name in LISTS:
        assert stream.lists[name].append(_item()) == 1


def _item() -> dict[str, Any]:
    return {"dtype": "float32", "data": np.zeros(1, np.float32)}
