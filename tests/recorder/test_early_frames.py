"""When frames are sent changes nothing of the trace that they make together, wherever in a run that is."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from itertools import pairwise
from random import Random
from typing import Any

import orjson
import pytest

from gradwalk.document.assemble import Assembler
from gradwalk.document.schema import Cell, Options, Outcome
from gradwalk.engine import warn
from gradwalk.engine.compiled import number_anew
from gradwalk.recorder import journal, recorder, stream
from gradwalk.recorder.core import CORE, Core
from gradwalk.runner import run
from tests.oracle.forked import isolated

from .both_ways import BOTH_WAYS

NAMES = """
import sys, torch
class Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, by):
        print("forward", by)
        ctx.save_for_backward(x)
        return x * by + x.sum()
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        print("backward", g * x, end=" ")
        print(g.sum())
        return g.cos() * 2, None
def looked_at(g):
    print("hook", g.sum())
    return g * 0.5 if g.sum() > 1 else None
def called(x, n):
    y = x
    while n:
        y = (y * 0.5).sin()
        print(n, end=",")
        n -= 1
        if y.sum() > 1:
            break
    return y
def given():
    try:
        yield w + 1
        yield w + 2
    finally:
        print("closed", (w * 2).sum())
w = torch.linspace(-1, 1, 12).view(3, 4).requires_grad_()
v = torch.ones(4, requires_grad=True)
t = u = w * 1
layer, many = torch.nn.Linear(4, 4), torch.linspace(0, 1, 1500)
sgd = torch.optim.SGD([w, v, *layer.parameters()], lr=0.1)
"""
STATEMENTS = (
    "t = u * v + K",
    "u = t.sin() - w.detach()",
    "t = called(w, K)",
    "u = layer(t).relu()",
    "t = Twice.apply(u, K)",
    "u = (w @ w.T).softmax(1) @ w",
    "t = u.view(4, 3).t()[:, :4].expand(3, 4)",
    "t = torch.cat([w[:1], u[1:]]); a, b = t.sort(1)[0].unbind(1)[:2]; t = t + a.sum()",
    "m = many * K; n = m.clone(); n[K] = 7; print(n.sum())",
    "t = w * 1; t[0].mul_(K); t.view(12)[K:].add_(1)",
    "w.data.mul_(0.5); t = w * 1",
    "with torch.no_grad(): w.sub_(0.1); v[1:] += K",
    "w.detach().numpy()[0, 0] = K; t = w + 0",
    "u.register_hook(looked_at)",
    "v.register_hook(looked_at)",
    "u.retain_grad(); (u * t).sum().backward(retain_graph=True); print(u.grad)",
    "t.sum().backward(retain_graph=True)",
    "(t * u).mean().backward()",
    "g, = torch.autograd.grad((w**3).sum() + v.sum(), w, create_graph=True); (g * t).sum().backward(retain_graph=True)",
    "sgd.step(); sgd.zero_grad(); t = u = w * 1",
    "sgd.zero_grad(set_to_none=False)",
    "print(t, end=''); print(u.shape, K, file=sys.stderr)",
    "for k in range(K): print(k, (v * k).sum().item())",
    "for k in range(40): t = t * 0.9",
    "list(map(print, t.detach().unbind()))",
    "g = given(); t = t + next(g); del g",
    "t + torch.ones(5)",
    "t.backward()",
    "w.add_(1)",
    "s = u.exp(); s2 = s.sum() * 1; s.mul_(2); s2.backward(); s.sum().backward()",
    "raise ValueError(K)",
    "torch.tensor(w); print('x' * K)",
)


def program(seed: int) -> list[str]:
    """The cells of a program in which anything may come after anything; the last may end in an error."""
    random = Random(seed)
    cells = [NAMES]
    for _ in range(3):
        lines: list[str] = []
        for _ in range(12):
            statement = random.choice(STATEMENTS).replace("K", str(random.randint(1, 4)))
            block = ["try:", f"    {statement}", "except Exception as error:", "    print(type(error).__name__, error)"]
            if random.random() < 0.3:
                block = ["for again in range(3):", *(f"    {line}" for line in block)]
            lines += block
        cells.append("\n".join(lines))
    if random.random() < 0.5:
        cells[-1] += "\nt + torch.ones(5)"
    return cells


def document_of(cells: list[str]) -> Any:
    """The trace of a run, of which each frame may point only at itself and what came before."""
    warn._GIVEN.clear()
    number_anew()
    options = Options(seed=0)
    assembler = Assembler([Cell(source=cell) for cell in cells], options)

    def feed(frame: dict[str, Any]) -> int:
        payload = orjson.dumps(frame, option=orjson.OPT_SERIALIZE_NUMPY)
        assert assembler.feed(payload), assembler.fault
        return len(payload)

    run([{"source": cell, "execution_count": None} for cell in cells], options.model_dump(), feed)
    document = orjson.loads(assembler.written(Outcome(status="ok")).document)
    document["events"] = [*whole(document["events"])]
    return document


def whole(events: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Events in which what a cell prints at one place is told of once: a frame's end may come between."""
    where = ("kind", "cell", "output")
    for event, following in pairwise((*events, {})):
        is_cut = event["kind"] == "output" and all(event[name] == following.get(name) for name in where)
        if not is_cut:
            yield event


