"""Frames become the trace they describe; the first that no honest run sends ends it, and costs nothing sent before."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradwalk.document.assemble import Assembler
from gradwalk.document.references import PARTS
from gradwalk.document.schema import Cell, Document, Options, Outcome, Trace
from gradwalk.document.stream import LISTS
from gradwalk.limits import Limits
from tests.document.factory import OK, Frame, assembler, frames, tensor, value
from tests.fuzzing import cases

DONE = Outcome(status="ok")


def assembled(sent: list[Any], ending: Outcome = DONE) -> Trace:
    """The trace of these frames."""
    parts = assembler()
    for frame in sent:
        parts.feed(frame)
    return parts.finish(ending)


def lengths(trace: Trace) -> dict[str, int]:
    """How much of each list there is."""
    return {name: len(getattr(trace, name)) for name in LISTS}


def test_frames_join_to_the_lists_in_their_order() -> None:
    trace = assembled(frames())
    for name in LISTS:
        items = getattr(trace, name)
        sent = [item for frame in frames() for item in frame.get(name, [])]
        expected = [type(item).model_validate(fields) for item, fields in zip(items, sent, strict=True)]
        assert [item.model_copy(update={"names": []}) if name == "tensors" else item for item in items] == expected


def test_an_assembled_trace_is_valid() -> None:
    text = assembled(frames()).model_dump_json()
    assert Trace.model_validate_json(text).model_dump_json() == text


def test_tensors_know_every_name_they_were_bound_to() -> None:
    again: Frame = {"events": [{"kind": "bind", "name": name, "tensor": 0} for name in ("z", "x", "a")]}
    trace = assembled([*frames()[:3], again, OK])
    assert [tensor.names for tensor in trace.tensors] == [["x", "z", "a"], ["y"], []]


def test_tensors_that_come_with_names_keep_them_until_they_are_bound() -> None:
    odd = ['a"b', 'x"names":[', "]"]
    named: Frame = {
        "tensors": [tensor(0, None, names=odd), tensor(1, None), tensor(2, None, names=["c"], dtype=odd[1])]
    }
    bound: Frame = {"events": [{"kind": "bind", "name": odd[1], "tensor": number} for number in (1, 2)]}
    trace = assembled([named, bound, OK])
    assert [tensor.names for tensor in trace.tensors] == [odd, [odd[1]], [odd[1]]]
    assert [tensor.dtype for tensor in trace.tensors] == ["float32", "float32", odd[1]]


def test_cells_know_how_far_they_got() -> None:
    parts = assembler("a", "b", "c")
    parts.feed({"events": [{"kind": "cell_begin", "cell": 0}, {"kind": "cell_end", "cell": 0, "status": "done"}]})
    parts.feed({"events": [{"kind": "cell_begin", "cell": 1}]})
    trace = parts.finish(Outcome(status="timeout", message="Too long."))
    assert [cell.status for cell in trace.cells] == ["done", "stopped", "not_run"]


def test_text_is_appended_to_the_output_it_belongs_to() -> None:
    parts = assembler("a", "b")
    said = [(0, 0, "stdout", "1"), (0, 0, "stdout", "2"), (0, 1, "echo", "3"), (1, 0, "error", "4")]
    for cell, output, kind, text in said:
        assert parts.feed({"outputs": [{"cell": cell, "output": output, "kind": kind, "text": text}]})
    trace = parts.finish(DONE)
    shown = [[(output.kind, output.text) for output in cell.outputs] for cell in trace.cells]
    assert shown == [[("stdout", "12"), ("echo", "3")], [("error", "4")]]


def test_numbers_that_json_lacks_arrive_as_words() -> None:
    trace = assembled([{"values": [value("NaN", "Infinity", "-Infinity", 1e300)]}])
    assert trace.values[0].data == ["NaN", "Infinity", "-Infinity", 1e300]


def test_a_value_may_name_one_before_that_lists_the_same() -> None:
    naming = {"shape": [2], "dtype": "float32", "data": 0}
    trace = assembled([{"values": [value(1.0, 2.0), naming]}, {"values": [naming]}])
    assert [each.data for each in trace.values] == [[1.0, 2.0], 0, 0]


@pytest.mark.parametrize("named", [1, 2, 3, 4, -1, True])
def test_a_value_that_names_none_before_that_lists_elements_is_refused(named: object) -> None:
    parts = assembler()
    assert parts.feed({"values": [value(1.0, 2.0), value() | {"data": 0}]})
    assert not parts.feed({"values": [value() | {"data": named}, value(1.0)]})


def test_whole_numbers_and_truth_values_keep_their_kind() -> None:
    trace = assembled([{"values": [value(1, 1.0, True)]}])
    assert orjson.dumps(trace.values[0].data) == b"[1,1.0,true]"


class TestOutcome:
    """Who is believed about how a run ended."""

    def test_the_run_itself_if_it_came_to_its_own_end(self) -> None:
        error = {"type": "ValueError", "message": "no", "cell": 0, "traceback": "..."}
        trace = assembled([{"outcome": {"status": "error", "error": error}}])
        assert trace.outcome.status == "error"
        assert trace.outcome.error is not None
        assert trace.outcome.error.type == "ValueError"

    def test_nobody_about_time_which_would_make_two_runs_of_the_same_differ(self) -> None:
        trace = assembled([{"outcome": {"status": "ok", "cpu_seconds": 1.0}}])
        assert trace.outcome.status == "killed"
        assert "seconds" not in trace.outcome.model_dump_json()

    def test_the_fork_server_if_it_ended_the_run(self) -> None:
        assert assembled(frames(), Outcome(status="memory", message="Too much.")).outcome.message == "Too much."

    def test_nobody_if_the_run_left_without_a_word(self) -> None:
        trace = assembled(frames()[:3])
        assert trace.outcome.status == "killed"
        assert lengths(trace)["events"] == 11

    def test_a_frame_after_the_last_is_one_too_many(self) -> None:
        assert assembled([*frames(), {}]).outcome.status == "killed"


def grown(name: str, **change: Any) -> Callable[[Frame], None]:
    """Change the first item of a list."""

    def apply(frame: Frame) -> None:
        frame[name][0].update(change)

    return apply


BAD: dict[str, Callable[[Frame], Any]] = {
    "not_json": lambda frame: b"{",
    "empty": lambda frame: b"",
    "not_utf8": lambda frame: b'{"spans": "\xff"}',
    "not_an_object": lambda frame: b"[]",
    "nested_without_end": lambda frame: b"[" * 100_000,
    "not_finite": lambda frame: b'{"values": [{"shape": [1], "dtype": "float32", "data": [NaN]}]}',
    "overflowing": lambda frame: b'{"values": [{"shape": [1], "dtype": "float32", "data": [1e999]}]}',
    "lone_surrogate": lambda frame: b'{"events": [{"kind": "bind", "name": "\\ud800", "tensor": null}]}',
    "many_digits": lambda frame: b'{"outputs": [{"cell": 1' + b"0" * 100_000 + b"}]}",
    "unknown_list": lambda frame: frame.update(surprise=[]),
    "unknown_field": grown("ops", surprise=1),
    "list_that_is_none": lambda frame: frame.update(spans=None),
    "number_as_text": grown("spans", line="2"),
    "truth_as_number": grown("spans", line=True),
    "negative_index": grown("spans", cell=-1),
    "line_zero": grown("spans", line=0),
    "unknown_event": lambda frame: frame["events"].append({"kind": "surprise"}),
    "unknown_kind_of_edge": grown("edges", kind="magic"),
    "span_in_no_cell": grown("spans", cell=1),
    "op_in_no_span": grown("ops", span=2),
    "op_in_no_scope": grown("ops", scope=0),
    "op_of_no_tensor": grown("ops", inputs=[{"argument": "self", "tensor": 9}] * 2),
    "op_that_makes_no_tensor": grown("ops", outputs=[1, 2]),
    "node_to_no_node": lambda frame: frame["nodes"][1].update(next_functions=[[2, 0]]),
    "node_that_saves_no_tensor": lambda frame: frame["nodes"][1].update(saved=[{"name": "self", "tensor": 9}]),
    "tensor_of_no_node": grown("tensors", grad_fn=[2, 0]),
    "edge_to_no_slot": grown("edges", slot=2),
    "edge_to_itself": grown("edges", producer=1),
    "scope_in_itself": lambda frame: frame.update(scopes=[{"kind": "loop", "parent": 0, "span": 0, "label": "l"}]),
    "vjp_of_no_value": lambda frame: frame["events"].append(
        {"kind": "vjp", "node": 1, "cotangents_in": [None, 99], "cotangents_out": []}
    ),
    "output_of_no_cell": lambda frame: frame.update(outputs=[{"cell": 1, "output": 0, "kind": "echo", "text": ""}]),
    "output_out_of_turn": lambda frame: frame.update(outputs=[{"cell": 0, "output": 1, "kind": "echo", "text": ""}]),
    "output_of_two_kinds": lambda frame: frame.update(
        outputs=[{"cell": 0, "output": 0, "kind": kind, "text": ""} for kind in ("echo", "stdout")]
    ),
    "output_that_is_not_there": lambda frame: frame["events"].append(
        {"kind": "output", "cell": 0, "output": 0, "length": 1}
    ),
    "error_in_no_span": lambda frame: frame.update(
        outcome={"status": "error", "error": {"type": "E", "message": "", "traceback": "", "span": 7}}
    ),
    "unknown_outcome": lambda frame: frame.update(outcome={"status": "fine"}),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_frame_ends_the_stream_and_costs_nothing_before_it(name: str) -> None:
    first, second, *_ = frames()
    bad = copy.deepcopy(second)
    made = BAD[name](bad)
    parts = assembler()
    assert parts.feed(first)
    assert not parts.feed(made if isinstance(made, bytes) else bad)
    assert not parts.feed(second), "what comes after a bad frame is not looked at"
    assert parts.fault
    trace = parts.finish(DONE)
    assert trace.outcome.status == "killed"
    assert trace.outcome.message
    assert lengths(trace) == lengths(assembled([first]))


def test_the_stream_has_a_longest_length() -> None:
    parts = Assembler([Cell(source="")], Options(), Limits(stream_bytes=1000))
    fed = [parts.feed({"outputs": [{"cell": 0, "output": 0, "kind": "stdout", "text": "x" * 200}]}) for _ in range(5)]
    assert fed == [True, True, True, False, False]
    assert parts.finish(DONE).cells[0].outputs[0].text == "x" * 600


def test_the_stream_has_a_largest_number_of_frames() -> None:
    parts = Assembler([Cell(source="")], Options(), Limits(frames=3))
    assert [parts.feed({}) for _ in range(4)] == [True, True, True, False]


def test_every_number_of_a_trace_that_is_no_count_says_which_list_it_is_a_position_in() -> None:
    counts = {
        "Span.column", "Span.end_column", "Tensor.storage", "Tensor.offset", "Tensor.shape", "Value.storage",
        "Value.version", "Value.shape", "Operand.version", "Saved.version", "Edge.slot", "Write.storage",
        "Write.version", "OutputWritten.output", "OutputWritten.length", "Gap.lines", "Gap.tests", "Gap.full",
        "Options.seed", "Override.op",
    }  # fmt: skip
    silent = {
        f"{part.__name__}.{name}"
        for part in PARTS.values()
        for name, field in part.model_fields.items()
        if "Ge(ge=0)" in (told := repr((field.annotation, field.metadata))) and "Into" not in told
    }
    assert silent == counts


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


SHAPED = st.dictionaries(st.sampled_from(LISTS), st.lists(JSON, max_size=3)).map(lambda tree: json.dumps(tree).encode())


@cases(150)
@given(st.lists(st.binary(max_size=60) | SHAPED, max_size=4))
def test_no_bytes_whatever_break_the_assembler(sent: list[bytes]) -> None:
    trace = assembled([frames()[0], *sent])
    assert Trace.model_validate_json(trace.model_dump_json()).spans[0].line == 1


@st.composite
def damaged(draw: st.DrawFn) -> list[Frame]:
    """An honest run's frames with one leaf somewhere put to something else."""
    run = frames()
    place: Any = run[draw(st.integers(0, len(run) - 1))]
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not place[key]:
            place[key] = draw(st.integers(-2, 12) | st.none() | st.text(max_size=3) | st.just([0]))
            return run
        place = place[key]


