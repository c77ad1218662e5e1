"""Keeps a small part of what `sample` recorded, for the tests: `python -m tests.oracle.opdb.keep DIRECTORY ...`.

Of every operator, module and optimiser a few small samples of each form and dtype, and its errors; a file for each
area.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.oracle.opdb.facts import KEPT, read, spread, write

MOST = {
    "function": {"float32": 10, "float64": 2, "int64": 3, "bool": 2},
    "train": {"float32": 8, "float64": 1},
    "eval": {"float32": 5, "float64": 1},
    "loop": {"float32": 9, "float64": 2},
    "error": {"": 14},
}
"""Cases of an operator by form and dtype; of what is not named here, one."""
LARGEST, LARGEST_OF_MODULES = 5_000, 12_000
"""Characters of a case's packed tensors, inputs and results together."""


def main(directories: list[Path]) -> None:
    kept: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path in sorted(path for directory in directories for path in directory.glob("*.jsonl.gz")):
        groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for case in read(path):
            if len(str(case)) <= (LARGEST_OF_MODULES if "kind" in case else LARGEST):
                groups[case["form"], case["dtype"]].append(case)
        for (form, dtype), cases in groups.items():
            most = MOST.get(form, {}).get(dtype, 1)
            first = cases[:most]
            # neighbours in the database of modules differ in one option, and what differs most lies far apart
            kept[cases[0]["area"]] += first if "kind" not in cases[0] else [cases[i] for i in spread(len(cases), most)]
    KEPT.mkdir(exist_ok=True)
    for area, cases in kept.items():
        path = KEPT / f"{area.replace(' ', '_')}.jsonl.gz"
        write(path, cases)
        print(f"{path.name}: {len(cases)} cases, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