def sending(core: Core | None, full: int, look: int, clock: Callable[[], float]) -> Callable[[list[str]], Any]:
    """:func:`document_of`, in a process where frames are sent when they weigh so much, and by this clock."""

    def documents(cells: list[str]) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(recorder, "CORE", core)
            for module in (journal, recorder, stream):
                patch.setattr(module, "FULL", full)
                patch.setattr(module, "monotonic", clock)
            patch.setattr(stream, "monotonic", lambda: 0.0)
            for module in (journal, recorder):
                patch.setattr(module, "LOOK", look)
            return document_of(cells)

    return documents


def never() -> float:
    """No time passes."""
    return 0.0


def now_and_then(seed: int, share: float) -> Callable[[], float]:
    """By this clock it is time for a frame each time that it is looked at, or so often."""
    random = Random(seed)
    return lambda: float(random.random() < share)


WAYS = {
    "at the end": (10**9, 16, never),
    "always": (1, 1, lambda: 1.0),
    "full": (60, 7, never),
    "by the clock": (10**9, 16, now_and_then(0, 0.1)),
    "both": (400, 5, now_and_then(1, 0.03)),
}


@pytest.mark.core
@pytest.mark.parametrize("seed", range(2))
def test_frames_make_the_same_trace_together_whenever_they_are_sent(seed: int) -> None:
    def differing() -> list[tuple[str, bool]]:
        cells = program(seed)
        late = sending(None, *WAYS["at the end"])(cells)
        ways = [(name, core) for name in WAYS for core in (None, CORE)]
        return [(name, core is None) for name, core in ways if sending(core, *WAYS[name])(cells) != late]

    assert isolated(differing) == []


SAYS_MUCH = """
import torch
class Number(float):
    def __repr__(self):
        print("said")
        return str((torch.ones(2) * 3 + 1).sum().item())
class Place(int):
    __repr__ = Number.__repr__
class Plus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, number):
        ctx.number = number
        return x + number
    @staticmethod
    def backward(ctx, g):
        return g * ctx.number, None
x = torch.ones(2, 2, requires_grad=True)
x.register_hook(lambda g: g * Number(2))
for number in range(3):
    y = Plus.apply(x * Number(2), Number(1)).transpose(Place(0), Place(1)).clamp(min=Number(0.5)).sum(dim=Place(0))
    y.sum().backward()
"""
"""What is written down of its values runs ops itself, and prints."""


@pytest.mark.parametrize("core", BOTH_WAYS)
@pytest.mark.parametrize("way", ["always", "both"])
def test_no_frame_ends_within_an_application_whose_values_run_ops_where_they_are_shown(
    core: Core | None, way: str
) -> None:
    document = isolated(lambda: sending(core, *WAYS[way])([SAYS_MUCH]))
    assert document["outcome"]["status"] == "ok"
    names = [op["name"] for op in document["ops"]]
    assert (names.count("clamp"), names.count("Plus")) == (3, 3)


LEFT_BEHIND = """
import torch
def leave(x):
    def values():
        try:
            yield x
        finally:
            print("left", (x * 2).exp())
    given = [values()]
    next(given[0])
    given.append(given)
x = torch.ones(2)
for _ in range(20):
    leave(x)
    x = x * 1 + 0
    print(x)
"""
"""Rubbish that runs ops and prints when it is found, which may be at any time."""


@pytest.mark.parametrize("core", BOTH_WAYS)
@pytest.mark.parametrize("way", ["full", "both"])
def test_what_rubbish_runs_while_a_frame_is_made_goes_with_a_later_one(core: Core | None, way: str) -> None:
    def found_in_frames() -> Any:
        gc.freeze()  # what is there already need not be looked through
        gc.disable()
        encode = stream.Stream._frame

        def frame(self: stream.Stream, *what: Any) -> dict[str, Any]:
            gc.collect()
            return encode(self, *what)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stream.Stream, "_frame", frame)
            return sending(core, *WAYS[way])([LEFT_BEHIND, "import gc\ngc.collect()"])

    document = isolated(found_in_frames)
    names = [op["name"] for op in document["ops"]]
    assert names.count("exp") == names.count("add") == 20
