"""`make bench`: the engine's speed, and with TORCH_PYTHON= (a Python that has torch) PyTorch's beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FACADE = [ROOT / "backend", ROOT / "backend" / "gradwalk" / "facade"]


def measured(python: str, path: list[Path]) -> dict[str, float]:
    """What one Python, with these folders first on its path, takes for each program."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(folder) for folder in [*path, ROOT]),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    command = [python, "-m", "tests.bench.measure"]
    answer = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    times: dict[str, float] = json.loads(answer.stdout)
    return times


def main() -> None:
    """Prints a table."""
    ours = measured(sys.executable, FACADE)
    torch_python = os.environ.get("TORCH_PYTHON")
    theirs = measured(torch_python, []) if torch_python else {}
    print(f"{'microseconds a run':<20}{'gradwalk':>12}" + (f"{'PyTorch':>12}{'times':>8}" if theirs else ""))
    for name, time in ours.items():
        beside = f"{theirs[name]:>12,.1f}{theirs[name] / time:>8.1f}" if theirs else ""
        print(f"{name:<20}{time:>12,.1f}{beside}")


if __name__ == "__main__":
    main()
