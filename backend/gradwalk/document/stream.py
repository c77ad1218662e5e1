"""One frame of the stream that a run sends: what is new in each of the trace's lists, and what cells printed."""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec
from pydantic import Field, ValidationError

from gradwalk.document.schema import (
    Document,
    Edge,
    Event,
    Formula,
    Index,
    Node,
    Op,
    Outcome,
    Scope,
    Span,
    Tensor,
    Value,
)
from gradwalk.document.structs import struct_of
from gradwalk.text import has_hidden

LISTS = ("spans", "scopes", "tensors", "values", "ops", "nodes", "edges", "formulas", "events")
"""The lists of a trace that only ever grow, under the same names in a frame."""

_WORTH_TELLING = 100
"""More faults than this are counted, not told."""


class BadFrame(Exception):
    """A frame that no honest run sends; the text says what is wrong with it."""


class OutputText(Document):
    """Text to append to the ``output``-th output of a cell, which it opens if it is the next one."""

    cell: Index
    output: Index
    kind: Literal["stdout", "stderr", "echo", "error", "warning"]
    text: str


class Frame(Document):
    """What is new since the last frame. It may refer to itself and to what came before, never to what comes after."""

    spans: list[Span] = Field(default=[])
    scopes: list[Scope] = Field(default=[])
    tensors: list[Tensor] = Field(default=[])
    values: list[Value] = Field(default=[])
    ops: list[Op] = Field(default=[])
    nodes: list[Node] = Field(default=[])
    edges: list[Edge] = Field(default=[])
    formulas: list[Formula] = Field(default=[])
    events: list[Event] = Field(default=[])
    outputs: list[OutputText] = Field(default=[])
    outcome: Outcome | None = None


_decode = msgspec.json.Decoder(struct_of(Frame)).decode


def parse(payload: bytes, most: int) -> Any:
    """The frame that ``payload`` spells, as the struct of :class:`Frame`; raises :class:`BadFrame` if it is none.

    Nearly every frame is as it should be, and is read into structs at once. One that is not, or has a name in it that
    must be cut or written out, goes through the models first, unless it has more than ``most`` bytes: they clean it, or
    say what is wrong with it, which takes ten times as long.
    """
    fault: Exception | str = "something that no name may have"
    if not _may_hide(payload):
        try:
            return _decode(payload)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            fault = error
    if len(payload) > most:
        raise BadFrame(f"frame: {fault}, in {len(payload)} bytes")
    try:
        return _decode(_cleaned(payload))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise BadFrame(f"frame: {error}") from None


_ESCAPED = re.compile(rb"\\[ubfr]")
"""How JSON may spell what cannot be seen, where two backslashes in a row have been taken out."""

_HIDING = frozenset((b"u", b"b", b"f", b"r"))

_SOME, _SELDOM = 8, 64
"""Where there are some backslashes, or one in so many bytes, looking at each takes less time than at a copy without
those that come in pairs."""

_ASCII = bytes(range(0x80))


def _may_hide(payload: bytes) -> bool:
    """Whether there may be something in a frame that no name may have."""
    if _may_spell_hidden(payload):
        return True
    if payload.isascii():
        return b"\x7f" in payload
    try:
        return has_hidden(payload.translate(None, _ASCII).decode())
    except UnicodeDecodeError:
        return True


def _may_spell_hidden(payload: bytes) -> bool:
    """Whether an escape may stand for something that cannot be seen."""
    at = payload.find(b"\\")
    for _ in range(_SOME + len(payload) // _SELDOM):
        if at < 0:
            return False
        if payload[at + 1 : at + 2] in _HIDING:
            return True
        at = payload.find(b"\\", at + 2)
    return _ESCAPED.search(payload.replace(b"\\\\", b"")) is not None


def _cleaned(payload: bytes) -> bytes:
    """The same frame, its names as they may be."""
    try:
        return Frame.model_validate_json(payload, strict=True).model_dump_json(exclude_unset=True).encode()
    except ValidationError as invalid:
        if invalid.error_count() > _WORTH_TELLING:
            raise BadFrame(f"frame: {invalid.error_count()} faults") from None
        first = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadFrame(f"{where or 'frame'}: {first['msg']}") from None
