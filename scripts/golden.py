"""Writes tests/golden/*.json: recorded traces, and of the larger ones the frames that Python's reader gives.

    .venv/bin/python scripts/golden.py path/to/autograd.ipynb

The small trace's frames are not written here: they were worked out by hand (tests/golden/small.frames.json). The others
are there so that the two readers, Python's and TypeScript's, are held against each other on runs with more in them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from gradwalk.document.assemble import Assembler
from gradwalk.document.fold import frame_at
from gradwalk.document.schema import Cell, Options, Outcome, Trace
from gradwalk.limits import LIMITS, Limits
from gradwalk.runner.run import run

GOLDEN = Path(__file__).parent.parent / "tests" / "golden"
SMALL = """\
import torch
x = torch.tensor([1., 2.], requires_grad=True)
y = (x * x).sum()
y.backward()
x.grad.zero_()
"""
TRAINING = """\
import torch
x = torch.tensor([1., 2.])
w = torch.tensor([3., 4.], requires_grad=True)
b = torch.tensor(0., requires_grad=True)
for step in range(3):
    loss = ((x * w).sum() + b) ** 2
    loss.backward()
    with torch.no_grad():
        w -= 0.5 * w.grad
        b -= 0.5 * b.grad
    w.grad.zero_()
    b.grad = None
"""
SECOND_ORDER = """\
import torch
x = torch.tensor(3., requires_grad=True)
y = x ** 3
y.backward(create_graph=True)
x.grad.backward()
x.grad
"""
IN_PLACE = """\
import torch
x = torch.ones(3, requires_grad=True)
u = 2 * x
v = u.view(3, 1)
v += 1
u.sum().backward()
"""
FAILING = """\
import torch
x = torch.arange(4., requires_grad=True)
y = x * x
y.sum().backward()
y.sum().backward()
"""
LAYERS = """\
import torch
from torch import nn
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
for step in range(2):
    optimizer.zero_grad()
    loss = net(torch.ones(1, 2)).sum()
    loss.backward()
    optimizer.step()
"""
RUNAWAY = """\
import torch
x = torch.tensor(1.)
i = 0
while True:
    i += 1
    if i % 40 == 0:
        x *= 2
    if i == 130:
        bytearray(1 << 60)
"""
FEW = LIMITS._replace(lines=12, last_lines=6)
FRAMES = 7


def record(cells: list[dict[str, Any]], limits: Limits = LIMITS) -> Trace:
    """The trace of a run in this process."""
    options = Options(seed=0)
    assembler = Assembler([Cell(**cell) for cell in cells], options, limits)
    run(cells, options.model_dump(), assembler.feed, limits)
    return assembler.finish(Outcome(status="ok"))


def write(name: str, data: Any) -> None:
    """One golden file."""
    (GOLDEN / name).write_text(json.dumps(data, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")


def write_both(name: str, trace: Trace) -> None:
    """A trace and its frames at moments spread over it."""
    write(f"{name}.trace.json", trace.model_dump(mode="json"))
    end = len(trace.events)
    moments = sorted({end * part // FRAMES for part in range(1, FRAMES + 1)})
    write(f"{name}.frames.json", [frame_at(trace, k).json() for k in moments])


def main() -> None:
    """Record all runs; the lesson is the notebook that the command names."""
    notebook = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    cells = [
        {"source": "".join(cell["source"]), "execution_count": cell["execution_count"]}
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]
    write("small.trace.json", record([{"source": SMALL, "execution_count": None}]).model_dump(mode="json"))
    write_both("lesson", record(cells))
    programs = {
        "training": TRAINING,
        "second_order": SECOND_ORDER,
        "in_place": IN_PLACE,
        "failing": FAILING,
        "layers": LAYERS,
    }
    for name, source in programs.items():
        write_both(name, record([{"source": source, "execution_count": None}]))
    write_both("runaway", record([{"source": RUNAWAY, "execution_count": None}], FEW))


if __name__ == "__main__":
    main()
