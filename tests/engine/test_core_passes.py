"""Backward passes that the compiled core runs do as Python's loop does, and tell whoever watches the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from gradwalk.engine import FUNCTIONS, backward, dtypes
from gradwalk.engine.accumulate_grad import AccumulateGrad
from gradwalk.engine.backward import BackwardPass
from gradwalk.engine.core import CORE
from gradwalk.engine.grad_mode import _State
from gradwalk.engine.graph import Node
from gradwalk.engine.observe import Observer, observing
from gradwalk.engine.ready_queue import ReadyQueue
from gradwalk.engine.tensor import Tensor, wrap
from tests.engine.level import kept_by

from .test_core import printed
from .test_core_ops import each

pytestmark = pytest.mark.core


class Listener(Observer):
    """Writes down everything that it is told of a pass."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def backward_begins(self, roots: Any, gradients: Any, *options: Any) -> None:
        self.told.append(("begins", type(roots), each(roots), type(gradients), each(gradients), options))

    def backward_ended(self) -> None:
        self.told.append("ended")

    def vjp_ran(self, node: Node, cotangents_in: Any, cotangents_out: Any, unreduced: Any) -> None:
        given = each(list(cotangents_in)), each(list(cotangents_out)), {k: each(x) for k, x in unreduced.items()}
        self.told.append(("ran", node.name(), type(cotangents_in), type(cotangents_out), given))

    def about_to_change(self, memory: Any = None) -> None:
        self.told.append(("changes", each(memory)))

    def storage_written(self, storage: Any) -> None:
        self.told.append(("written", storage.version, storage.base.tobytes()))

    def accumulated(self, node: AccumulateGrad, contribution: Any, first: bool) -> None:
        grad = node.variable._grad
        assert grad is not None
        self.told.append(("accumulated", each(contribution), first, each(grad), node.variable is grad))

    def freed(self, node: Node) -> None:
        kept = None if node.kept is None else [each(part) for part in node.kept]
        self.told.append(("freed", node.name(), node.freed, kept, node._saved is None))


def leaf(*values: float, kind: Any = np.float32, shape: tuple[int, ...] = (-1,)) -> Tensor:
    tensor = wrap(np.array(values, kind).reshape(shape))
    tensor._requires_grad = True
    return tensor


Leaves = list[Tensor]


def squares(x: Any, w: Any) -> Any:
    return ((x * w + x) * x).sum()


def spread(x: Any, w: Any) -> Any:
    rows = wrap(np.arange(6.0, dtype=np.float32).reshape(3, 2) + 1)
    columns = wrap(np.ones((3, 1), np.float32))
    return ((rows * x + w) * (columns * x.sum()) * w.reshape(1, 2)).sum()


def numbers(x: Any, w: Any) -> Any:
    a = x.sum() * 2
    b = a * a + w.sum()
    return b * a / b + a


def parts(x: Any, w: Any) -> Any:
    low, high = (x * w).chunk(2)
    greatest = x.max(dim=0)
    return (low * high).sum() + greatest.values * 2


def joined(x: Any, w: Any) -> Any:
    return FUNCTIONS["cat"]([x, w, x * w]).exp().sum()


def chosen(x: Any, w: Any) -> Any:
    return FUNCTIONS["where"](x > w, x[0] * w, x * 3)[1].tanh() + FUNCTIONS["stack"]([x, w])[:, 1].sum()


def divided_by_zero(x: Any, w: Any) -> Any:
    return ((x - x) / (w - w) * w).sum()


def too_large(x: Any, w: Any) -> Any:
    return (x * 1e38 * 1e38 + w * w * 1e-30 * 1e-30).sum()


def matrices(x: Any, w: Any) -> Any:
    a, b = x.reshape(2, 1), w.reshape(1, 2)
    return (a @ b).t().mean(dim=0).norm() + x.dot(w)


def doubled(x: Any) -> Any:
    return (x * 2 * x).sum()


def hooked(x: Any, w: Any) -> Any:
    y = x * w
    y.register_hook(lambda gradient: gradient * 3)
    z = y + w
    z.retain_grad()
    return (z * z).sum()


PROGRAMS = [squares, spread, numbers, parts, joined, chosen, divided_by_zero, too_large, matrices, hooked]


def told_of(program: Callable[..., Any], leaves: Leaves, passes: Iterable[dict[str, Any]]) -> Any:
    """What a watcher hears, what is left in the leaves, and how it fails."""
    listener = Listener()
    output = program(*leaves)
    failed = None
    with observing(listener):
        try:
            for options in passes:
                output.backward(**options)
        except Exception as error:
            failed = type(error), str(error), type(getattr(error, "_subject", (None, None))[1])
    return listener.told, failed, [each(x) for x in leaves], [each(x.grad) for x in leaves]


