"""Snippets to traces, in this process: the runner with the real recorder and engine, and the assembler behind them."""

from __future__ import annotations

from typing import Any

import orjson

from gradwalk.document.assemble import Assembler
from gradwalk.document.schema import Cell, Edge, Op, Options, Outcome, Trace
from gradwalk.document.values import listing
from gradwalk.engine import warn
from gradwalk.limits import LIMITS, Limits
from gradwalk.runner import run


def trace_of(*sources: str, seed: int | None = 0, max_elements: int = 1000, limits: Limits = LIMITS) -> Trace:
    """The trace of a run of these cells, which gets the warnings that a process gives once."""
    warn._GIVEN.clear()
    options = Options(seed=seed, max_elements=max_elements)
    assembler = Assembler([Cell(source=source) for source in sources], options, limits)

    def feed(frame: dict[str, Any]) -> int:
        payload = orjson.dumps(frame, option=orjson.OPT_SERIALIZE_NUMPY)
        assert assembler.feed(payload), assembler.fault
        return len(payload)

    run([{"source": source, "execution_count": None} for source in sources], options.model_dump(), feed, limits)
    return assembler.finish(Outcome(status="ok"))


def text_of(trace: Trace, span: int | None) -> str:
    """The source text of a span on one line."""
    assert span is not None
    where = trace.spans[span]
    assert where.line == where.end_line
    line = trace.cells[where.cell].source.splitlines()[where.line - 1].encode("utf-16-le")
    return line[2 * where.column : 2 * where.end_column].decode("utf-16-le")


def op_named(trace: Trace, name: str) -> Op:
    """The only application of an op."""
    [found] = [op for op in trace.ops if op.name == name]
    return found


def edges_into(trace: Trace, op: Op) -> list[Edge]:
    """The edges into an op application, by slot."""
    index = trace.ops.index(op)
    return sorted((edge for edge in trace.edges if edge.op == index), key=lambda edge: edge.slot)


def events(trace: Trace, kind: str) -> list[Any]:
    """The events of a kind, in order."""
    return [event for event in trace.events if event.kind == kind]


def numbers(trace: Trace, value: int | None) -> list[Any]:
    """The elements of a value."""
    assert value is not None
    data = listing(trace, value).data
    assert isinstance(data, list)
    return data
