"""The lesson does under Gradwalk, cell by cell, what it does under PyTorch."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.oracle.compare import differences
from tests.oracle.facts import facts
from tests.oracle.programs import NOTEBOOK, suite
from tests.oracle.replay import Replayer

LESSON = facts("lesson")
CELLS = [(seed, number) for seed, cells in LESSON.items() for number in range(len(cells))]


def printed_in_notebook() -> list[str | None]:
    """What the notebook's author saw under each cell."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    outputs = [cell["outputs"] for cell in cells if cell["cell_type"] == "code"]
    return ["".join(output[0]["data"]["text/plain"]) if output else None for output in outputs]


@pytest.fixture(scope="module")
def replayed(facade: Replayer) -> dict[str, Any]:
    return {seed: facade.run(program) for seed, program in suite("lesson").items()}


@pytest.mark.parametrize("seed", LESSON)
def test_pytorch_shows_what_the_notebook_holds(seed: str) -> None:
    assert [cell.get("text") for cell in LESSON[seed]] == printed_in_notebook()


@pytest.mark.parametrize(("seed", "cell"), CELLS)
def test_cell_has_pytorchs_values_graph_and_order(replayed: dict[str, Any], seed: str, cell: int) -> None:
    assert len(replayed[seed]) > cell, replayed[seed][-1].get("error")
    assert differences(LESSON[seed][cell], replayed[seed][cell]) == []


def test_both_branches_of_the_lessons_if_are_taken() -> None:
    cells = [cell for seed in LESSON.values() for cell in seed[-2:]]
    roots = [cell["passes"][0]["nodes"][cell["passes"][0]["roots"][0]] for cell in cells]
    factors = {root["saved"]["other"] for root in roots}
    assert {"int64() 2", "int64() 100"} <= factors
