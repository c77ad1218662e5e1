"""Frames of a run put together to a trace, on the assumption that whoever sent them means harm.

A frame counts if it is whole, of the right shape and points only at itself and what came before; the first that does
not ends the stream, and what was whole before it is the trace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal, get_args

import msgspec
import orjson

from gradwalk import __version__
from gradwalk.document.references import by_kind, dangling_among
from gradwalk.document.schema import SCHEMA_VERSION, Cell, Document, Generator, Options, Outcome, Output, Stop, Trace
from gradwalk.document.stream import LISTS, BadFrame, Frame, parse
from gradwalk.limits import LIMITS, Limits
from gradwalk.stops import Reason, sentence

CellStatus = Literal["done", "error", "stopped", "not_run"]

_encode = msgspec.json.Encoder().encode

_KINDS = {name: get_args(Frame.model_fields[name].annotation)[0].__name__ for name in LISTS if name != "events"}
"""What is in lists of one kind."""

_PARTS = (*LISTS, "outputs")

_parts_of = attrgetter(*_PARTS)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a frame that counts has brought."""

    ops: int
    events: int
    cell: int | None
    """The last cell that began to run in it."""
    lists: Mapping[str, bytes]
    """What is new of the trace's lists and of ``outputs``, by name, as JSON with commas between: what is not empty."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """A trace that is complete."""

    document: bytes
    """It, as JSON."""
    outcome: Outcome


class _Chunk:
    """An output of a cell while it still grows."""

    def __init__(self, kind: Literal["stdout", "stderr", "echo", "error", "warning"]) -> None:
        self.kind = kind
        self.texts: list[str] = []


class Assembler:
    """Takes the frames of one run in order and makes the trace of them.

    What has been checked is kept as the JSON that it will be in the trace: written by us, whatever bytes it came as.
    """

    def __init__(
        self,
        cells: Sequence[Cell],
        options: Options,
        limits: Limits = LIMITS,
        taken: Callable[[Taken], None] | None = None,
    ) -> None:
        self._cells = cells
        self._options = options
        self._limits = limits
        self._taken = taken
        """Hears of every frame that counts, once it is known to."""
        self._lengths = dict.fromkeys(LISTS, 0) | {"cells": len(cells)}
        self._rows: dict[str, list[bytes]] = {name: [] for name in LISTS}
        """Of each list, frame by frame, the items with commas between; tensors get their names at the end."""
        self._referring: set[int] = set()
        """The values whose elements are those of another."""
        self._slots: list[int] = []
        """By op, how many inputs it has."""
        self._names: dict[int, dict[str, None]] = {}
        """By tensor, what it was bound to."""
        self._sent_names: dict[int, list[str]] = {}
        """By tensor, the names that it came with, which none does that the recorder sends."""
        self._status: list[CellStatus] = ["not_run"] * len(cells)
        self._outputs: list[list[_Chunk]] = [[] for _ in cells]
        self._claim: Outcome | None = None
        self._bytes = 0
        self._frames = 0
        self.fault: str | None = None
        """What was wrong with the frame that ended the stream, for a log; None while all is well."""

    def feed(self, frame: bytes | Mapping[str, Any]) -> bool:
        """Take one frame; false once the stream has gone bad, and then for good."""
        if self.fault is None:
            try:
                self._take(_encoded(frame))
            except BadFrame as bad:
                self.fault = str(bad)
        return self.fault is None

    def finish(self, outcome: Outcome) -> Trace:
        """The trace, given how the run ended according to the one who watched it from outside.

        What the run says of its own end counts only if ``outcome`` is ok and all its frames were whole.
        """
        return Trace.model_validate_json(self.written(outcome).document)

    def written(self, outcome: Outcome) -> Assembled:
        """The same as JSON, which takes a fraction of the time: all of it has been checked, frame by frame."""
        ended = self._outcome(outcome)
        rows = self._rows | {"tensors": [self._named(b",".join(self._rows["tensors"]))]}
        pieces = [
            b'{"schema_version":%d,"generator":%b' % (SCHEMA_VERSION, _of(Generator(version=__version__))),
            b',"options":',
            _of(self._options),
            b',"cells":[%b]' % b",".join(map(_of, self._finished_cells())),
        ]
        for name in LISTS:
            pieces.append(b',"%b":[' % name.encode())
            pieces += _between(b",", rows[name])
            pieces.append(b"]")
        pieces.append(b',"outcome":%b}' % _of(ended))
        return Assembled(b"".join(pieces), ended)  # at once: it may be long, and each copy takes as long again

    def _take(self, payload: bytes) -> None:
        self._bytes += len(payload)
        self._frames += 1
        if self._bytes > self._limits.stream_bytes or self._frames > self._limits.frames:
            raise BadFrame("the stream is longer than the limits allow")
        if self._claim is not None:
            raise BadFrame("there is a frame after the last one")
        frame = parse(payload, self._limits.frame_bytes // 4)
        new = {name: items for name, items in zip(_PARTS, _parts_of(frame), strict=True) if items}
        events = by_kind(frame.events)
        self._check_references(frame, new, events)
        self._check_order(frame)
        if "outputs" in new or "OutputWritten" in events:
            self._check_outputs(frame, events.get("OutputWritten", ()))
        self._append(frame, new, events)

    def _check_references(
        self, frame: Any, new: Mapping[str, Sequence[Any]], events: Mapping[str, Sequence[Any]]
    ) -> None:
        lengths = self._lengths.copy()
        groups = dict(events)
        for name, items in new.items():
            if name != "outputs":
                lengths[name] += len(items)
                if name != "events":
                    groups[_KINDS[name]] = items
        if frame.outcome is not None:
            groups |= by_kind([part for part in (frame.outcome.error, frame.outcome.stop) if part])
        if (fault := dangling_among(groups, lengths)) is not None:
            raise BadFrame(fault)

    def _check_order(self, frame: Any) -> None:
        """Whoever follows parents or producers must come to an end, whoever looks for the elements of a value must
        find them, and every slot must be one of its op's."""
        for position, scope in enumerate(frame.scopes, start=self._lengths["scopes"]):
            if scope.parent is not None and scope.parent >= position:
                raise BadFrame(f"scope {position} lies in scope {scope.parent}, which is no older")
        for position, value in enumerate(frame.values, start=self._lengths["values"]):
            if type(value.data) is int:
                if value.data >= position or value.data in self._referring:
                    raise BadFrame(f"value {position} has its elements from value {value.data}, which has none before")
                self._referring.add(position)
        slots = self._slots
        slots += [len(op.inputs) for op in frame.ops]
        for edge in frame.edges:
            op, producer = edge.op, edge.producer
            if producer is not None and producer >= op:
                raise BadFrame(f"an edge leads from op {producer} to op {op}, which is no younger")
            if edge.slot >= slots[op]:
                raise BadFrame(f"an edge ends in slot {edge.slot} of op {op}, which has {slots[op]}")

    def _check_outputs(self, frame: Any, grown: Sequence[Any]) -> None:
        kinds = [[chunk.kind for chunk in chunks] for chunks in self._outputs]
        for part in frame.outputs:
            if part.cell >= len(kinds) or part.output > len(kinds[part.cell]):
                raise BadFrame(f"there is no output {part.output} of cell {part.cell} to write to")
            if part.output == len(kinds[part.cell]):
                kinds[part.cell].append(part.kind)
            elif kinds[part.cell][part.output] != part.kind:
                raise BadFrame(f"output {part.output} of cell {part.cell} changes its kind to {part.kind}")
        for event in grown:
            if event.output >= len(kinds[event.cell]):
                raise BadFrame(f"there is no output {event.output} of cell {event.cell} that could have grown")

    def _append(self, frame: Any, new: Mapping[str, Sequence[Any]], events: Mapping[str, Sequence[Any]]) -> None:
        lists = {name: _rows(items) for name, items in new.items()}
        first = self._lengths["tensors"]
        for name, rows in lists.items():
            if name != "outputs":
                self._lengths[name] += len(new[name])
                self._rows[name].append(rows)
        if sent := {at: tensor.names for at, tensor in enumerate(frame.tensors, start=first) if tensor.names}:
            self._sent_names |= sent
            self._rows["tensors"][-1] = _rows([msgspec.structs.replace(made, names=[]) for made in frame.tensors])
        for part in frame.outputs:
            chunks = self._outputs[part.cell]
            if part.output == len(chunks):
                chunks.append(_Chunk(part.kind))
            chunks[part.output].texts.append(part.text)
        for bound in events.get("Bind", ()):
            if bound.tensor is not None:
                self._names.setdefault(bound.tensor, {})[bound.name] = None
        begun = events.get("CellBegin", ())
        if begun or "CellEnd" in events:
            self._follow_cells(frame.events)
        if frame.outcome is not None:
            self._claim = Outcome.model_validate_json(_encode(frame.outcome))
        if self._taken is not None:
            self._taken(Taken(len(frame.ops), len(frame.events), begun[-1].cell if begun else None, lists))

    def _follow_cells(self, events: Sequence[Any]) -> None:
        for event in events:
            kind = type(event).__name__
            if kind == "CellBegin":
                self._status[event.cell] = "stopped"
            elif kind == "CellEnd":
                self._status[event.cell] = event.status

    def _named(self, tensors: bytes) -> bytes:
        """The tensors with their names: a quotation mark within a string is ``\\"``, so a key is found by its own."""
        parts = tensors.split(b'"names":[')
        for index, given in (self._sent_names | self._names).items():
            parts[index + 1] = _rows(list(given)) + parts[index + 1]
        return b'"names":['.join(parts)

    def _finished_cells(self) -> list[Cell]:
        return [
            Cell(
                source=cell.source,
                execution_count=cell.execution_count,
                status=self._status[position],
                outputs=[Output(kind=chunk.kind, text="".join(chunk.texts)) for chunk in self._outputs[position]],
            )
            for position, cell in enumerate(self._cells)
        ]

    def _outcome(self, outcome: Outcome) -> Outcome:
        if self.fault is not None:
            return stopped(outcome, "nonsense")
        elif outcome.status != "ok":
            return outcome
        elif self._claim is None:
            return stopped(outcome, "unfinished")
        return self._claim


def stopped(outcome: Outcome, reason: Reason) -> Outcome:
    """``outcome`` of a run that turned out to have been stopped for ``reason``."""
    changes = {"status": "killed", "message": sentence(reason), "stop": Stop(reason=reason)}
    return outcome.model_copy(update=changes)


def _between(comma: bytes, pieces: Sequence[bytes]) -> list[bytes]:
    parted = [comma] * (2 * len(pieces) - 1)
    parted[::2] = pieces
    return parted


def _rows(items: Sequence[Any]) -> bytes:
    """Items as JSON, with commas between."""
    return _encode(items)[1:-1]


def _of(part: Document) -> bytes:
    return part.model_dump_json().encode()


def _encoded(frame: bytes | Mapping[str, Any]) -> bytes:
    """A frame as it travels; elements may be numpy arrays, as the recorder makes them."""
    return orjson.dumps(frame, option=orjson.OPT_SERIALIZE_NUMPY) if isinstance(frame, Mapping) else frame
