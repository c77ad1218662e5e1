"""When a frame is sent depends on time, and does not show in what was recorded."""

from __future__ import annotations

from itertools import count
from typing import Any

import orjson
import pytest

from gradwalk.engine import warn
from gradwalk.engine.compiled import number_anew
from gradwalk.recorder import journal, recorder, stream
from gradwalk.runner import run
from tests.oracle.forked import isolated
from tests.oracle.programs import suite

PROGRAMS = (
    ("autograd", "saved_tensors_as_numbers"),
    ("complex", "what_conj_gave_sees_writes_that_nobody_counts"),
    ("maths", "signs_of_eigenvectors"),
)
NAMES = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F"


def recorded(cells: tuple[str, ...]) -> dict[str, list[Any]]:
    """Each list of a run's trace, and what each cell printed, whichever frames they came in."""
    warn._GIVEN.clear()
    number_anew()
    lists: dict[str, list[Any]] = {}

    def feed(frame: dict[str, Any]) -> int:
        for name, part in orjson.loads(orjson.dumps(frame, option=orjson.OPT_SERIALIZE_NUMPY)).items():
            if name == "outputs":
                lists.setdefault(name, []).append("".join(each["text"] for each in part))
            elif isinstance(part, list):
                lists.setdefault(name, []).extend(part)
        return 0

    run([{"source": cell, "execution_count": None} for cell in cells], {"seed": 0, "max_elements": 100}, feed)
    return lists | {"outputs": ["".join(lists.get("outputs", []))]}


@pytest.mark.parametrize(
    "is_compiled", [pytest.param(True, id="compiled", marks=pytest.mark.core), pytest.param(False, id="python")]
)
@pytest.mark.parametrize(("of", "name"), PROGRAMS, ids=[name for _, name in PROGRAMS])
def test_when_frames_are_sent_does_not_show(
    monkeypatch: pytest.MonkeyPatch, of: str, name: str, is_compiled: bool
) -> None:
    if not is_compiled:
        monkeypatch.setattr(recorder, "CORE", None)
    cells = (NAMES, *suite(of)[name].cells)

    def where_time(passes: bool) -> Any:
        clock = count(step=int(passes))
        for module in (journal, recorder, stream):
            monkeypatch.setattr(module, "monotonic", lambda: float(next(clock)))
        return isolated(lambda: recorded(cells))

    stands_still, flies = where_time(False), where_time(True)
    assert stands_still["events"]
    assert stands_still == flies