def both(monkeypatch: pytest.MonkeyPatch, run: Callable[[], Any]) -> tuple[Any, Any]:
    """What a run gives with the compiled loop, and with Python's."""
    compiled = run()
    with monkeypatch.context() as context:
        context.setattr(backward, "CORE", None)
        python = run()
    return compiled, python


PASSES: dict[str, list[dict[str, Any]]] = {
    "once": [{}], "twice, kept": [{"retain_graph": True}, {}], "twice, freed": [{}, {}],
    "as a graph": [{"create_graph": True}], "with a gradient": [{"gradient": wrap(np.array(2, np.float32))}],
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:Using backward")
@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("passes", PASSES.values(), ids=PASSES)
@pytest.mark.parametrize("program", PROGRAMS)
def test_it_runs_nodes_as_python_does(
    program: Callable[..., Any], passes: Any, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled, python = both(
        monkeypatch, lambda: told_of(program, [leaf(1.5, -0.5, kind=kind), leaf(0.25, 3, kind=kind)], passes)
    )
    assert compiled == python
    assert compiled[0]


def test_a_hook_finds_the_pass_that_it_is_in(monkeypatch: pytest.MonkeyPatch) -> None:
    def run() -> Any:
        seen: list[Any] = []

        def hook(gradient: Any) -> None:
            running = BackwardPass.running()
            assert running is not None
            reached = [running.reaches(node) for node in (y.grad_fn, elsewhere.grad_fn)]
            seen.append((reached, _State.enabled, running.has_targets(), BackwardPass.running() is running))
            inner: Any = leaf(2, 3)
            (inner * inner).sum().backward()
            seen.append((each(inner.grad), BackwardPass.running() is running))

        x, w = leaf(1, 2), leaf(3, 4)
        y: Any = x * w  # type: ignore[operator]
        elsewhere: Any = x + w  # type: ignore[operator]
        y.register_hook(hook)
        told = told_of(lambda x, w: (y * w).sum() + (y * x).sum(), [x, w], [{}])
        return told, seen, BackwardPass.running(), _State.enabled

    compiled, python = both(monkeypatch, run)
    assert compiled == python
    assert compiled[1][0] == ([True, False], False, False, True)


def test_roots_that_a_pass_cannot_begin_at_are_refused_in_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def run() -> Any:
        x: Any = leaf(1, 2)
        roots = [x * 2, wrap(np.ones(1)), leaf(1), (x * 2)[0], (x * 2).sum().detach(), x.sum().reshape(1, 1), x[:1] * 2]
        written: Any = (x * 3)[:1]
        written.mul_(2)
        return [told_of(lambda _, root=root: root, [x], [{}, {}]) for root in (*roots, written)]

    compiled, python = both(monkeypatch, run)
    assert compiled == python


@pytest.mark.filterwarnings("ignore:grad and param")  # given once, whichever way comes first
def test_gradients_that_there_are_already_are_added_to(monkeypatch: pytest.MonkeyPatch) -> None:
    for grad in (
        np.ones(2, np.float32), np.ones(2), np.ones(4, np.float32)[::2], np.full(2, 3e38, np.float32),
    ):  # fmt: skip

        def run(grad: Any = grad) -> Any:
            x, w = leaf(3e38, 2), leaf(1, 2)
            x._grad = wrap(grad.copy() if grad.flags.c_contiguous else np.repeat(grad, 2)[::2])
            return told_of(lambda x, w: (x * w).sum() + (x * 1.5).sum(), [x, w], [{}])

        compiled, python = both(monkeypatch, run)
        assert compiled == python


def test_gradients_are_nobody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever holds what a gradient came from, or another leaf to which it also went, sees no writes to it."""

    def run() -> Any:
        given = wrap(np.array([1, 2], np.float32))
        x, w = leaf(1, 2), leaf(3, 4)
        seen: list[Any] = []
        y: Any = x + w  # type: ignore[operator]
        z: Any = y * 1
        y.register_hook(seen.append)
        z.backward(given, retain_graph=True)
        large = wrap(np.ones(100_000, np.float32))
        large._requires_grad = True
        spread: Any = large * 3  # type: ignore[operator]
        spread.sum().backward()
        grads: list[Any] = [x.grad, large.grad]
        for grad in grads:
            grad._array += 10
        z.backward(given)
        kept = [each(t) for t in (given, w.grad, x.grad, *seen)]
        return kept, large._array.sum(), grads[1]._array[:2].tolist(), z.grad_fn is not None

    compiled, python = both(monkeypatch, run)
    assert compiled == python
    assert compiled[2] == [13, 13]


def test_leaves_of_other_shapes_and_orders_get_what_python_gives_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def run() -> Any:
        found = []
        for array in (np.ones(()), np.ones((2, 1)), np.asfortranarray(np.ones((2, 3))), np.ones((0,)), np.ones((1, 1))):
            x = wrap(array)
            x._requires_grad = True
            found.append(told_of(doubled, [x], [{"retain_graph": True}, {}]))
        gone: Any = leaf(1, 2)
        tripled: Any = gone * 3
        gone._requires_grad = False
        found.append(told_of(lambda x: tripled.sum(), [gone], [{}]))
        return found

    compiled, python = both(monkeypatch, run)
    assert compiled == python


def test_what_was_written_over_is_refused_in_the_same_words_and_of_the_same_node(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def run() -> Any:
        x: Any = leaf(1, 2)
        w: Any = leaf(3, 4)
        y: Any = x * w
        z: Any = y * y
        y._storage.version += 1
        return told_of(lambda x, w: (z + x).sum(), [x, w], [{}])

    compiled, python = both(monkeypatch, run)
    assert compiled == python
    assert "modified by an inplace operation" in compiled[1][1]
    assert "MulBackward0" in repr(compiled[1][2])


def test_a_watcher_that_fails_ends_the_pass_at_the_same_node(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(Listener):
        def freed(self, node: Node) -> None:
            super().freed(node)
            if len(self.told) > 3:
                raise RuntimeError("enough")

    def run() -> Any:
        x, w = leaf(1, 2), leaf(3, 4)
        loss = squares(x, w)
        listener = Failing()
        with observing(listener), pytest.raises(RuntimeError, match="enough"):
            loss.backward()
        return listener.told, each(x), x.grad is None

    compiled, python = both(monkeypatch, run)
    assert compiled == python


def test_nodes_come_out_in_the_queues_order_whatever_their_numbers() -> None:
    """Leaves that wait with one number, which no order of theirs decides, and numbers that were set."""
    for numbers in ([3, 1, 2], [5] * 7, [2**64 - 1, 4, 2**64 - 1, 9, 4], [1, 2, 3, 4, 5, 6], [-1, 2**70, 0.5]):
        queue, order = ReadyQueue(), []
        xs = [leaf(1) for _ in numbers]
        nodes: list[Any] = []
        for x, number in zip(xs, numbers, strict=True):
            node = AccumulateGrad(x)
            node.sequence_nr = number  # type: ignore[assignment]
            nodes.append(node)
            queue.push(node)
        heap = [*queue.heap]
        while queue.heap:
            order.append(nodes.index(queue.pop()))
        assert CORE is not None
        ran: list[int] = []

        class Order(Observer):
            def accumulated(self, node: AccumulateGrad, *_: Any, ran: list[int] = ran, nodes: Any = nodes) -> None:
                ran.append(nodes.index(node))

        with observing(Order()):
            buffers = {node: [np.ones(1, np.float32)] for node in nodes}
            CORE.run_pass(heap, buffers, {}, {}, [], True, len, [])
        assert ran == order


def test_parts_that_do_not_fit_are_refused() -> None:
    assert CORE is not None
    parts: list[Any] = [[], {}, {}, {}, [], True, len, []]
    node: Any = doubled(leaf(1))
    CORE.run_pass(*parts)
    for place in (0, 1, 2, 3, 4, 7):
        with pytest.raises(TypeError):
            CORE.run_pass(*parts[:place], 3, *parts[place + 1 :])
    with pytest.raises(TypeError):
        CORE.run_pass()
    with pytest.raises(TypeError):
        CORE.run_pass([3], *parts[1:])
    at: list[Any] = []
    with pytest.raises(KeyError):
        CORE.run_pass([node.grad_fn], *parts[1:7], at)
    assert at == [node.grad_fn]
    for buffer in (3, [], [1, 2], ["x"]):
        sink = AccumulateGrad(leaf(1))
        with pytest.raises((KeyError, ValueError, AttributeError, TypeError)):
            CORE.run_pass([sink], {sink: buffer}, *parts[2:])
    with pytest.raises(KeyError):
        CORE.learn_pass({})
    with pytest.raises(TypeError):
        CORE.run_backward(node, False, 3)  # type: ignore[arg-type]
    for no_root in (3, None, node.grad_fn, leaf(1), wrap(np.ones(2))):
        assert CORE.run_backward(no_root, False, []) is False


def test_memory_stays_level() -> None:
    def run() -> None:
        for program in PROGRAMS:
            for _ in range(60):
                leaves = [leaf(1.5, -0.5), leaf(0.25, 3)]
                with observing(Observer()):
                    program(*leaves).backward()
                output = program(*leaves)
                with suppress(RuntimeError):
                    output.backward(retain_graph=True)
                    output.backward()
                    output.backward()

    assert kept_by(run) < 40


def leaf_of(*shape: int) -> Any:
    """A new leaf of ones."""
    leaf = wrap(np.ones(shape, np.float32))
    leaf._requires_grad = True
    return leaf


@pytest.mark.parametrize("shape", [(), (3,), (2, 0)])
def test_where_gradients_of_a_leaf_end_is_what_python_makes(shape: tuple[int, ...]) -> None:
    leaf = leaf_of(*shape)
    product = leaf * leaf
    (made, nr), (again, _) = product.grad_fn.edges
    assert type(made) is AccumulateGrad
    assert made is again is (leaf * 2).grad_fn.edges[0][0]
    plain = AccumulateGrad(leaf)
    names = [name for name in (*Node.__slots__, *AccumulateGrad.__slots__) if name != "__weakref__"]
    assert [getattr(made, name) for name in names] == [getattr(plain, name) for name in names]
    assert (nr, leaf._accumulator()) == (0, made)


def test_leaf_holds_no_graph_by_where_its_gradients_end() -> None:
    leaf = leaf_of(2)
    product = leaf * 2
    assert leaf._accumulator() is product.grad_fn.edges[0][0]
    del product
    assert leaf._accumulator() is None


def test_gradients_of_a_leaf_come_in_the_dtype_that_was_set_for_them() -> None:
    leaf = leaf_of(2)
    leaf.grad_dtype = dtypes.float64
    product = leaf * 2
    assert product.grad_fn.edges[0][0].outputs == (((2,), np.dtype(np.float64)),)


def test_gradients_find_their_way_through_any_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    choose = random.Random(0)
    leaves = [leaf(*(choose.uniform(-1, 1) for _ in range(3))) for _ in range(4)]
    values: list[Any] = list(leaves)
    for _ in range(600):
        before, other = values[-choose.randint(1, min(40, len(values)))], choose.choice([*leaves, 0.5, values[-1]])
        values.append(choose.choice([before * other, before - other, before.tanh()]))
    total = sum(value.sum() for value in values[-40:])

    def run() -> Any:
        for each_leaf in leaves:
            each_leaf.grad = None
        total.backward(retain_graph=True)
        return [each(x.grad) for x in leaves]

    compiled, python = both(monkeypatch, run)
    assert compiled == python


SUMS = """
import gradwalk.torch as torch

def passes(seen):
    x, w = torch.arange(1.0, 5, requires_grad=True), torch.ones(4, requires_grad=True)
    y = x * 2
    a, b = y * w, y + w          # the sum hands one array to both
    a.register_hook(lambda grad: seen.append(grad))
    b.register_hook(lambda grad: seen.append(grad))
    z = a * b + b * 3 + y * y + a
    z.register_hook(lambda grad: seen.append(grad))
    (z * z + z).sum().backward(retain_graph=True)
    yield x, w
    (z * z.detach() + y).sum().backward()
    yield x, w
    x = torch.full((3,), 1e38, requires_grad=True)
    (x * 3e38 + x * 3e38 + x * x).sum().backward()
    yield x, x

for _ in range(2):
    seen = []
    for x, w in passes(seen):
        print(x.grad, x.grad._version, w.grad, w.grad._version)
    print(seen)
"""


def test_sums_in_the_place_of_a_gradient_change_no_other() -> None:
    compiled, python = printed(SUMS)
    assert compiled == python


SWITCHES = """
import gradwalk.torch as torch

for create_graph in (False, True):
    x = torch.ones(2, requires_grad=True)
    y = x * 2
    z = y.exp()
    z.register_hook(lambda grad: torch.set_grad_enabled(not create_graph) and None)
    y.register_hook(lambda grad: print(torch.is_grad_enabled()))
    z.sum().backward(create_graph=create_graph)
    print(torch.is_grad_enabled())
"""


def test_what_a_hook_switches_is_over_with_its_node() -> None:
    compiled, python = printed(SWITCHES)
    assert compiled == python == "False\nTrue\nTrue\nTrue\n"
