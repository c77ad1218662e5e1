"""Records the traces of a few programs by PyTorch, taken apart, for tests without it. Run by hand:

    python -m tests.oracle.engines.record PYTHON

with a Python that has PyTorch.
"""

from __future__ import annotations

import subprocess
import sys

from tests.oracle.engines.aspects import Reading
from tests.oracle.engines.child import Engine, cells_of
from tests.oracle.facts import save
from tests.oracle.programs import suite

SUITE = "traces"
PROGRAMS = (
    "lesson/seed0", "gallery/detach-shares-memory", "gallery/broadcasting-sums", "gallery/gradients-accumulate",
    "gallery/backward-twice", "gallery/maml-inner-step", "gallery/in-place-harm", "gallery/rewrapping-cuts",
    "gallery/simsiam", "gallery/softmax-cross-entropy", "nn/what_buffers_and_copies_are_made_of",
    "core/retain_grad_moves_with_in_place", "nn/nn.embedding", "found/a_slice_alone_is_a_node",
)  # fmt: skip
"""A few of each kind: branches, views, writes, passes one after another, a graph of gradients, an error."""


def main(python: str) -> None:
    """Write the facts."""
    engine = Engine("torch", python)
    records = {}
    for name in PROGRAMS:
        program, of = suite(name.partition("/")[0])[name.partition("/")[2]], name.partition("/")[0]
        records[name] = Reading(engine.trace(cells_of(program, of), program.seed)).facts
    engine.close()
    ask = [python, "-c", "import torch; print(torch.__version__)"]
    version = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()
    path = save(SUITE, version, records)
    print(f"{path.name}: {len(records)} programs, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
