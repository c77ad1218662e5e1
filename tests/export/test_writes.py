"""A write is told by the code that wrote, whatever its form: the statement, the numbers, the view it wrote through."""

from __future__ import annotations

import pytest

from gradwalk.export.reading.narrate import narrate
from gradwalk.export.reading.run import Run
from gradwalk.export.reading.sentences import in_words
from gradwalk.export.reading.steps import steps_of
from tests.recorder.tracing import trace_of

THROUGH = "{} writes into {} through {}: {} is now {}, version {}."
ITSELF = "{} writes into {} itself: now {}, version {}."
CASES = {
    "t[0] = 9.0": [THROUGH.format("t[0] = 9.0", "t", "t[0]", "t", "[9, 1]", 1)],
    "t[:1] = t[1:]": [THROUGH.format("t[:1] = t[1:]", "t", "t[:1]", "t", "[1, 1]", 1)],
    "t[t > 0] = 2.": [ITSELF.format("t[t > 0] = 2.", "t", "[2, 2]", 1)],
    "t += 1": [ITSELF.format("t += 1", "t", "[2, 2]", 1)],
    "t[1] *= 3": [
        THROUGH.format("t[1] *= 3", "t", "t[1]", "t", "[1, 3]", 1),
        "Python ends t[1] *= 3 by storing the result in t[1] again: same numbers, version 2.",
    ],
    "t[0].fill_(7)": [THROUGH.format("t[0].fill_(7)", "t", "t[0]", "t", "[7, 1]", 1)],
    "t.view(2, 1)[0] = 5": [
        THROUGH.format("t.view(2, 1)[0] = 5", "t", "t.view(2, 1)[0]", "t", "[5, 1]", 1),
    ],
    "u = t[1:]\nu[0] = 4": [THROUGH.format("u[0] = 4", "u", "u[0]", "u", "[4]", 1)],
    "t[0] = t[1] = 6": [
        THROUGH.format("t[0] = t[1] = 6", "t", "t[0]", "t", "[6, 1]", 1),
        THROUGH.format("t[1] = …", "t", "t[1]", "t", "[6, 6]", 2),
    ],
    "torch.add(t, 1, out=t)": [ITSELF.format("torch.add(t, 1, out=t)", "t", "[2, 2]", 1)],
}


@pytest.mark.parametrize("code", CASES)
def test_a_write_is_told_by_what_wrote_and_through_what(code: str) -> None:
    trace = trace_of(f"import torch\nt = torch.ones(2)\n{code}\n")
    run = Run(trace)
    said = [in_words(narrate(run, step), "en") for step in steps_of(trace)]
    assert [each for each in said if "version" in each] == CASES[code]
