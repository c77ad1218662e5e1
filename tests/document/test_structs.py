"""Structs check what models check: neither takes a frame that the other refuses, nor reads another thing in it."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, Field, ValidationError

from gradwalk.document import kept, parts
from gradwalk.document.fold import frame_at
from gradwalk.document.schema import Outcome, Trace
from gradwalk.document.stream import LISTS, BadFrame, Frame, parse
from gradwalk.document.structs import struct_of
from tests.document.factory import assembler, frames
from tests.document.shaped import frame
from tests.fuzzing import cases


def by_model(payload: bytes) -> Frame | None:
    """What the model makes of a frame; None if it refuses it."""
    try:
        return Frame.model_validate_json(payload, strict=True)
    except ValidationError:
        return None


def by_struct(payload: bytes) -> Frame | None:
    """What the server makes of it, read back."""
    try:
        return Frame.model_validate_json(msgspec.json.encode(parse(payload, len(payload))), strict=True)
    except BadFrame:
        return None


@cases(100)
@given(frame())
def test_a_frame_of_the_right_shape_is_the_same_to_both(sent: dict[str, Any]) -> None:
    payload = orjson.dumps(sent)
    assert by_struct(payload) == by_model(payload)


ODD = [
    b"null", b"true", b"-1", b"0", b"-0", b"1.0", b"1e0", b"1E5", b"1e-400", b"1e999", b"NaN", b"-Infinity", b'"NaN"',
    b'"nan"', b'"1"', b"18446744073709551616", b"-9223372036854775809", b"1" + b"0" * 5000, b"01", b"1.", b".5",
    b"+1", b"0x1", b"[]", b"[[]]", b"[0]", b"[0,0]", b"[0,0,0]", b"{}", b'{"a":0}', b'""', b'"\\u0041"',
    b'"\\ud800"', b'"\\ud83d\\ude00"', b'"\xff"', b'"\xed\xa0\x80"', b'"\xe2\x80\xae"', b'"\\u202e"', b'"a\\rb"',
    b'"\x01"', b'"\x7f"', b'"\\x41"', b'"' + b"y" * 300 + b'"', b'"' + b"\xc3\xa9" * 150 + b'"', b"", b"[", b"}",
    b'0,"cell":0', b'0,"kind":"op"', b'"op","kind":"free"', b"/**/0", b"0//",
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(frames())))
def test_odd_tokens_in_any_place_are_the_same_to_both(number: int) -> None:
    honest = orjson.dumps(frames()[number])
    chance = random.Random(number)
    places = [at for at in range(len(honest)) if honest[at : at + 1] in b'0123456789"[{tfn']
    for _ in range(600):
        at = chance.choice(places)
        end = chance.choice([at + 1, _end_of_token(honest, at)])
        payload = honest[:at] + chance.choice(ODD) + honest[end:]
        assert by_struct(payload) == by_model(payload), payload


def _end_of_token(text: bytes, at: int) -> int:
    """Where what begins here ends, if it is a word or a number."""
    if text[at : at + 1] == b'"':
        return text.find(b'"', at + 1) + 1 or len(text)
    end = at + 1
    while end < len(text) and text[end : end + 1] not in b',]}:"':
        end += 1
    return end


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, no key of which comes twice."""
    assert len({key for key, _ in pairs}) == len(pairs)
    return dict(pairs)


def test_what_is_passed_on_is_what_was_checked_and_not_the_bytes_that_came() -> None:
    passed_on: list[bytes] = []
    parts = assembler()
    parts._taken = lambda taken: passed_on.extend(b"[%b]" % rows for rows in taken.lists.values())
    odd = b"""{ "spans" : [{"cell": 7, "cell": 0, "line": 1, "column": 0, "end_line": 1, "end_column": 1}],
        "values": [{"shape": [4], "dtype": "float32", "data": [1E2, -0, 1.50, 123456789012345678901234567890]}],
        "events": [{"span": 7, "kind": "line", "sp\\u0061n": 0},
                   {"kind": "warning", "category": "a\\/b", "message": "\\u2028"}]}"""
    assert parts.feed(odd), parts.fault
    for text in (*passed_on, parts.written(Outcome(status="ok")).document):
        read = json.loads(text, object_pairs_hook=unique)
        assert json.dumps(read, separators=(",", ":"), ensure_ascii=False).encode() == text
    assert b'"cell":0' in passed_on[0]
    assert b'"span":0' in passed_on[2]
    assert rb"\\u2028" in passed_on[2]


class Tight(BaseModel):
    """Has a bound that no struct is made with."""

    small: int = Field(le=3)


class Trimmed(BaseModel):
    """Has a validator that no struct knows."""

    text: Annotated[str, AfterValidator(str.strip)]


class Loose(BaseModel):
    """Takes what JSON does not tell apart."""

    many: set[int]


@pytest.mark.parametrize("model", [Tight, Trimmed, Loose])
def test_what_a_struct_could_not_check_is_an_error_when_it_is_made(model: type[BaseModel]) -> None:
    with pytest.raises(TypeError, match="no struct can"):
        struct_of(model)


class Either(BaseModel):
    """A member of a union, with a kind of its own."""

    kind: Literal["either"] = "either"
    number: int | None = Field(default=None, ge=1)


def test_bounds_hold_in_unions_and_tags_are_written() -> None:
    read = msgspec.json.Decoder(struct_of(Either)).decode
    assert msgspec.json.encode(read(b'{"kind":"either","number":1}')) == b'{"kind":"either","number":1}'
    assert msgspec.json.encode(read(b'{"kind":"either"}')) == b'{"kind":"either","number":null}'
    for bad in (b'{"kind":"either","number":0}', b'{"kind":"other"}', b'{"kind":"either","n":1}'):
        with pytest.raises(msgspec.ValidationError):
            read(bad)


@cases(100)
@given(st.text())
def test_text_that_a_cell_prints_arrives_as_it_was(said: str) -> None:
    parts = assembler()
    text = said.encode(errors="replace").decode()
    assert parts.feed({"outputs": [{"cell": 0, "output": 0, "kind": "stdout", "text": text}]}), parts.fault
    assert parts.finish(Outcome(status="ok")).cells[0].outputs[0].text == text


@pytest.mark.parametrize("name", ["small", "training"])
def test_a_kept_trace_is_read_as_the_models_read_it(name: str) -> None:
    document = (Path(__file__).parent.parent / "golden" / f"{name}.trace.json").read_bytes()
    read, expected = kept.read(document), Trace.model_validate_json(document)
    assert msgspec.json.decode(msgspec.json.encode([getattr(read, each) for each in LISTS])) == [
        [item.model_dump(mode="json") for item in getattr(expected, each)] for each in LISTS
    ]
    assert [event.kind for event in read.events] == [event.kind for event in expected.events]
    for step in range(len(expected.events) + 1):
        frame = frame_at(expected, step)
        assert frame_at(read, step) == frame
        assert parts.state(document, step) == orjson.dumps(frame.json(), option=orjson.OPT_NON_STR_KEYS)
    with pytest.raises(ValueError, match="spans"):
        kept.read(document.replace(b'"line"', b'"lime"', 1))
