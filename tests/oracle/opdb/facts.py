"""Files of recorded cases: JSON lines, compressed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

KEPT = Path(__file__).parents[1] / "facts" / "opdb"
"""What the repository holds of them; see `keep`."""


def read(path: Path) -> list[dict[str, Any]]:
    """The cases of a file."""
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def write(path: Path, cases: list[dict[str, Any]]) -> None:
    """Write a file of cases, the same bytes for the same cases."""
    text = "".join(json.dumps(case, separators=(",", ":")) + "\n" for case in cases)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def spread(count: int, most: int) -> list[int]:
    """Indices evenly spread, all of them if there are few."""
    return list(range(count)) if count <= most else [index * count // most for index in range(most)]
