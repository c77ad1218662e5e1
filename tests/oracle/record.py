"""Records what PyTorch does with every program. Run by hand.

`python -m tests.oracle.record`, with a Python that has torch and IPython, records all suites; named ones
(`python -m tests.oracle.record lesson`) if any are named.
"""

from __future__ import annotations

import importlib
import sys
from functools import partial

from tests.oracle.facts import save
from tests.oracle.forked import isolated
from tests.oracle.harness import Layout, import_torch, observe
from tests.oracle.programs import COURSES, GENERATED, SUITES, suite


def main(names: list[str]) -> None:
    torch = import_torch()
    if not hasattr(torch, "ops"):
        sys.exit("This is not PyTorch. Facts are recorded with the real one, without Gradwalk's facade on the path.")
    for name in names or (*SUITES, GENERATED, COURSES):
        layout = jupyter_layout() if name in ("lesson", "gallery", "pairs") else None
        records = {key: isolated(partial(observe, program, layout)) for key, program in suite(name).items()}
        lost = [key for key, record in records.items() if not isinstance(record, list)]
        path = save(name, torch.__version__, records)
        print(f"{path.name}: {len(records)} programs, {path.stat().st_size:,} bytes {lost or ''}")


def jupyter_layout() -> Layout:
    """IPython's own plain-text formatter."""
    layout: Layout = importlib.import_module("IPython.core.formatters").PlainTextFormatter()
    return layout


if __name__ == "__main__":
    main(sys.argv[1:])
