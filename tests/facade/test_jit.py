"""``torch.jit``: what PyTorch's compiler alone knows is refused, and what a trace does not hold."""

from __future__ import annotations

import importlib
import io
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from gradwalk.facade import torch as facade
from gradwalk.facade.torch import jit, nn

torch: Any = facade


@pytest.fixture(autouse=True)
def _quietly() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", jit.TracerWarning)
        yield


def _leaf() -> Any:
    return torch.tensor([1.0, -2.0], requires_grad=True)


def _squares_exp(x: Any) -> Any:
    return torch.exp(x * x)


def _doubled(x: Any) -> Any:
    return x * 2


def test_a_grad_fn_that_the_compiler_decides_is_refused() -> None:
    twice, number, x = jit.script(_squares_exp), jit.script(_doubled), _leaf()
    first = twice(x)
    assert str(first).endswith("grad_fn=<ExpBackward0>)")
    for result in (twice(x), number(x), jit.trace(_doubled, x)(x)):
        for ask in (str, lambda y: repr(y.grad_fn), lambda y: y.grad_fn.name(), lambda y: y.grad_fn.next_functions):
            with pytest.raises(NotImplementedError, match="its compiler decides which grad_fn this tensor has"):
                ask(result)
        assert str(result.detach()).startswith("tensor(")
        result.sum().backward()
    assert str(x) == "tensor([ 1., -2.], requires_grad=True)"


def test_a_compiled_thing_has_no_code_and_no_graph() -> None:
    x = torch.ones(1, 2)
    layer = nn.Linear(2, 1)
    for made in (jit.script(_doubled), jit.trace(_doubled, x), jit.script(layer), jit.trace(layer, x)):
        for name in ("code", "graph", "inlined_graph"):
            with pytest.raises(NotImplementedError, match=f"Gradwalk has no {name} of what torch.jit has made"):
                getattr(made, name)


def _gate(x: Any) -> Any:
    return x * 2 if x.sum() > 0 else -x


def _scaled(x: Any) -> Any:
    return x * float(x.sum())


@pytest.mark.parametrize("function", [_gate, _scaled])
def test_a_call_that_does_otherwise_than_the_trace_is_refused(function: Any) -> None:
    traced = jit.trace(function, torch.ones(2))
    assert traced(torch.ones(2)).tolist() == function(torch.ones(2)).tolist()
    with pytest.raises(NotImplementedError, match="this call takes another way than the trace"):
        traced(torch.full((2,), -3.0))


def test_numbers_that_go_through_numpy_are_not_traced() -> None:
    with pytest.raises(NotImplementedError, match=r"no torch.jit.trace of what calls Tensor.numpy\(\)"):
        jit.trace(lambda x: torch.from_numpy(x.numpy() * 2), torch.ones(2))


def test_a_trace_of_one_size_takes_another() -> None:
    traced = jit.trace(lambda x: x.reshape(x.size(0), -1) + torch.zeros(x.size(0), 1), torch.ones(2, 3, 1))
    assert traced(torch.ones(5, 2, 2)).shape == (5, 4)


def test_outside_a_run_nothing_is_kept() -> None:
    with pytest.raises(NotImplementedError, match="under a path, while a run lasts"):
        jit.save(jit.script(nn.Linear(2, 1)), io.BytesIO())
    with pytest.raises(NotImplementedError, match="finds what the same run has put under a path"):
        jit.load("net.pt")


def test_a_deep_copy_of_a_scripted_module_has_parameters_of_its_own() -> None:
    import copy

    scripted = jit.script(nn.Sequential(nn.Linear(2, 1)))
    other = copy.deepcopy(scripted)
    with torch.no_grad():
        next(iter(other.parameters())).zero_()
        next(iter(other.buffers()), None)
    assert bool((next(iter(scripted.parameters())) != 0).any())
    assert other(torch.ones(1, 2)).shape == (1, 1)


def test_an_annotated_value_is_the_value() -> None:
    assert jit.annotate(list[int], [1]) == [1]


def test_with_the_compiler_off_what_is_given_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTORCH_JIT", "0")
    try:
        importlib.reload(jit)
        layer = nn.Linear(1, 1)
        with pytest.warns(DeprecationWarning, match=r"^`torch\.jit\.script` is deprecated\. Please switch to"):
            assert jit.script(layer) is layer
        with pytest.warns(DeprecationWarning, match=r"^`torch\.jit\.trace` is deprecated\. Please switch to"):
            assert jit.trace(layer, None) is layer
        assert issubclass(jit.ScriptModule, nn.Module)
    finally:
        monkeypatch.undo()
        importlib.reload(jit)
