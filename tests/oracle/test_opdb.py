"""The kept samples of PyTorch's own database of operators give under the facade what they gave under PyTorch."""

from __future__ import annotations

import pytest

from tests.oracle.opdb.facts import KEPT
from tests.oracle.opdb.known import checked, known
from tests.oracle.opdb.table import Verdict

AREAS = sorted(path.name.removesuffix(".jsonl.gz").replace("_", " ") for path in KEPT.glob("*.jsonl.gz"))


@pytest.fixture(scope="module")
def verdicts() -> list[Verdict]:
    return checked()


@pytest.mark.parametrize("area", AREAS)
def test_samples_agree_with_pytorch(area: str, verdicts: list[Verdict]) -> None:
    differing = {v.name: [v.call, *v.lines] for v in verdicts if v.area == area and not v.agrees}
    new = {name: lines for name, lines in differing.items() if name not in known()}
    assert not new


def test_what_is_known_to_differ_does_differ(verdicts: list[Verdict]) -> None:
    agreeing = {verdict.name for verdict in verdicts if verdict.agrees}
    mended = sorted(known() & agreeing)
    assert not mended, "write the list anew: python -m tests.oracle.opdb.known"


def test_what_is_known_to_differ_is_among_the_cases(verdicts: list[Verdict]) -> None:
    assert known() <= {verdict.name for verdict in verdicts}
