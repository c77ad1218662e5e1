"""Random numbers begin at the same place in each run, however late what draws them is loaded."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from gradwalk.runner import run

FIRST_OF_SEED_0 = "0.5488135039273248"
"""``numpy.random.RandomState(0).random_sample()``."""


def test_numpy_begins_with_seed_0_in_a_process_that_has_drawn_nothing_yet() -> None:
    program = (
        "import sys; from gradwalk.runner import run; assert 'numpy.random' not in sys.modules;"
        "run([{'source': 'import torch; torch.rand(1); import numpy as np; print(np.random.rand())',"
        "'execution_count': None}], {'max_elements': 9}, lambda frame: print(frame) or 1)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert FIRST_OF_SEED_0 in said


SECOND_AND_THIRD_OF_SEED_0 = [0.7579544029403025, 0.420571580830845]
"""Of ``random.Random(0).random()``."""


def test_what_draws_is_not_loaded_for_a_snippet_that_draws_nothing_and_begins_with_seed_0_for_one_that_does() -> None:
    program = """
import sys
from gradwalk.runner import run
def loaded_after(source):
    run([{"source": source, "execution_count": None}], {"max_elements": 9}, lambda frame: 1)
    return sorted({"random", "numpy.random"} & sys.modules.keys())
finders = list(sys.meta_path)
print(loaded_after("import torch, numpy as np; torch.ones(3) + np.ones(3)"))
print(loaded_after("import statistics; statistics.random.random()"))
print([sys.modules["random"].random() for _ in range(2)], sys.meta_path == finders)
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said == f"[]\n['random']\n{SECOND_AND_THIRD_OF_SEED_0} True\n"


def test_each_run_begins_anew() -> None:
    first, second = _printed(), _printed()
    assert first == second
    assert FIRST_OF_SEED_0 in first


def _printed() -> str:
    source = "import torch, random, numpy as np\nprint(np.random.rand(), random.random(), torch.seed())"
    frames: list[dict[str, Any]] = []

    def keep(frame: dict[str, Any]) -> int:
        frames.append(frame)
        return 1

    run([{"source": source, "execution_count": None}], {"max_elements": 9}, keep)
    return str([output for frame in frames for output in frame.get("outputs", ())])
