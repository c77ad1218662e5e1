"""Tensors that the compiled core makes of numbers are those that Python makes, and are told of alike."""

from __future__ import annotations

import pytest

from gradwalk.engine import FUNCTIONS
from gradwalk.engine.core import CORE
from tests.engine.level import kept_by

from .test_core import printed

PROGRAM = """
import numpy as np
from gradwalk import torch
from gradwalk.engine.observe import Observer, observing

class Listener(Observer):
    def op_applied(self, op, operands, params, outputs, node):
        told = {name: (type(value), list(map(str, value)) if isinstance(value, list) else str(value))
                for name, value in params.items()}
        print("  told", op.name, [str(x) for x in operands], told, len(outputs), node)

itself = [1.0]
itself.append(itself)
deep = 1.0
for _ in range(10):
    deep = [deep]
DATA = [
    2.0, 3, True, -0.0, float("nan"), 1e39, 2**62, 2**70, 1j, "no", None, [], [[]], [1, 2], [1.5, 2], [True, 1.5],
    [1, True], (1, 2.5), [(1, 2), [3, 4]], [[1, 2], [3]], [[1.0], 2.0], [1.0, [2.0]], [1e39, -1e39, 1e-50],
    [2**70, 1.0], [2**70, 1], [-(2**63)], [2**63], [10**400, 1.0], deep, itself, [np.float32(1.5), 2.0], np.ones(2),
    [torch.ones(())], torch.ones(2), range(3), [range(2), range(2)], [None], [[1.0, "a"]],
    [[[1, 2], [3, 4]], [[5, 6], [7, 8.5]]],
]
SIZES = [
    (), (3,), (2, 3), (0,), (2, 0, 1), ([2, 3],), ((4,),), ([],), ((),), (torch.Size([2, 3]),), ([2, [3]],), (2.0,),
    (True,), (-1,), ([2, -1],), (2**40, 2**40), (2**70,), ([1, 2.5],), (1,) * 9, (torch.tensor(2),), (np.int64(2),),
    ("a",), (None,),
]
OPTIONS = [{}, {"requires_grad": True}, {"requires_grad": 1}, {"dtype": torch.float64}, {"dtype": torch.int32},
           {"device": "cpu"}, {"dtype": torch.int64, "requires_grad": True}]

def show(*call):
    name, args, options = call
    try:
        made = getattr(torch, name)(*args, **options)
    except Exception as error:
        print(name, type(error).__name__, error)
        return
    array = made._array
    print(name, str(made) if made.numel() < 50 else "", made.dtype, tuple(made.shape), made.requires_grad,
          made._storage.version, made.is_leaf, type(made._storage).__name__, array.strides,
          array.flags.c_contiguous, array.flags.writeable, array.tobytes()[:200])

def all():
    for options in OPTIONS:
        for data in DATA:
            show("tensor", (data,), options)
        for sizes in SIZES:
            for name in ("ones", "zeros", "empty"):
                show(name, sizes, options)
        for bounds in ((4.0,), (4,), (0.0,), (-0.0,), (-1.0,), (2.5,), (1, 4), (2047.5,), (3000.0,), (float("inf"),),
                       (float("nan"),), (1.0, 2.0, 0.25)):
            show("arange", bounds, options)

all()
with observing(Listener()):
    all()
with torch.inference_mode():
    all()
torch.set_default_dtype(torch.float64)
all()
torch.set_default_dtype(torch.float16)
all()
"""


@pytest.mark.core
def test_they_are_those_that_python_makes() -> None:
    compiled, python = printed(PROGRAM)
    assert compiled == python
    assert compiled.count("told") > 200
    assert compiled.count("InferenceStorage") > 100


@pytest.mark.core
def test_the_core_leaves_other_arguments_alone() -> None:
    assert CORE is not None
    for wrong in ((), (1,), (1,) * 7):
        for function in (CORE.made, CORE.filled, CORE.counted, CORE.array_of):
            with pytest.raises(TypeError):
                function(*wrong)
    assert CORE.made(1, 2, 3, {}, ()) is None
    assert CORE.filled(1, (2,), True, 3, False) is None
    assert CORE.counted(1, 2.0, 3, False) is None
    assert CORE.array_of([1.0], 3) is None


@pytest.mark.core
def test_they_leave_no_memory_behind() -> None:
    def some() -> None:
        for _ in range(100):
            FUNCTIONS["tensor"]([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
            FUNCTIONS["ones"](2, 3), FUNCTIONS["zeros"]([4]), FUNCTIONS["arange"](4.0)
            for wrong in ([1.0, [2.0]], [2**70]):
                with pytest.raises((TypeError, ValueError)):
                    FUNCTIONS["tensor"](wrong)

    assert kept_by(some) < 60
