"""Families of the engine are loaded when one of their names is asked for, each without any other before it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _fresh(program: str) -> str:
    """What a process of its own prints."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_list_of_families_is_as_they_declare() -> None:
    check = [sys.executable, "scripts/families.py", "--check"]
    assert subprocess.run(check, capture_output=True, text=True, cwd=ROOT).stderr == ""


EACH_ALONE = """
import os, sys
import gradwalk.torch
from gradwalk.engine.op import NAMESPACE, OPS
from gradwalk.engine.surface.registry import FUNCTIONS, METHODS
from gradwalk.engine import Tensor
for table in (NAMESPACE, OPS, FUNCTIONS, METHODS):
    for family, names in table._families.items():
        if os.fork() == 0:
            for name in names.split():
                table[name]
                if table is METHODS:
                    assert vars(Tensor)[name] is not None and type(vars(Tensor)[name]).__name__ != "_Waiting"
            os._exit(0)
        _, status = os.wait()
        if status:
            print(table.kind, family)
"""


def test_each_family_can_be_the_first() -> None:
    assert _fresh(EACH_ALONE) == ""


def test_nothing_of_a_family_is_loaded_before_it_is_asked_for() -> None:
    program = """
import sys
import gradwalk.torch as torch
before = set(sys.modules)
torch.special.zeta
late = set(sys.modules) - before
print("gradwalk.engine.surface.special" in late, "gradwalk.engine.surface.decomposition" in sys.modules)
"""
    assert _fresh(program) == "True False\n"


def test_of_a_family_only_what_is_asked_for_is_made() -> None:
    program = """
import gradwalk.torch as torch
from gradwalk.engine.surface.registry import FUNCTIONS, METHODS
x = torch.ones(2)
print(x.dot(torch.cos(x)).shape)
print(*(dict.__contains__(FUNCTIONS, name) for name in ("cos", "dot", "sin", "mv")))
print(*(dict.__contains__(METHODS, name) for name in ("cos", "dot", "sin", "mv")))
"""
    assert _fresh(program) == "torch.Size([])\nTrue False False False\nFalse True False False\n"


def test_all_names_are_known_without_being_loaded() -> None:
    program = """
import sys
import gradwalk.torch as torch
before = set(sys.modules)
names = dir(torch), dir(torch.Tensor), torch.__all__
assert "cholesky" in names[0] and "cholesky" in names[1] and "cholesky" in names[2]
print(set(sys.modules) - before)
"""
    assert _fresh(program) == "set()\n"


def test_a_subclass_calls_what_it_stands_over_though_nobody_has_loaded_it() -> None:
    program = """
import gradwalk.torch as torch
class Mine(torch.Tensor):
    def cumsum(self, dim):
        return super().cumsum(dim) + 1
print(torch.ones(2).as_subclass(Mine).cumsum(0).tolist())
"""
    assert _fresh(program) == "[2.0, 3.0]\n"


def test_facts_of_tensors_cannot_be_set_though_nobody_has_loaded_them() -> None:
    program = """
import gradwalk.torch as torch
x = torch.ones(2)
try:
    x.nbytes = 3
except AttributeError as error:
    print(error)
x.cumsum = 3
print(x.cumsum, torch.ones(2).cumsum(0).tolist())
"""
    assert _fresh(program) == ("attribute 'nbytes' of 'torch._C.TensorBase' objects is not writable\n3 [1.0, 2.0]\n")


def test_classes_with_a_torch_function_see_calls_of_what_is_loaded_after_them() -> None:
    program = """
import gradwalk.torch as torch
class Seeing(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        print(function.__name__)
        return super().__torch_function__(function, types, args, kwargs or {})
x = torch.ones(2).as_subclass(Seeing)
torch.cumsum(x, 0)
x.logcumsumexp(0)
x.nbytes
x + 1
"""
    assert _fresh(program) == "cumsum\nlogcumsumexp\n__get__\nadd\n"


def test_who_is_interrupted_while_a_family_is_loaded_can_ask_again() -> None:
    program = """
import gradwalk.torch as torch
from gradwalk.engine import op
define, made = op.define, []
def interrupted(*args, **kwargs):
    if len(made) == 5:
        raise KeyboardInterrupt
    made.append(define(*args, **kwargs))
    return made[-1]
op.define = interrupted
try:
    torch.special.zeta
except KeyboardInterrupt:
    op.define = define
    print(torch.special.zeta(torch.tensor(2.0), torch.tensor(1.0)))
"""
    assert _fresh(program) == "tensor(1.6449)\n"
