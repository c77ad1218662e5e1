"""Frames stay small, whatever a run does between two of them."""

from __future__ import annotations

from typing import Any

from gradwalk.recorder.stream import FULL, LISTS, Stream


def frames_of(name: str, items: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """What each frame holds of a list, when these items come in no time at all."""
    frames: list[list[dict[str, Any]]] = []
    stream = Stream(lambda frame: frames.append(frame[name]))
    stream._sent_at += 3600.0  # the time for a frame never comes
    for item in items:
        stream.append(name, item)
        stream.flush_if_due()
    stream.flush()
    return frames


def test_many_items_go_in_several_frames() -> None:
    items = [{"kind": "op", "op": index} for index in range(FULL)]
    frames = frames_of("events", items)
    assert [item for frame in frames for item in frame] == items
    assert max(len(frame) for frame in frames) <= FULL / 10 + 1


def test_many_numbers_go_in_several_frames() -> None:
    items = [{"data": [0.5] * 1000} for _ in range(FULL // 250)]
    frames = frames_of("values", items)
    assert [item for frame in frames for item in frame] == items
    assert max(sum(len(item["data"]) for item in frame) for frame in frames) <= FULL + 1000


def test_nothing_is_sent_where_nothing_is_new() -> None:
    frames: list[dict[str, Any]] = []
    stream = Stream(lambda frame: frames.append(frame))
    stream._sent_at = 0.0
    stream.flush_if_due()
    stream.flush()
    assert frames == []


def test_indices_count_on_across_frames() -> None:
    stream = Stream(lambda frame: None)
    for name in LISTS:
        assert stream.append(name, {"data": []}) == 0
    stream.flush()
    for name in LISTS:
        assert stream.append(name, {"data": []}) == 1
