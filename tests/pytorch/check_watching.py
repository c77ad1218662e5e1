"""A block of one's own program on real PyTorch: what is on record, and that nothing else has changed."""

from __future__ import annotations

import gc
import warnings
import weakref
from typing import Any

import pytest
import torch
from torch import nn

import gradwalk
from gradwalk.errors import GradwalkError


class Net(nn.Module):  # type: ignore[misc]  # PyTorch is not there to be looked at
    """Two layers."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(2, 3)
        self.out = nn.Linear(3, 1)

    def forward(self, x: Any) -> Any:
        """One number for each row."""
        return self.out(torch.tanh(self.hidden(x))).squeeze(-1)


def step(model: nn.Module, optimizer: Any, x: torch.Tensor) -> torch.Tensor:
    """One step of training."""
    optimizer.zero_grad()
    loss = model(x).square().mean()
    loss.backward()
    optimizer.step()
    return loss


def trained(watched: bool) -> tuple[Any, Net]:
    """A model after three steps, and the walk if they were watched."""
    torch.manual_seed(0)
    model, x = Net(), torch.randn(4, 2)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    if not watched:
        for _ in range(3):
            step(model, optimizer, x)
        return None, model
    with gradwalk.watch(model) as run:
        for _ in range(3):
            step(model, optimizer, x)
    return run, model


def test_watching_changes_no_number() -> None:
    _, plain = trained(watched=False)
    _, watched = trained(watched=True)
    for a, b in zip(plain.parameters(), watched.parameters(), strict=True):
        assert torch.equal(a, b)


def test_gradients_and_parameters_are_those_of_pytorch() -> None:
    run, model = trained(watched=True)
    assert run.ok
    for name, parameter in model.named_parameters():
        recorded = run.tensors[f"model.{name}"]
        assert torch.equal(torch.tensor(recorded.value), parameter.detach())
        assert torch.equal(torch.tensor(recorded.grad), parameter.grad)


def test_modules_and_the_optimizer_are_boxes() -> None:
    run, _ = trained(watched=True)
    labels = {(scope.kind, scope.label) for scope in run.document.scopes}
    assert {("module", "Net"), ("module", "hidden: Linear"), ("module", "out: Linear"), ("optimizer", "Adam")} <= labels


def test_ops_stand_in_the_code_of_the_model() -> None:
    run, _ = trained(watched=True)
    trace = run.document
    (tanh, *_) = (op for op in trace.ops if op.name == "tanh")
    span = trace.spans[tanh.span]
    line = trace.cells[span.cell].source.split("\n")[span.line - 1]
    assert line[span.column : span.end_column] == "torch.tanh(self.hidden(x))"


def test_an_error_is_on_record_and_goes_on_up() -> None:
    run = gradwalk.watch()
    with pytest.raises(RuntimeError, match="must match the size"), run:
        torch.ones(2) + torch.ones(3)
    assert run.outcome.status == "error"
    assert run.outcome.error is not None
    assert run.outcome.error.type == "RuntimeError"


def test_flags_of_a_pass_may_be_numbers_and_odd_ones_are_pytorchs_to_refuse() -> None:
    w = torch.ones(2, requires_grad=True)
    y = (w * w).sum()
    with gradwalk.watch() as run:
        y.backward(retain_graph=1)
        with pytest.raises(TypeError):
            torch.autograd.grad(y, w, retain_graph="yes")
    assert run.ok
    begun = [event for event in run.document.events if event.kind == "backward_begin"]
    assert [(event.retain_graph, event.create_graph) for event in begun] == [(True, False)]


def test_past_the_limit_the_program_runs_on() -> None:
    x = torch.ones(())
    with gradwalk.watch(limits={"ops": 5}) as run:
        for _ in range(10):
            x = x + 1
    assert x.item() == 11
    assert run.ok
    assert run.document.events[-2].kind == "gap"
    assert len(run.document.ops) == 5


def test_what_cannot_be_told_of_may_be_there_but_not_be_used() -> None:
    half = torch.ones(2, dtype=torch.bfloat16)
    with gradwalk.watch() as run:
        x = torch.ones(2) * 2  # noqa: F841  (it is looked for by its name)
    assert run.ok
    assert run.tensors["x"].value.tolist() == [2.0, 2.0]
    with pytest.raises(GradwalkError, match="bfloat16 are not recorded"), gradwalk.watch():
        half * 2


def test_there_is_no_walk_inside_the_block() -> None:
    with gradwalk.watch() as run, pytest.raises(GradwalkError, match="before the 'with' block has ended"):
        run.tensors


def test_pytorch_is_as_it_was_afterwards() -> None:
    from torch.autograd import graph
    from torch.nn.modules import module

    before = graph._engine_run_backward, torch.autograd.Function.__dict__["apply"], len(module._global_forward_hooks)
    trained(watched=True)
    after = graph._engine_run_backward, torch.autograd.Function.__dict__["apply"], len(module._global_forward_hooks)
    assert before == after


def test_tensors_and_graphs_die_when_they_would() -> None:
    gc.disable()
    try:
        with gradwalk.watch():
            x = torch.ones(3, requires_grad=True)
            h = x * x
            y = h.exp().sum()
            y.backward()
            dead = weakref.ref(h), weakref.ref(y)
            del h, y
            assert [reference() for reference in dead] == [None, None]
    finally:
        gc.enable()


def test_double_backward_and_functions_of_ones_own() -> None:
    class Cube(torch.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx: Any, grad: torch.Tensor) -> torch.Tensor:
            (x,) = ctx.saved_tensors
            return 3 * x**2 * grad

    with gradwalk.watch() as run:
        x = torch.tensor(2.0, requires_grad=True)
        y = Cube.apply(x)
        (first,) = torch.autograd.grad(y, x, create_graph=True)
        (second,) = torch.autograd.grad(first, x)
    assert (first.item(), second.item()) == (12.0, 12.0)
    names = [node.name for node in run.document.nodes]
    assert "CubeBackward" in names
    assert run.tensors["second"].value == 12.0


def test_hooks_that_keep_saved_tensors_are_not_called_for_the_record() -> None:
    calls: list[str] = []

    def keep(x: torch.Tensor) -> torch.Tensor:
        calls.append("keep")
        return x

    def give(x: torch.Tensor) -> torch.Tensor:
        calls.append("give")
        return x

    x = torch.ones(2, requires_grad=True)
    with gradwalk.watch():
        with torch.autograd.graph.saved_tensors_hooks(keep, give):
            y = (x * x).exp().sum()
        assert calls == ["keep", "keep", "keep"]
        y.backward()
    assert calls == ["keep"] * 3 + ["give"] * 3
    assert x.grad is not None
    assert x.grad.tolist() == pytest.approx([2 * 2.7182817] * 2)


def test_transforms_work_while_they_are_recorded() -> None:
    def loss(weights: dict[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(model, weights, (x,)).sum()

    model = nn.Linear(2, 1)
    with gradwalk.watch() as run:
        weights = dict(model.named_parameters())
        per_sample = torch.func.vmap(torch.func.grad(loss), (None, 0))(weights, torch.ones(3, 2))
    assert run.ok
    assert per_sample["weight"].tolist() == [[[1.0, 1.0]]] * 3


def test_parameters_are_told_of_where_they_are_made() -> None:
    with gradwalk.watch() as run:
        given = torch.ones(2)
        weight = nn.Parameter(given)
        weight.grad = None
    assert [op.name for op in run.document.ops] == ["ones", "Parameter"]
    assert run.document.ops[1].inputs[0].tensor == run.document.ops[0].outputs[0]


def test_the_code_that_is_shown_is_the_programs_own() -> None:
    with gradwalk.watch(nn.Sequential(nn.Linear(2, 2), Net())) as run:
        torch.ones(2)
    (cell,) = run.document.cells
    assert "test_the_code_that_is_shown" in cell.source


def test_warnings_name_the_programs_line() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with gradwalk.watch():
            torch.ones(1, 2, 3).T
    assert [warning.filename for warning in caught] == [__file__]
