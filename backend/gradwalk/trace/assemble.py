"""Frames of a run put together to a trace, on the assumption that whoever sent them means harm.

A frame counts if it is whole, of the right shape and points only at itself and what came before; the first that does
not ends the stream, and what was whole before it is the trace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import orjson

from gradwalk import __version__
from gradwalk.limits import LIMITS, Limits
from gradwalk.stops import Reason, sentence
from gradwalk.trace.references import dangling
from gradwalk.trace.schema import (
    SCHEMA_VERSION,
    Bind,
    Cell,
    CellBegin,
    CellEnd,
    Edge,
    Generator,
    Op,
    Options,
    Outcome,
    Output,
    OutputWritten,
    Scope,
    Stop,
    Tensor,
    Trace,
)
from gradwalk.trace.stream import LISTS, BadFrame, Frame, parse

CellStatus = Literal["done", "error", "stopped", "not_run"]


class _Chunk:
    """An output of a cell while it still grows."""

    def __init__(self, kind: Literal["stdout", "stderr", "echo", "error", "warning"]) -> None:
        self.kind = kind
        self.texts: list[str] = []


class Assembler:
    """Takes the frames of one run in order and makes the trace of them."""

    def __init__(
        self,
        cells: Sequence[Cell],
        options: Options,
        limits: Limits = LIMITS,
        taken: Callable[[Frame], None] | None = None,
    ) -> None:
        self._cells = cells
        self._options = options
        self._limits = limits
        self._taken = taken
        """Hears of every frame that counts, once it is known to."""
        self._lists: dict[str, list[Any]] = {name: [] for name in LISTS}
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
                self._append(self._checked(_encoded(frame)))
            except BadFrame as bad:
                self.fault = str(bad)
        return self.fault is None

    def finish(self, outcome: Outcome) -> Trace:
        """The trace, given how the run ended according to the one who watched it from outside.

        What the run says of its own end counts only if ``outcome`` is ok and all its frames were whole.
        """
        parts: dict[str, Any] = {
            "schema_version": SCHEMA_VERSION,
            "generator": Generator(version=__version__),
            "options": self._options,
            "cells": self._finished_cells(),
            **self._lists,
            "tensors": self._named_tensors(),
            "outcome": self._outcome(outcome),
        }
        # Everything in it has been validated, frame by frame.
        return Trace.model_construct(**parts)

    def _checked(self, payload: bytes) -> Frame:
        self._bytes += len(payload)
        self._frames += 1
        if self._bytes > self._limits.stream_bytes or self._frames > self._limits.frames:
            raise BadFrame("the stream is longer than the limits allow")
        if self._claim is not None:
            raise BadFrame("there is a frame after the last one")
        frame = parse(payload)
        lengths = {name: len(items) + len(frame.items(name)) for name, items in self._lists.items()}
        lengths["cells"] = len(self._cells)
        for name in LISTS:
            if (fault := dangling(frame.items(name), lengths)) is not None:
                raise BadFrame(fault)
        if frame.outcome is not None:
            told = [part for part in (frame.outcome.error, frame.outcome.stop) if part is not None]
            if (fault := dangling(told, lengths)) is not None:
                raise BadFrame(fault)
        self._check_order(frame.scopes, frame.edges, frame.ops)
        self._check_outputs(frame)
        return frame

    def _check_order(self, scopes: Sequence[Scope], edges: Sequence[Edge], ops: Sequence[Op]) -> None:
        """Whoever follows parents or producers must come to an end, and every slot must be one of its op's."""
        for position, scope in enumerate(scopes, start=len(self._lists["scopes"])):
            if scope.parent is not None and scope.parent >= position:
                raise BadFrame(f"scope {position} lies in scope {scope.parent}, which is no older")
        known: list[Op] = self._lists["ops"]
        for edge in edges:
            if edge.producer is not None and edge.producer >= edge.op:
                raise BadFrame(f"an edge leads from op {edge.producer} to op {edge.op}, which is no younger")
            op = known[edge.op] if edge.op < len(known) else ops[edge.op - len(known)]
            if edge.slot >= len(op.inputs):
                raise BadFrame(f"an edge ends in slot {edge.slot} of op {edge.op}, which has {len(op.inputs)}")

    def _check_outputs(self, frame: Frame) -> None:
        kinds = [[chunk.kind for chunk in chunks] for chunks in self._outputs]
        for part in frame.outputs:
            if part.cell >= len(kinds) or part.output > len(kinds[part.cell]):
                raise BadFrame(f"there is no output {part.output} of cell {part.cell} to write to")
            if part.output == len(kinds[part.cell]):
                kinds[part.cell].append(part.kind)
            elif kinds[part.cell][part.output] != part.kind:
                raise BadFrame(f"output {part.output} of cell {part.cell} changes its kind to {part.kind}")
        for event in frame.events:
            if type(event) is OutputWritten and event.output >= len(kinds[event.cell]):
                raise BadFrame(f"there is no output {event.output} of cell {event.cell} that could have grown")

    def _append(self, frame: Frame) -> None:
        for name, items in self._lists.items():
            items.extend(frame.items(name))
        for part in frame.outputs:
            chunks = self._outputs[part.cell]
            if part.output == len(chunks):
                chunks.append(_Chunk(part.kind))
            chunks[part.output].texts.append(part.text)
        self._claim = frame.outcome
        if self._taken is not None:
            self._taken(frame)

    def _named_tensors(self) -> list[Tensor]:
        names: dict[int, dict[str, None]] = {}
        for event in self._lists["events"]:
            if type(event) is Bind and event.tensor is not None:
                names.setdefault(event.tensor, {})[event.name] = None
        tensors = list(self._lists["tensors"])
        for index, given in names.items():
            tensors[index] = tensors[index].model_copy(update={"names": list(given)})
        return tensors

    def _finished_cells(self) -> list[Cell]:
        status: list[CellStatus] = ["not_run"] * len(self._cells)
        for event in self._lists["events"]:
            if type(event) is CellBegin:
                status[event.cell] = "stopped"
            elif type(event) is CellEnd:
                status[event.cell] = event.status
        return [
            Cell(
                source=cell.source,
                execution_count=cell.execution_count,
                status=status[position],
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


def _encoded(frame: bytes | Mapping[str, Any]) -> bytes:
    """A frame as it travels; elements may be numpy arrays, as the recorder makes them."""
    return orjson.dumps(frame, option=orjson.OPT_SERIALIZE_NUMPY) if isinstance(frame, Mapping) else frame
