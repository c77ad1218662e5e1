"""The compiled core of the recorder writes what Python writes, byte for byte, and keeps nothing."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any
from weakref import ref

import numpy as np
import orjson
import pytest

from gradwalk.engine import warn
from gradwalk.engine.compiled import number_anew
from gradwalk.engine.modes import UNUSUAL
from gradwalk.engine.observe import observing
from gradwalk.recorder import journal, recorder, stream, values
from gradwalk.runner import run
from tests.oracle.forked import isolated
from tests.oracle.generation.program import generated
from tests.oracle.programs import Program, suite

pytestmark = pytest.mark.core

torch: Any = import_module("gradwalk.torch")

NAMES = "import torch\nfrom torch import nn\nimport torch.nn.functional as F"
TRAINING = """
import torch
torch.manual_seed(0)
w, b = torch.randn(40, 30, requires_grad=True), torch.zeros(30, requires_grad=True)
x = torch.randn(8, 40)
for step in range(3):
    loss = ((x @ w + b).tanh() ** 2).mean() + 2 * w.sum() / (b * b + 1).sum()
    loss.backward()
    with torch.no_grad():
        for p in (w, b):
            p -= 0.1 * p.grad
            p.grad = None
"""
CHANGED = """
import torch
x = torch.ones(3, requires_grad=True)
y = x.view(3, 1) * x.data
y.data = y.data * 2
(y + y.exp()).sum().backward(create_graph=True)
x.grad.zero_()
x.data.add_(1)
"""
NOT_FINITE = """
import torch
n = torch.tensor([1.0, float('nan'), float('inf')], requires_grad=True)
(n * n).sum().backward()
(torch.ones(2, 3) * n.detach() + torch.eye(3)[:2]).t()
"""
SEVERAL = """
import torch
import torch.nn.functional as F
x = torch.arange(12.0).view(3, 4).sin().requires_grad_()
y = torch.arange(24.0, dtype=torch.float64).view(2, 3, 4).cos().requires_grad_()
for again in range(2):
    greatest, places = x.max(1)
    least, most = torch.aminmax(y, dim=1)
    kept = [*x.sort(0), *torch.topk(y, 2), *torch.std_mean(x), *torch.linalg.qr(x), *x.detach().median(0)]
    kept += torch.frexp(x.detach())
    loss = F.nll_loss(F.log_softmax(x, 1), torch.tensor([1, 0, 3]), torch.tensor([1.0, 2, 3, 4]))
    image = F.nll_loss(x.view(1, 3, 2, 2), torch.ones(1, 2, 2, dtype=torch.int64), reduction="none")
    normal = F.layer_norm(y, (3, 4)) + F.batch_norm(y, torch.zeros(3).double(), torch.ones(3).double(), training=True)
    parts = x.split(2) + x.unbind(1) + y.chunk(2)
    total = greatest.sum() + (most - least).sum() + loss + image.sum() + normal.exp().sum()
    (total + sum((k * k).sum() for k in kept)).backward()
with torch.no_grad():
    x.max(0), torch.max(y, 0, out=(torch.empty(0).double(), torch.empty(0, dtype=torch.int64)))
