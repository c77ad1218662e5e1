"""Values wait as arrays, with and without the compiled core: as they were, in bounds, and in frames of bounded size."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import orjson
import pytest

from gradwalk.recorder.core import Core
from gradwalk.recorder.rows import row
from gradwalk.recorder.stream import FULL, Stream
from gradwalk.recorder.values import HELD, MANY, summary_of

from .both_ways import BOTH_WAYS

Frames = list[dict[str, Any]]

pytestmark = pytest.mark.parametrize("core", BOTH_WAYS)


def streamed(core: Core | None, max_elements: int = 10) -> tuple[Stream, Frames]:
    """A stream, and the frames that it sends."""
    frames: Frames = []
    return Stream(lambda frame: frames.append(orjson.loads(orjson.dumps(frame))), max_elements, core), frames


LARGE: dict[str, Any] = {
    "floats": np.linspace(-1, 3, 5000, dtype=np.float32),
    "matrix": np.linspace(-1, 3, 600, dtype=np.float32).reshape(20, 30),
    "turned": np.linspace(-1, 3, 600, dtype=np.float32).reshape(20, 30).T,
    "every second": np.linspace(-1, 3, 5000, dtype=np.float32)[::2],
    "the same": np.full(300, 0.1, np.float32),
    "zeros": np.zeros(300, np.float32),
    "some not finite": np.where(np.arange(300) % 7, np.float32(2), np.float32(np.inf)),
    "no number": np.full(300, np.nan, np.float32),
    "doubles": np.linspace(-1, 3, 5000),
    "half": np.linspace(-1, 3, 500).astype(np.float16),
    "integers": np.arange(500),
    "truth": np.arange(500) % 3 == 0,
    "complex": np.linspace(-1, 3, 500) * 1j,
}


def values_of(frames: Frames) -> list[dict[str, Any]]:
    told = [value for frame in frames for value in frame.get("values", ())]
    return [
        value if isinstance(value["data"], list) else value | {"data": told[value["data"]]["data"]} for value in told
    ]


def test_a_value_names_the_one_before_where_that_lists_the_same_and_much(core: Core | None) -> None:
    stream, frames = streamed(core, 20)
    long, short, huge = np.linspace(0, 1, 12, dtype=np.float32), np.ones(4, np.float32), np.ones(50, np.float32)
    others = huge.copy()
    others[-1] = 2
    flat = long.reshape(3, 4)
    for array in (long, flat, long.astype(float), short, short, flat, huge, others, others.copy()):
        stream.values.add(array)
    stream.flush()
    for array in (others, others, long):
        stream.values.add(array)
    stream.flush()
    told = [value for frame in frames for value in frame["values"]]
    named = {index: value["data"] for index, value in enumerate(told) if isinstance(value["data"], int)}
    assert named == {1: 0, 8: 7, 9: 7, 10: 7}
    assert told[1] == {"shape": [3, 4], "dtype": "float32", "data": 0}
    assert told[8] == {"shape": [50], "dtype": "float32", "data": 7}


def test_what_is_about_to_change_is_written_as_it_was(core: Core | None) -> None:
    stream, frames = streamed(core)
    short, long = np.arange(4, dtype=np.float32), np.ones((5, 6), np.float32)
    stream.values.add(short)
    stream.values.add(long)
    stream.values.add(short[::-1])
    stream.values.keep()
    short[:], long[:] = 7, 7
    stream.flush()
    values = values_of(frames)
    assert [value["data"] for value in values] == [[0, 1, 2, 3], [1] * 10, [3, 2, 1, 0]]
    assert (values[1]["shape"], values[1]["summary"]["max"], values[1]["summary"]["mean"]) == ([5, 6], 1, 1)


@pytest.mark.parametrize("part", [np.s_[2:3], np.s_[::-1], np.s_[:, 1], np.s_[1:, ::-2], np.s_[...]])
def test_only_what_lies_in_the_memory_that_changes_is_kept(core: Core | None, part: Any) -> None:
    stream, frames = streamed(core, max_elements=100)
    matrix, other = np.zeros((4, 5)), np.zeros(3)
    stream.values.add(matrix)
    stream.values.add(matrix[2:])
    stream.values.add(other)
    stream.values.keep(matrix[part])
    matrix[part] = 1
    other[:] = 1  # of which nobody said anything
    stream.flush()
    whole, _, told = (value["data"] for value in values_of(frames))
    assert whole == [0] * 20
    assert told == [1] * 3


@pytest.mark.parametrize("names", [*([name] for name in LARGE), list(LARGE), ["floats", "zeros", "no number"]])
def test_large_arrays_are_summed_up_as_they_are_one_by_one(core: Core | None, names: list[str]) -> None:
    stream, frames = streamed(core, max_elements=7)
    for name in names:
        stream.values.add(LARGE[name], '"storage":3,')
    stream.flush()
    for name, value in zip(names, values_of(frames), strict=True):
        assert value["summary"] == orjson.loads(row(summary_of(LARGE[name])))
        assert list(value) == ["storage", "shape", "dtype", "summary", "data"]
        assert list(value["summary"]) == ["min", "max", "mean", "norm", "histogram", "nan", "infinite"]
    assert len(values_of(frames)) == len(names)


def floats(bits: Any) -> Any:
    """The floats among these patterns of bits that are finite."""
    numbers = np.asarray(bits, np.uint32).view(np.float32)
    return numbers[np.isfinite(numbers)]


FLOATS: dict[str, Any] = {
    "any bits": floats(np.random.default_rng(0).integers(0, 2**32, 20_000)),
    "powers of two and their neighbours": floats(np.arange(2**23, 2**32, 2**23)[:, None] + [-1, 0, 1]),
    "the smallest": floats(np.arange(2_000)),
    "hundredths": np.arange(-2_000, 2_000, dtype=np.float32) / np.float32(100),
    "whole": np.arange(-2_000, 2_000, dtype=np.float32) * 7919,
    "halfway between two that are shorter": np.arange(2**27 + 4, 2**28, 2**13 + 16).astype(np.float32),
    "few of them zero": np.arange(4_000, dtype=np.float32) % 17 * np.float32(-0.3),
    "powers of ten": np.array(
        [-(10.0**k) for k in range(-45, 39)] + [1.5 * 10.0**k for k in range(-45, 38)], np.float32
    ),
}


@pytest.mark.parametrize("kind", FLOATS)
@pytest.mark.parametrize("size", [1, 5, 1000])
def test_a_float_is_the_shortest_text_that_reads_back_as_it(core: Core | None, kind: str, size: int) -> None:
    stream = Stream(lambda frame: sent.append(orjson.dumps(frame["values"])), 10**6, core)
    sent: list[bytes] = []
    numbers = FLOATS[kind]
    for start in range(0, len(numbers), size):
        stream.values.add(numbers[start : start + size])
        stream.flush_if_full()
    stream.flush()
    texts = re.findall(rb'"data":\[([^]]*)\]', b"".join(sent))
    assert b",".join(texts) == orjson.dumps(numbers, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1]


@pytest.mark.parametrize("dtype", [np.int64, np.float32, np.float64, np.int32, bool])
def test_numbers_of_any_kind_and_shape_are_listed(core: Core | None, dtype: Any) -> None:
    stream, frames = streamed(core, max_elements=1000)
    signs = np.array([[-1, 1], [1, 0]])
    numbers = (np.arange(280).reshape(70, 2, 2) * signs * 10 ** np.arange(7).repeat(10)[:, None, None]).astype(dtype)
    arrays = [numbers[0], numbers, numbers[3, 1, 0], numbers.T, numbers[::-1, 1], numbers[:40], numbers[:0]]
    for array in arrays:
        stream.values.add(np.asarray(array))
    stream.flush()
    assert [value["data"] for value in values_of(frames)] == [np.ravel(array).tolist() for array in arrays]


def test_memory_beside_what_changes_is_not_kept(core: Core | None) -> None:
    stream, frames = streamed(core)
    memory = np.zeros(6)
    stream.values.add(memory[:3])
    stream.values.keep(memory[3:])
    memory[:] = 1
    stream.flush()
    assert [value["data"] for value in values_of(frames)] == [[1, 1, 1]]


def test_numbers_wait_until_they_are_many(core: Core | None) -> None:
    stream, frames = streamed(core, max_elements=1000)
    for index in range(MANY // 1000):
        stream.values.add(np.full(1000, index, np.float32))
        stream.flush_if_full()
    assert frames == []
    stream.values.add(np.full(1000, -1, np.float32))
    stream.flush_if_full()
    assert [value["data"][0] for value in values_of(frames)] == [*range(MANY // 1000), -1]
    assert max(sum(len(value["data"]) for value in frame["values"]) for frame in frames) <= FULL


def test_large_arrays_wait_until_they_are_much_memory(core: Core | None) -> None:
    stream, frames = streamed(core)
    count = HELD // 2**20
    for _ in range(count):
        stream.values.add(np.ones(2**18, np.float32))
        stream.flush_if_full()
    assert frames == []
    stream.values.add(np.zeros(1, np.float32))
    stream.flush_if_full()
    assert [value["data"] for value in values_of(frames)] == [[1] * 10] * count + [[0]]
    assert stream.values.waiting.held == stream.values.waiting.elements == 0


def test_a_value_longer_than_a_frame_goes_alone(core: Core | None) -> None:
    stream, frames = streamed(core, max_elements=3 * FULL)
    for size in (2 * FULL, 1, 2 * FULL, 1):
        stream.values.add(np.zeros(size, np.float32))
    stream.flush()
    assert [len(value["data"]) for value in values_of(frames)] == [2 * FULL, 1, 2 * FULL, 1]
    assert [len(frame["values"]) for frame in frames] == [1, 1, 1, 1]


def test_what_could_not_be_sent_of_much_is_sent_later_and_once(core: Core | None) -> None:
    frames: Frames = []
    failures = 2

    def emit(frame: dict[str, Any]) -> None:
        nonlocal failures
        if len(frames) == 1 and failures:
            failures -= 1
            raise MemoryError
        frames.append(orjson.loads(orjson.dumps(frame)))

    stream = Stream(emit, FULL, core)
    for index in range(4):
        stream.values.add(np.full(FULL, index, np.float32))
    for _ in range(2):
        with pytest.raises(MemoryError):
            stream.flush()
    stream.flush()
    assert [value["data"][0] for value in values_of(frames)] == [0, 1, 2, 3]
