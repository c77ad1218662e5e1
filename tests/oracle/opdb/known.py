"""The kept cases in which Gradwalk is known to differ from PyTorch: a list that only shrinks.

`python -m tests.oracle.opdb.known` writes it anew after an improvement, and never adds to it;
`--begin` does, after facts have been recorded anew.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.oracle.opdb.facts import KEPT
from tests.oracle.opdb.table import Verdict

LIST = Path(__file__).parent / "known.txt"
ROOT = Path(__file__).resolve().parents[3]


def known() -> set[str]:
    """The names of the cases that are known to differ."""
    return set(LIST.read_text(encoding="utf-8").splitlines()) if LIST.exists() else set()


def checked(directory: Path = KEPT) -> list[Verdict]:
    """What becomes of recorded cases under Gradwalk's facade, in a process of its own."""
    with tempfile.TemporaryDirectory() as place:
        answer = Path(place) / "verdicts.json"
        command = [sys.executable, "-m", "tests.oracle.opdb.check", str(directory.resolve()), "--json", str(answer)]
        environment = kernels_of_the_facts() | os.environ | {"PYTHONPATH": str(ROOT)}
        run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if not answer.exists():
            raise RuntimeError(run.stderr)
        return [Verdict(**record) for record in json.loads(answer.read_text(encoding="utf-8"))]


def kernels_of_the_facts() -> dict[str, str]:
    """The environment in which numpy rounds as it does where the facts were recorded, on a processor with AVX2: wider
    registers add up in another order, and some last digits differ."""
    core: Any = importlib.import_module("numpy._core._multiarray_umath")
    wider = [
        name for name in core.__cpu_dispatch__ if name.startswith(("X86_V4", "AVX512")) and core.__cpu_features__[name]
    ]
    return {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": " ".join(wider)} if wider else {}


def main(*, begin: bool) -> None:
    before = known()
    differing = {verdict.name for verdict in checked() if not verdict.agrees}
    kept = sorted(differing if begin else differing & before)
    LIST.write_text("".join(f"{name}\n" for name in kept), encoding="utf-8")
    print(f"{len(kept)} known to differ, {len(before)} before; new: {sorted(differing - before)[:20]}")


if __name__ == "__main__":
    main(begin="--begin" in sys.argv[1:])
