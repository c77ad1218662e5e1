"""Runs the checks of this folder in a Python that has PyTorch and pytest; the rest is taken from this one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(python: str) -> int:
    """pytest's exit status."""
    start = f"import sys; sys.path[:0] = {[str(ROOT / 'backend'), str(ROOT)]!r}; sys.path += {sys.path[1:]!r}; "
    start += "import pytest; sys.exit(pytest.main(sys.argv[1:]))"
    checks = sorted(str(path) for path in Path(__file__).parent.glob("check_*.py"))
    command = [python, "-c", start, "-q", "-p", "no:cacheprovider", "-c", os.devnull, f"--rootdir={ROOT}", *checks]
    return subprocess.run(command, cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"}, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