@cases(300)
@given(damaged())
def test_a_damaged_run_gives_a_trace_that_every_reader_can_read(sent: list[Frame]) -> None:
    trace = assembled(sent)
    whole = Trace.model_validate_json(trace.model_dump_json())
    for item in (*whole.spans, *whole.ops, *whole.nodes, *whole.edges, *whole.events, *whole.tensors, *whole.scopes):
        for index, target in pointing(item):
            assert index < len(getattr(whole, target))


def pointing(part: Document) -> Iterator[tuple[int, str]]:
    """The indices in a part and in those within it, each with the list that it points into."""
    for name, field in type(part).model_fields.items():
        found, into = getattr(part, name), re.search(r"Into\(list='(\w+)'\)", repr((field.annotation, field.metadata)))
        for each in found if isinstance(found, list) else [found]:
            first = each[0] if isinstance(each, tuple) else each
            if isinstance(each, Document):
                yield from pointing(each)
            elif into and first is not None:
                yield first, into[1]


def test_a_long_run_is_assembled_in_pieces_as_in_one() -> None:
    many = [tensor(storage, None) for storage in range(1000)]
    whole = assembled([{"tensors": many}, OK])
    pieces = assembled([*({"tensors": many[k : k + 7]} for k in range(0, 1000, 7)), OK])
    assert whole == pieces


def test_a_list_full_of_faults_is_left_at_the_first() -> None:
    parts = assembler()
    nulls = b",".join([b"null"] * 100_000)
    assert not parts.feed(b'{"values": [{"dtype": "float32", "data": [1], "shape": [' + nulls + b"]}]}")
    assert parts.fault == "values.0.shape.0: Input should be a valid integer"


def test_faults_beyond_number_are_counted_and_not_described() -> None:
    parts = assembler()
    assert not parts.feed({f"k{number}": 0 for number in range(1000)})
    assert parts.fault == "frame: 1000 faults"


@pytest.mark.parametrize("name", ["\N{ZERO WIDTH SPACE}", "a" * 300], ids=["hidden", "long"])
def test_a_frame_is_looked_into_for_names_to_clean_up_to_a_size_that_honest_ones_do_not_reach(name: str) -> None:
    limits = Limits(frame_bytes=4_000)
    bind = {"kind": "bind", "name": name}
    few = assembler(limits=limits)
    assert few.feed({"events": [bind] * 2})
    many = assembler(limits=limits)
    assert not many.feed({"events": [bind] * 40})
    assert many.feed({"events": []}) is False
    plain = assembler(limits=limits)
    assert plain.feed({"events": [bind | {"name": "a"}] * 60})
