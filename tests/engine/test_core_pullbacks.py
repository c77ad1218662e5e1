"""VJPs that the compiled core runs give the arrays that Python's pullback gives, and refuse what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
import pytest

from gradwalk.engine import OPS, Op
from gradwalk.engine.compiled import _application, _pullback
from gradwalk.engine.core import CORE
from gradwalk.engine.described import described_vjps
from gradwalk.engine.node_classes import NUMBERLESS
from tests.engine.level import kept_by

from .samples import SAMPLES
from .test_core_ops import each, given_as, operands_of

pytestmark = pytest.mark.core

KNOWN = [
    op
    for op in OPS.values()
    if op.vjps and op.operands and not op.takes_list and op.grad_fn != NUMBERLESS and op.category != "in_place"
    and SAMPLES.get(op.name) and described_vjps(op) is not None
]  # fmt: skip


def both(op: Op) -> list[Callable[..., Any]]:
    """Python's pullback of an op, and the core's that falls back to it."""
    assert CORE is not None
    description = described_vjps(op)
    assert description is not None
    python = _pullback(op)
    return [python, CORE.Pullback(otherwise=python, **description)]


applied = cache(_application)  # which writes code and compiles it


def node_of(op: Op, operands: Any, params: Any, leaves: int = -1) -> Any:
    """The node of an application to leaves, and what it gave; None if it gives none."""
    tensors = given_as(operands, leaves)
    try:
        output = applied(op, None)(*tensors, **params)
    except Exception:  # an error is no business of the pullback's
        return None
    return None if isinstance(output, tuple) or output._grad_fn is None else (output._grad_fn, output, tensors)


def given(pullback: Callable[..., Any], *arguments: Any) -> Any:
    """What a pullback gives, or how it fails."""
    try:
        found = pullback(*arguments)
        return [type(x) is np.ndarray or (type(x), repr(x)) for x in found], each(found)
    except Exception as error:
        return type(error), str(error)


def test_the_core_knows_the_formulas_of_arithmetic() -> None:
    assert {OPS[name] for name in ("mul", "neg", "exp", "log", "cos")} <= {*KNOWN}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # numpy reports to who calls a pullback: here that is no pass
@pytest.mark.parametrize("op", KNOWN, ids=lambda op: op.name)
def test_it_runs_formulas_as_python_does(op: Op) -> None:
    python, core = both(op)
    ran = 0
    for operands, params in islice(operands_of(op), 40 if op.category == "pointwise" else 8):
        for leaves in range(1, 1 << len(op.operands)):
            made = node_of(op, operands, params, leaves)
            if made is None:
                continue
            node, output, _ = made
            shape, kind = output._array.shape, output._array.dtype
            ones = np.ones(shape, kind)
            for grad in (ones, np.asfortranarray(ones * 2), ones[()], np.ones((2, *shape), kind), ones * np.inf):
                assert given(core, node, [grad], None) == given(python, node, [grad], None)
                ran += 1
            assert given(core, node, [ones], {node.edges[0][0]}) == given(python, node, [ones], {node.edges[0][0]})
            assert given(core, node, [ones], set()) == given(python, node, [ones], set())
            assert given(core, node, [None], None) == given(python, node, [None], None)
    assert ran or len(op.results) > 1


@pytest.mark.parametrize("name", ["mul", "exp"])
def test_what_was_freed_or_written_over_is_refused_in_the_same_words(name: str) -> None:
    op = OPS[name]
    python, core = both(op)
    arrays = [np.full(3, 2.0, np.float32) for _ in op.operands]
    grad = np.ones(3, np.float32)
    node, output, tensors = node_of(op, arrays, {})
    (output if name == "exp" else tensors[1])._storage.version += 1
    written = given(core, node, [grad], None)
    assert written == given(python, node, [grad], None)
    assert "modified by an inplace operation" in written[1]
    node, *_ = node_of(op, arrays, {})
    node.release()
    freed = given(core, node, [grad], None)
    assert freed == given(python, node, [grad], None)
    assert "a second time" in freed[1]


def test_parts_that_do_not_fit_make_no_pullback() -> None:
    assert CORE is not None
    description = described_vjps(OPS["mul"])
    assert description is not None
    for wrong in (
        {"parts": 2}, {"places": (6,)}, {"places": (-1,)}, {"kept": ((4, False),)}, {"kept": (1,)}, {"order": (0,)},
        {"order": (0, 2)}, {"formulas": ((), ())}, {"formulas": (description["formulas"][0],)},
        {"formulas": ((("name", None, 9),),) * 2}, {"places": tuple(range(6)) * 3},
    ):  # fmt: skip
        with pytest.raises((TypeError, ValueError)):
            CORE.Pullback(**{"otherwise": len, **description, **wrong})


def test_memory_stays_level() -> None:
    calls = []
    for name in ("mul", "neg", "exp", "log"):
        op = OPS[name]
        node, *kept = node_of(op, [np.ones(4, np.float32) for _ in op.operands], {})
        calls += [(both(op)[1], node, [grad], kept) for grad in (np.ones(4, np.float32), np.ones((3, 3)), None, "x")]

    def run() -> None:
        for pullback, node, grads, _ in calls:
            for _ in range(50):
                with suppress(Exception):
                    pullback(node, grads, None)

    assert kept_by(run) < 40