rnn, state = torch.nn.LSTM(4, 2), x.sort(1)
z = rnn(y.float())[0]
z.sum().backward()
"""
"""Ops with several results, views and none among them."""
GRADIENTS = """
import torch
a, b = torch.ones(2, requires_grad=True), torch.ones(20, 15, requires_grad=True)
c, d = (torch.arange(300.0).view(20, 15).requires_grad_() for n in range(2))
kept = []
b.register_hook(kept.append)
(a.exp().sum() + (b * c).sin().sum() + (c + d).sum()).backward()
a.grad.zero_()
b.grad *= 2
c.grad.numpy()[0] = 7
d.grad.add_(c.grad)
kept[0].neg_()
(a * 2).sum().backward()
(c + d).sum().backward(retain_graph=True)
total = a.tolist(), a.grad.tolist(), b.grad.tolist(), d.grad.tolist()
"""
"""Gradients that are written once they have arrived, of which some arrived at two leaves."""
SHARED = """
import torch
x = torch.ones(2, 3, requires_grad=True)
n = x.detach().numpy()
n[:] = 5
y = x.t() * 2
n[:] = 6
y.sum().backward(retain_graph=True)
y.mean().backward()
x.grad.mul_(2)
x.detach().t().sub_(1)
"""
LARGE = """
import torch
torch.set_grad_enabled(False)
x, y = torch.full((90, 60), 3.0), torch.arange(5400.0).view(90, 60) / 4096 + 1
x += y
row = x[1]
x -= y
print(row.sum())
del row
beside = x.data
x *= y
beside.add_(1)
print(x.sum(), beside.sum(), x._version, beside._version)
del beside
x /= y
later = x.data
later.mul_(2)
print(x.sum(), later.sum(), x._version)
del later
x.add_(y, alpha=2)
t = torch.ones(60, 90).t()
t += y
print(t.stride(), t.sum())
z = x.clone().requires_grad_()
with torch.enable_grad():
    (z * z).sum().backward()
for _ in range(3):
    z -= 0.1 * z.grad
    z.grad += z
print(z.sum(), z.grad.sum())
place, whole = x.data_ptr(), x.untyped_storage()
x += y
x.sub_(y, alpha=3)
print(x.data_ptr() == place == whole.data_ptr(), x.sum(), x.stride())
memory = z.numpy(force=True)
z += 1
print(memory.sum())
memory[:] = 7
z += y
"""
"""Numbers that are so many that the core writes what they become elsewhere, where nobody can tell."""
PLACES = "\n".join(["import torch", "x = torch.ones(2)", *(f"y{n} = x * {n}; z = y{n} + x  # {n}" for n in range(60))])
"""Many, each a span of its own."""
FAR_APART = """
import torch
x = torch.ones(2)
y = LONG
z = torch.stack(
    [
        x
        + 1,
        (y
         * 2),
    ]
).sum(
    0,
)LINES
w = [
    z - n
    for n in (1, 2)
]
""".replace("LONG", " + ".join(["x * 2"] * 60)).replace("LINES", "\n" * 300)
"""Places that are far apart in their line and by their lines, and go back to earlier lines."""
FRAMES = """
import torch
x = torch.ones(2, requires_grad=True)
def terms():
    for n in range(3):
        yield x * n
class Layer(torch.nn.Module):
    def forward(self, y):
        return (lambda z: z + x)(y * 2)
total = sum(terms()) + Layer()(x) + [x * k for k in (1, 2)][1]
exec("u = total * 3", globals())
sorted([x * 1, x * 2], key=lambda y: y.sum().item())
total.sum().backward()
"""


NESTED = """
import torch
x = torch.ones(2, requires_grad=True)
def deep(n):
    if n:
        for k in range(2):
            if k:
                return deep(n - 1)
    return x * 2
y = deep(4)
for i in range(3):
    for j in range(3):
        if j == 1:
            continue
        y = y + 1
        if i == 1:
            break
def fails(n):
    while True:
        z = x * n
        raise ValueError("层")
try:
    fails(3)
except ValueError:
    y = y * 3
y.sum().backward()
"""
"""Scopes that are left in every way, most of them before anything has happened in them."""


@pytest.fixture(autouse=True)
def no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames are sent where a cell ends, not when it is time or they are full: what is printed is cut alike."""
    for module in (journal, recorder, stream):
        monkeypatch.setattr(module, "monotonic", lambda: 0.0)
        monkeypatch.setattr(module, "FULL", 10**9)


def lists_of(cells: tuple[str, ...], seed: int) -> dict[str, str]:
    """The text of each list of a run's trace."""
    warn._GIVEN.clear()
    number_anew()
    lists: dict[str, list[str]] = {}

    def feed(frame: dict[str, Any]) -> int:
        for name, part in frame.items():
            lists.setdefault(name, []).append(orjson.dumps(part, option=orjson.OPT_SERIALIZE_NUMPY).decode())
        return 0

    run([{"source": cell, "execution_count": None} for cell in cells], {"seed": seed, "max_elements": 100}, feed)
    return {name: "\n".join(parts) for name, parts in lists.items()}


