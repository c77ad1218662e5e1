"""Keeps a small part of what `sample` recorded, for the tests: `python -m tests.oracle.opdb.keep DIRECTORY`.

Of every operator a few small samples of each form and dtype, and its errors; a file for each area.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from tests.oracle.opdb.facts import KEPT, read, write

MOST = {"function": {"float32": 10, "float64": 2, "int64": 3, "bool": 2}, "error": {"": 10}}
"""Cases of an operator by form and dtype; of what is not named here, one."""
LARGEST = 5_000
"""Characters of a case's packed tensors, inputs and results together."""


def main(directory: Path) -> None:
    kept: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path in sorted(directory.glob("*.jsonl.gz")):
        count: Counter[tuple[str, str]] = Counter()
        for case in read(path):
            key = case["form"], case["dtype"]
            if count[key] < MOST.get(case["form"], {}).get(case["dtype"], 1) and len(str(case)) <= LARGEST:
                count[key] += 1
                kept[case["area"]].append(case)
    KEPT.mkdir(exist_ok=True)
    for area, cases in kept.items():
        path = KEPT / f"{area.replace(' ', '_')}.jsonl.gz"
        write(path, cases)
        print(f"{path.name}: {len(cases)} cases, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
