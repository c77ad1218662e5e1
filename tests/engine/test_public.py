"""Public functions are functions to whoever looks at them, compiled or not, and say the same of wrong arguments."""

from __future__ import annotations

import copy
import gc
import inspect
import json
import pickle
import types
import weakref

import pytest

from gradwalk.engine import FUNCTIONS, Tensor
from gradwalk.engine.core import CORE
from gradwalk.engine.surface import arguments
from tests.engine.level import kept_by
from tests.engine.test_core import printed


@pytest.fixture
def dot() -> types.FunctionType:
    function = FUNCTIONS["dot"]
    assert isinstance(function, types.FunctionType)
    return function


def test_it_has_the_attributes_of_a_function(dot: types.FunctionType) -> None:
    assert (dot.__name__, dot.__qualname__, dot.__doc__) == ("dot", "dot", "Dot product of two vectors.")
    assert list(inspect.signature(dot).parameters) == ["input", "tensor"]
    assert inspect.isfunction(dot)
    assert repr(dot).startswith("<function dot at 0x")


def test_it_keeps_what_is_put_onto_it(dot: types.FunctionType) -> None:
    dot.note = 3  # type: ignore[attr-defined]
    try:
        assert vars(dot)["note"] == 3
    finally:
        del dot.note  # type: ignore[attr-defined]
    assert not hasattr(dot, "note")


def test_copies_of_it_are_the_function(dot: types.FunctionType) -> None:
    assert copy.copy(dot) is dot
    assert copy.deepcopy({"f": [dot]})["f"][0] is dot
    assert weakref.ref(dot)() is dot
    with pytest.raises(pickle.PicklingError, match="not the same object"):
        pickle.dumps(dot)


def test_it_becomes_a_method_in_a_class_and_stays_itself_on_an_object(dot: types.FunctionType) -> None:
    class Own:
        product = dot

    method = Own().product
    assert type(method) is types.MethodType
    assert method.__func__ is dot
    assert Own.product is dot


@pytest.mark.core
def test_it_calls_another_function_once_that_is_put_in_place() -> None:
    assert CORE is not None
    made = arguments.explained(lambda *given: given, "dot", "torch")
    x = FUNCTIONS["ones"](2)
    assert made(x, x) == (x, x)
    CORE.rebind(made, lambda *given: len(given), True)
    assert made(1, 2, 3, 4) == 4
    for wrong in ((), (made,), (abs, abs, True)):
        with pytest.raises(TypeError, match="rebind"):
            CORE.rebind(*wrong)


@pytest.mark.core
def test_an_op_of_tensors_alone_is_asked_for_once() -> None:
    x = FUNCTIONS["ones"](2, 3)
    assert FUNCTIONS["matmul"](x, x.t()).tolist() == [[3.0, 3.0], [3.0, 3.0]]
    assert FUNCTIONS["matmul"](x, FUNCTIONS["ones"](3)).tolist() == [3.0, 3.0], "other dimensions go the long way"
    assert (x @ x.t()).tolist() == [[3.0, 3.0], [3.0, 3.0]]
    assert vars(Tensor)["__matmul__"](x, 3) is NotImplemented


WRONG = """
import json, traceback, gradwalk.engine.surface
from gradwalk.engine import FUNCTIONS as torch
x, n = torch["arange"](4.0), torch["arange"](4)
class Shouts(int):
    __hash__ = None
class Meta(type):
    def __hash__(cls): raise ValueError("no hash")
class Unhashable(metaclass=Meta): pass
calls = [
    ("dot", (x,), {}), ("dot", (x, 1), {}), ("dot", (x, n), {}), ("dot", (x, x, x), {}), ("dot", (x,), {"tensor": n}),
    ("relu", (), {}), ("relu", (x, 2, 3), {}), ("matmul", (x, 3), {}), ("mm", (x, x), {}), ("zeros", (2, [1]), {}),
    ("zeros", ((2, 1.5),), {}), ("zeros", ([2, True],), {}), ("zeros", ((2, -1),), {}), ("zeros", (2,), {"size": 3}),
    ("sum", (x, 3, 4, 5), {}), ("sum", (x,), {"axis": 0}), ("sum", (x,), {"axis": 7}), ("sum", (x,), {"out": 3}),
    ("mean", (n,), {}), ("ones", (Unhashable(),), {}), ("tensor", (Unhashable(),), {}), ("relu", (Unhashable(),), {}),
    ("reshape", (x, [2, Shouts(2)]), {}), ("reshape", (x, (2, 3)), {}), ("permute", (x,), {"dims": (0, 0)}),
    ("nonsense", (), {}),
]
said = []
for name, args, kwargs in calls * 2:
    try:
        try:
            raise ZeroDivisionError
        except ZeroDivisionError:
            said.append(repr(torch[name](*args, **kwargs)))
    except Exception as error:
        context = [type(error), error.__cause__, error.__suppress_context__]
        link = error.__context__
        while link is not None:
            context.append((type(link), str(link)))
            link = link.__context__
        said.append([str(error), str(context)])
for method in ("sum", "relu", "t", "reshape", "item"):
    for args in ((3,), (), (x, 1.5, "a"), (x, 9)):
        try:
            said.append(repr(getattr(gradwalk.engine.Tensor, method)(*args)))
        except Exception as error:
            said.append([type(error).__name__, str(error)])
print(json.dumps(said))
"""


@pytest.mark.core
def test_wrong_arguments_are_refused_as_by_python_alone() -> None:
    compiled, python = map(json.loads, printed(WRONG))
    assert compiled == python
    assert len(compiled) == 72


def test_a_call_that_has_failed_holds_nothing() -> None:
    collects = gc.isenabled()
    gc.disable()
    try:
        x = FUNCTIONS["ones"](3)
        gone = weakref.ref(x)
        for name in ("dot", "tanh", "reshape"):
            with pytest.raises((RuntimeError, TypeError)):
                FUNCTIONS[name](x, "no")
        del x
        assert gone() is None
    finally:
        if collects:
            gc.enable()


@pytest.mark.core
def test_calls_leave_no_memory_behind() -> None:
    x = FUNCTIONS["ones"](3)

    def some() -> None:
        for _ in range(100):
            FUNCTIONS["dot"](x, x)
            FUNCTIONS["zeros"]([2, 3], requires_grad=True)
            for args in ((x,), (x, 3), (x, x, x)):
                with pytest.raises(TypeError):
                    FUNCTIONS["dot"](*args)

    assert kept_by(some) < 60
