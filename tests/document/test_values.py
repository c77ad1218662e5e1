"""A tensor's numbers are gathered from its storage as PyTorch's strides say."""

from __future__ import annotations

import math
import tracemalloc
from typing import Any

from gradwalk.document.schema import Generator, Options, Outcome, Tensor, Trace, Value
from gradwalk.document.values import Numbers, find_values, numbers_of


def trace_of(
    data: list[Any], size: int, max_elements: int = 1000, dtype: str = "float32", held: str = "float32", **view: Any
) -> Trace:
    """A trace of one tensor; `held` is the dtype of its storage."""
    tensor = Tensor(storage=0, dtype=dtype, requires_grad=False, is_leaf=True, **view)
    value = Value(storage=0, version=2, shape=[size], dtype=held, data=data)
    return Trace(
        generator=Generator(name="gradwalk", version="0"),
        options=Options(max_elements=max_elements),
        cells=[],
        tensors=[tensor],
        values=[value],
        outcome=Outcome(status="ok"),
    )


def test_a_transpose_reads_columns() -> None:
    # The transpose of 0..5 in two rows of three.
    trace = trace_of([0, 1, 2, 3, 4, 5], 6, offset=0, shape=[3, 2], strides=[1, 3])
    numbers = numbers_of(trace, 0, 0)
    assert numbers.data == [0, 3, 1, 4, 2, 5]
    assert numbers.complete


def test_a_value_that_names_another_has_its_elements_in_its_own_shape() -> None:
    trace = trace_of([0, 1, 2, 3, 4, 5], 6, offset=0, shape=[3, 2], strides=[1, 3])
    naming = [
        Value(shape=[2, 3], dtype="float32", data=0),
        Value(storage=0, version=3, shape=[6], dtype="float32", data=0),
    ]
    trace = trace.model_copy(update={"values": [*trace.values, *naming]})
    assert numbers_of(trace, 1) == Numbers([2, 3], "float32", [0, 1, 2, 3, 4, 5])
    assert numbers_of(trace, 2, 0) == Numbers([3, 2], "float32", [0, 3, 1, 4, 2, 5])


def test_a_slice_starts_at_its_offset() -> None:
    # Every second of 0..5, from the second on.
    numbers = numbers_of(trace_of([0, 1, 2, 3, 4, 5], 6, offset=1, shape=[3], strides=[2]), 0, 0)
    assert numbers.data == [1, 3, 5]


def test_an_expanded_scalar_repeats() -> None:
    numbers = numbers_of(trace_of([7], 1, offset=0, shape=[2, 2], strides=[0, 0]), 0, 0)
    assert numbers.data == [7, 7, 7, 7]


def test_a_view_as_large_as_one_likes_costs_what_is_shown_of_it() -> None:
    trace = trace_of([7], 1, max_elements=3, offset=0, shape=[1_000_000, 1_000_000], strides=[0, 0])
    tracemalloc.start()
    numbers = numbers_of(trace, 0, 0)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert numbers.data == [7, 7, 7]
    assert most < 1_000_000


def test_what_was_cut_off_is_none() -> None:
    # Three of six elements were listed.
    numbers = numbers_of(trace_of([0, 1, 2], 6, offset=0, shape=[3, 2], strides=[1, 3]), 0, 0)
    assert numbers.data == [0, None, 1, None, 2, None]
    assert not numbers.complete


def test_no_more_than_max_elements_are_listed() -> None:
    numbers = numbers_of(trace_of([7], 1, max_elements=3, offset=0, shape=[1000], strides=[0]), 0, 0)
    assert numbers.data == [7, 7, 7]
    assert not numbers.complete


def test_complex_numbers_are_two_each() -> None:
    # The second column of [[1+2i, 3], [4i, NaN+5i]].
    data = [1, 2, 3, 0, 0, 4, "NaN", 5]
    trace = trace_of(data, 4, dtype="complex64", held="complex64", offset=1, shape=[2], strides=[2])
    numbers = numbers_of(trace, 0)
    assert numbers.data[0] == 3
    assert isinstance(numbers.data[1], complex)
    assert math.isnan(numbers.data[1].real)
    assert numbers.data[1].imag == 5


def test_parts_of_complex_numbers_and_pairs_as_complex_numbers_are_gathered_from_the_same_memory() -> None:
    imaginary = trace_of([1, 2, 3, 4], 2, held="complex64", offset=1, shape=[2], strides=[2])
    assert numbers_of(imaginary, 0).data == [2, 4]
    pairs = trace_of([1, 2, 3, 4], 4, dtype="complex64", offset=0, shape=[2], strides=[1])
    assert numbers_of(pairs, 0).data == [1 + 2j, 3 + 4j]


def test_numbers_that_json_lacks_come_back() -> None:
    numbers = numbers_of(trace_of(["NaN", "Infinity", "-Infinity"], 3, offset=0, shape=[3], strides=[1]), 0)
    nan, inf, minus_inf = numbers.data
    assert isinstance(nan, float)
    assert math.isnan(nan)
    assert (inf, minus_inf) == (math.inf, -math.inf)


def test_values_are_found_by_storage_and_version() -> None:
    assert find_values(trace_of([1], 1, offset=0, shape=[1], strides=[1])) == {(0, 2): 0}
