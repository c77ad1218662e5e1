"""What a snippet makes of the engine's own objects: whatever it puts into their slots, or takes out of them, is at
worst an error in the core, as it is in Python, and never ends the process."""

from __future__ import annotations

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
