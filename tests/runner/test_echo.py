"""A value is laid out as IPython lays it out, character for character."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gradwalk.runner.echo import pretty
from tests.oracle.echo_cases import EXPRESSIONS, NAMESPACE, Block

FACTS = json.loads((Path(__file__).parents[1] / "oracle" / "facts" / "echo.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_layout_is_that_of_ipython(expression: str) -> None:
    assert pretty(eval(expression, dict(NAMESPACE))) == FACTS["texts"][expression]


def test_every_case_has_been_recorded() -> None:
    assert set(FACTS["texts"]) == set(EXPRESSIONS)


def test_an_object_without_a_repr_shows_its_class_and_address() -> None:
    thing = type("Thing", (), {"__module__": "__main__"})()
    assert pretty(thing) == f"<__main__.Thing at {id(thing):#x}>"


def test_a_class_may_lay_itself_out() -> None:
    class Pair:
        def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
            with printer.group(5, "Pair(", ")"):
                printer.pretty(Block(1, 40))
                printer.text(",")
                printer.breakable()
                printer.pretty(Block(1, 40))

    assert pretty(Pair()) == "Pair(" + "x" * 40 + ",\n     " + "x" * 40 + ")"


def test_a_repr_that_raises_is_the_snippets_own_error() -> None:
    class Broken:
        def __repr__(self) -> str:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        pretty([Broken()])
