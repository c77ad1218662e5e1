"""What a snippet makes of the engine's own objects: whatever it puts into their slots, or takes out of them, is at
worst an error in the core, as it is in Python, and never ends the process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
from gradwalk import torch

NOTHING = object()
THINGS = {"nothing": NOTHING, "3": 3, "(1, 2, 3)": (1, 2, 3)}


def parts():
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    y = x * 2
    z = torch.exp(y) * y
    x.grad = torch.ones(2, 2)
    return {"leaf": x, "storage": x._storage, "grad": x.grad, "tensor": y, "view": y[0], "plain": torch.ones(4)[1:3],
            "node": z.grad_fn, "before": y.grad_fn, "accumulator": y.grad_fn.next_functions[0][0], "result": z}


DOINGS = {
    "double": lambda all, it: it + it,
    "exp": lambda all, it: torch.exp(it),
    "compare": lambda all, it: it > 0,
    "view": lambda all, it: it[0],
    "sum": lambda all, it: it.sum(),
    "back": lambda all, it: (all["result"].sum().backward(), all["leaf"].grad)[1],
    "back again": lambda all, it: torch.autograd.grad(all["result"].sum(), all["leaf"], create_graph=True),
}
for name in NAMES:
    for slot in SLOTS:
        for shown, thing in THINGS.items():
            for doing, do in DOINGS.items():
                all = parts()
                try:
                    if thing is NOTHING:
                        delattr(all[name], slot)
                    else:
                        setattr(all[name], slot, thing)
                    told = repr(do(all, all[name]))
                except BaseException as error:
                    told = type(error).__name__
                print(name, slot, shown, doing, told, flush=True)
"""
CASES = {
    "tensors": (
        ["leaf", "tensor", "view", "plain", "grad"],
        ["_array", "_storage", "_base", "_grad_fn", "_output_nr", "_requires_grad", "_grad", "_view_version"],
    ),
    "storages": (["storage"], ["version", "base"]),
    "nodes": (["node", "before"], ["kept", "edges", "outputs", "op", "freed", "hooks", "sequence_nr"]),
    "leaves": (["accumulator"], ["variable", "edges", "outputs", "hooks", "sequence_nr"]),
}


@pytest.mark.core
@pytest.mark.parametrize("case", CASES)
def test_no_faulty_object_ends_the_process(case: str) -> None:
    names, slots = CASES[case]
    program = PROGRAM.replace("NAMES", repr(names)).replace("SLOTS", repr(slots))
    ran = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert ran.returncode == 0, f"ended after {ran.stdout.splitlines()[-1:]}: {ran.stderr}"
    assert "AttributeError" in ran.stdout, "what was taken out is missed"


CHANGED_MEANWHILE = """
import sys
from gradwalk import torch

OPS = {
    "cumsum": lambda x: x.cumsum(0), "flip": lambda x: x.flip(0), "std": lambda x: x.std(),
    "topk": lambda x: x.topk(1)[0], "max": lambda x: x.max(0)[0], "softmax": lambda x: x.softmax(0),
    "prod": lambda x: x.prod(), "tril": lambda x: x.tril(), "t": lambda x: x.t(), "unbind": lambda x: x.unbind(0)[0],
    "cat": lambda x: torch.cat([x, x]), "view": lambda x: x.view(3, 2),
}
CHANGES = {
    "detached": lambda x: x.detach_(), "data": lambda x: setattr(x, "data", torch.ones(7)),
    "set": lambda x: x.set_(torch.ones(9)), "resized": lambda x: x.resize_(0),
}
for op, do in OPS.items():
    for changed, change in CHANGES.items():
        for when in range(1, 9):
            x = torch.ones(2, 3, requires_grad=True) * 2
            calls = 0

            def meanwhile(frame, event, argument):
                global calls
                calls += 1
                if calls == when:
                    sys.setprofile(None)
                    try:
                        change(x)
                    except RuntimeError:
                        pass

            sys.setprofile(meanwhile)
            try:
                y = do(x)
                sys.setprofile(None)
                y.sum().backward()
                names = [node.name() if node else node for node, _ in y.grad_fn.next_functions]
            except Exception as error:
                names = type(error).__name__
            sys.setprofile(None)
            print(op, changed, when, names, flush=True)
"""


@pytest.mark.core
def test_what_becomes_of_tensors_while_an_op_runs_on_them_never_ends_the_process() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", CHANGED_MEANWHILE],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONMALLOC": "debug"},  # what is freed is overwritten
    )
    assert ran.returncode == 0, f"ended after {ran.stdout.splitlines()[-1:]}: {ran.stderr}"
    assert "MulBackward0" in ran.stdout
