"""Frames stay small, whatever a run does between two of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson

from gradwalk.recorder.stream import FULL, LISTS, Stream


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
