"""The engine's traces are those that PyTorch itself leaves, recorded by `tests.oracle.engines.record`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.oracle.engines.aspects import Reading
from tests.oracle.engines.child import Engine, cells_of
from tests.oracle.engines.compare import apart
from tests.oracle.engines.record import PROGRAMS, SUITE
from tests.oracle.facts import facts
from tests.oracle.programs import suite

_MARKS = re.compile(r"\n +[~^]+(?=\n)")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    started = Engine("gradwalk")
    yield started
    started.close()


def test_all_of_them_are_recorded() -> None:
    assert set(facts(SUITE)) == set(PROGRAMS)


@pytest.mark.parametrize("name", PROGRAMS)
def test_trace_is_pytorchs(engine: Engine, name: str) -> None:
    of, _, key = name.partition("/")
    program = suite(of)[key]
    mine = Reading(engine.trace(cells_of(program, of), program.seed)).facts
    assert apart(_marked_alike(mine), _marked_alike(facts(SUITE)[name])) == {}


def test_lessons_leave_the_same_traces_where_nothing_is_compiled(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADWALK_PURE", "1")
    plain = Engine("gradwalk")
    programs = suite("gallery")
    runs = [[x.trace(cells_of(one, "gallery"), one.seed) for one in programs.values()] for x in (engine, plain)]
    plain.close()
    assert [name for name, run, other in zip(programs, *runs, strict=True) if run != other] == []


def _marked_alike(told: dict[str, Any]) -> dict[str, Any]:
    """Without the marks below a traceback's lines: from 3.13 on, Python marks calls that fill their line, too."""
    return told | {"output": [(_MARKS.sub("", text), numbers) for text, numbers in told["output"]]}