def traces(programs: dict[str, Program], before: tuple[str, ...] = ()) -> tuple[dict[str, Any], dict[str, Any]]:
    """What each program leaves with the core, and without."""

    def until_a_mode_stays(names: list[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in names:
            found[name] = lists_of((*before, *programs[name].cells), programs[name].seed)
            if UNUSUAL:  # from the first complex number on the core has no part
                break
        return found

    def all_of_them() -> dict[str, Any]:
        found: dict[str, Any] = {}
        while left := [name for name in programs if name not in found]:
            some = isolated(partial(until_a_mode_stays, left))
            assert some.keys() <= programs.keys(), some
            found |= some
        return found

    compiled = all_of_them()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recorder, "CORE", None)
        return compiled, all_of_them()


@pytest.mark.parametrize(
    ("programs", "before"),
    [(suite("gallery"), ()), ({str(number): generated(number) for number in range(90_000, 90_080)}, (NAMES,))],
    ids=["lessons", "random programs"],
)
def test_programs_leave_the_trace_that_python_writes(programs: dict[str, Program], before: tuple[str, ...]) -> None:
    compiled, plain = traces(programs, before)
    assert compiled.keys() == plain.keys() == programs.keys()
    assert [name for name in programs if compiled[name] != plain[name]] == []


@pytest.mark.parametrize(
    "code",
    [
        TRAINING,
        CHANGED,
        NOT_FINITE,
        SEVERAL,
        GRADIENTS,
        SHARED,
        LARGE,
        FAR_APART,
        FRAMES,
        NESTED,
        PLACES,
        PLACES.replace("y", "γ") + "; w = '梯度' * 2; w = z - x",
    ],
)
def test_what_the_rows_must_tell_apart_is_told_as_by_python(code: str) -> None:
    compiled, plain = traces({"it": Program("it", (code,))})
    assert compiled == plain
    assert '"status":"ok"' in compiled["it"]["outcome"]


@pytest.mark.parametrize("size", [1, 5, 511, 512, 513, 32_767, 32_768, 32_769, 70_011])
def test_numbers_are_summed_up_as_python_does(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(size)
    numbers = (random.standard_normal(size) * 10.0 ** random.integers(-8, 8, size)).astype(np.float32)
    numbers[size // 2] = -0.0
    some_infinite = numbers.copy()
    some_infinite[:: size // 3 + 1] = np.inf
    compiled = [values.summary_of(each) for each in (numbers, some_infinite, np.abs(numbers), numbers * 0)]
    monkeypatch.setattr(values, "CORE", None)
    plain = [values.summary_of(each) for each in (numbers, some_infinite, np.abs(numbers), numbers * 0)]
    assert list(map(repr, compiled)) == list(map(repr, plain))  # where -0.0 is not 0.0
    finite = numbers.astype(np.float64)
    assert plain[0]["mean"] == pytest.approx(finite.mean(), rel=1e-12, abs=1e-12 * np.abs(finite).max())
    assert plain[0]["norm"] == pytest.approx(np.sqrt((finite * finite).sum()), rel=1e-12)


EDGES = np.linspace(-1.75, 2.25, 21, dtype=np.float32)
ON_EDGES: dict[str, Any] = {
    "whole numbers": lambda random, size: random.integers(0, 21, size),
    "few whole numbers": lambda random, size: random.integers(-3, 3, size),
    "tenths": lambda random, size: random.integers(0, 21, size) * np.float32(0.1),
    "beside edges": lambda random, size: random.choice(
        np.concatenate([EDGES, np.nextafter(EDGES, np.float32(9)), np.nextafter(EDGES, np.float32(-9))]), size
    ),
    "neighbours": lambda random, size: np.float32(1) + random.integers(0, 30, size) * np.float32(2**-23),
    "close together": lambda random, size: 1000 + random.standard_normal(size) * 1e-4,
    "half of them zero": lambda random, size: np.maximum(random.standard_normal(size), 0),
    "the same": lambda random, size: np.full(size, random.standard_normal()),
    "the same, large": lambda random, size: np.full(size, 1e20),
    "tiny": lambda random, size: random.standard_normal(size) * 1e-40,
    "small": lambda random, size: random.standard_normal(size) * 1e-34,
    "huge": lambda random, size: random.uniform(-3e38, 3e38, size),
}


@pytest.mark.parametrize("kind", ON_EDGES)
@pytest.mark.parametrize("size", [2, 512, 4095, 4097, 9000])
def test_numbers_at_the_edges_of_a_histogram_are_counted_as_python_does(
    size: int, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = ON_EDGES[kind](np.random.default_rng(size), size).astype(np.float32)
    compiled = values.summary_of(numbers)["histogram"]
    monkeypatch.setattr(values, "CORE", None)
    assert compiled == values.summary_of(numbers)["histogram"]
    assert sum(compiled["counts"]) == size
    first = compiled["low"] + (compiled["high"] - compiled["low"]) / 20
    assert compiled["counts"][0] == np.count_nonzero(numbers.astype(np.float64) < first)


def test_scopes_lines_and_names_are_told_in_what_they_are_told_in() -> None:
    """What instrumented code calls is among the builtins, where a snippet can find it."""
    own = recorder.Recorder(lambda frame: 0, {"max_elements": 100})
    for told, given in (
        (own.enter, ("loop", "0", "for")),
        (own.enter, (1, 2, "for")),
        (own.enter, ("loop", 0, 1)),
        (own.enter, ("loop", 0, "for", "1")),
        (own.enter, ("loop",)),
        (own.leave, ("1",)),
        (own.line, ("1",)),
        (own.line, (1.5,)),
        (own.bind, (1, 2, 3)),
    ):
        with pytest.raises(TypeError):
            told(*given)
    own.leave(own.enter("loop", 0, "for"))
    own.finish({"status": "ok", "message": "", "error": None})


SEEN: dict[str, Callable[[Any], Any]] = {
    "nobody": lambda x: None,
    "a view": lambda x: x[1:],
    "another storage": lambda x: x.data,
    "an array": lambda x: x.numpy(),
    "an array's view": lambda x: x.numpy()[:3],
    "a buffer": lambda x: memoryview(x.numpy()),
    "a weak reference": lambda x: ref(x.numpy()),
    "an address": lambda x: x.data_ptr(),
    "a storage's address": lambda x: x.untyped_storage().data_ptr(),
    "a graph": lambda x: x * torch.ones(1, requires_grad=True),
}


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("alpha", [1, 2])
def test_numbers_are_written_elsewhere_only_where_nobody_can_tell(seen: str, alpha: int) -> None:
    """What waits to be written down is the array that there was: to copy it takes a training step's time again."""
    own = recorder.Recorder(lambda frame: 0, {"max_elements": 100})
    x, y = torch.zeros(100, 100), torch.ones(100, 100)
    with observing(own):
        x.sum()
        others = SEEN[seen](x)
        place = x._array.__array_interface__["data"][0]
        with torch.no_grad():
            x.sub_(y, alpha=alpha)
    assert (x._array.__array_interface__["data"][0] != place) == (seen == "nobody")
    assert x._array is x._storage.base
    assert (x.numpy() == -alpha).all()
    own.finish({"status": "ok", "message": "", "error": None})
    del others


@pytest.fixture
def no_garbage_of_others() -> Iterator[None]:
    """What there is already is looked through once, not at each search for garbage."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("no_garbage_of_others")
def test_runs_leave_no_memory_behind() -> None:
    def blocks() -> int:
        lists_of((TRAINING,), 0)
        gc.collect()
        return sys.getallocatedblocks()

    for _ in range(20):  # fills what is kept for good
        blocks()
    before = min(blocks() for _ in range(3))
    for _ in range(20):
        blocks()
    assert min(blocks() for _ in range(3)) - before < 500  # of some 8,000 rows
