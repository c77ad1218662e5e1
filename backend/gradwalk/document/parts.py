"""Parts of a trace for whoever wants no more than that: some of its fields, some of its steps, the state after one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import orjson
from pydantic import Field

from gradwalk.document.fold import frame_at
from gradwalk.document.frame import Frame
from gradwalk.document.kept import read
from gradwalk.document.schema import Cell, Document, Generator, Number, Options, Outcome, Trace
from gradwalk.document.stream import LISTS
from gradwalk.document.values import Scalar, numbers_of
from gradwalk.errors import NoSuchStep

FIELDS: tuple[str, ...] = tuple(Trace.model_fields)

_types: Any = msgspec.defstruct("Trace", [(name, msgspec.Raw) for name in FIELDS])
_decode = msgspec.json.Decoder(_types).decode
"""Its fields as the JSON that they are."""
_decode_rows = msgspec.json.Decoder(list[msgspec.Raw]).decode

_MOST_NAMES = 100
_MOST_ELEMENTS = 100


class NamedTensor(Document):
    """A tensor that a variable holds when the run is over."""

    name: str
    shape: list[int]
    dtype: str
    requires_grad: bool
    grad_fn: str | None = Field(description="The name of its node.")
    data: list[Number | None] | None = Field(
        description="Its first 100 elements, row-major; each complex one as two numbers."
    )
    grad: list[Number | None] | None = Field(description="Those of its gradient; null if it has none.")


class Digest(Document):
    """A run in a few kilobytes: what was printed, how it ended, how much there is, and what the variables hold."""

    id: str = Field(description="Of the trace that this is the digest of.")
    schema_version: Literal[1]
    generator: Generator
    options: Options
    cells: list[Cell]
    outcome: Outcome
    counts: dict[str, int] = Field(description="How many of each there are in the trace.")
    tensors: list[NamedTensor] = Field(description="Those of the first 100 names at top level that hold one.")


def cut(document: bytes, fields: Sequence[str] | None, steps: tuple[int | None, int | None] | None) -> bytes:
    """The trace's JSON with these fields only, and of its events only those from the first step to the second.

    Every other list stays whole, so that positions in it hold. Negative steps count from the end, as in a list.
    """
    read = _decode(document)
    parts = {name: bytes(getattr(read, name)) for name in FIELDS if fields is None or name in fields}
    if steps is not None and "events" in parts:
        parts["events"] = b"[%b]" % b",".join(map(bytes, _decode_rows(parts["events"])[slice(*steps)]))
    return b"{%b}" % b",".join(b'"%b":%b' % (name.encode(), part) for name, part in parts.items())


def step_of(asked: int, events: int) -> int:
    """A number of events from 0 to all; negative ones count from the end, so that -1 is after the last event."""
    step = asked if asked >= 0 else events + 1 + asked
    if not 0 <= step <= events:
        raise NoSuchStep(f"There is no step {asked}: this run has {events} events, so take 0 to {events}, or -1 back.")
    return step


def state(document: bytes, asked: int) -> bytes:
    """The state after so many events, as JSON."""
    trace = read(document)
    frame: Frame = frame_at(trace, step_of(asked, len(trace.events)))
    return orjson.dumps(frame, option=orjson.OPT_NON_STR_KEYS)  # which takes dataclasses as they are


def digest(document: bytes, trace_id: str) -> bytes:
    """The :class:`Digest` of a trace, as JSON."""
    trace = read(document)
    frame = frame_at(trace, len(trace.events))
    named = [_named(trace, frame, name, tensor) for name, tensor in list(frame.globals.items())[:_MOST_NAMES]]
    made = Digest(
        id=trace_id,
        schema_version=1,
        generator=trace.generator,
        options=trace.options,
        cells=trace.cells,
        outcome=trace.outcome,
        counts={name: len(getattr(trace, name)) for name in LISTS},
        tensors=named,
    )
    return made.model_dump_json().encode()


def _named(trace: Trace, frame: Frame, name: str, tensor: int) -> NamedTensor:
    made, now = trace.tensors[tensor], frame.tensors.get(tensor)
    grad_fn = now.grad_fn if now is not None else made.grad_fn
    gradient = frame.grads.get(tensor)
    storage = frame.storages.get(made.storage)
    return NamedTensor(
        name=name,
        shape=made.shape,
        dtype=made.dtype,
        requires_grad=now.requires_grad if now is not None else made.requires_grad,
        grad_fn=trace.nodes[grad_fn[0]].name if grad_fn is not None else None,
        data=_data(trace, storage.value, tensor) if storage is not None and storage.value is not None else None,
        grad=_data(trace, gradient, now.grad if now is not None else None) if gradient is not None else None,
    )


def _data(trace: Trace, value: int, tensor: int | None) -> list[Number | None]:
    shown = numbers_of(trace, value, tensor).data[:_MOST_ELEMENTS]
    return [_spelt(part) for number in shown for part in _parts(number)]


def _parts(number: Scalar | None) -> tuple[float | None, ...]:
    return (number.real, number.imag) if isinstance(number, complex) else (number,)


def _spelt(number: float | None) -> Number | None:
    if isinstance(number, float) and number - number != 0.0:
        return "NaN" if number != number else "Infinity" if number > 0 else "-Infinity"
    return number
