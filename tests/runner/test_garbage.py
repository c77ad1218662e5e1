"""What a run lets go of does not fill the memory."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

import numpy as np
import pytest

from gradwalk.engine import OPS, Tensor
from gradwalk.engine.observe import observing
from gradwalk.engine.tensor import wrap
from gradwalk.limits import LIMITS
from gradwalk.recorder import Recorder
from gradwalk.runner.garbage import LARGE, seldom_collected
from gradwalk.sandbox.starting import environment


def in_a_cycle(bytes_held: int) -> weakref.ref[Tensor]:
    """What is left of a tensor that only the collector frees."""
    x = wrap(np.zeros(bytes_held // 4, np.float32))
    result = OPS["mul"](x, x)
    result.__dict__["itself"] = result
    return weakref.ref(result)


def test_large_arrays_in_cycles_are_freed_though_they_are_few() -> None:
    recorder = Recorder(lambda frame: None, {"max_elements": 10})
    gc.disable()
    try:
        with seldom_collected(recorder), observing(recorder):
            gone = in_a_cycle(LARGE // 2)
            recorder.flush()
            assert gone() is not None
            in_a_cycle(LARGE // 2 + 1024)
            recorder.flush()
            assert gone() is None
    finally:
        gc.enable()


def test_once_the_record_is_full_python_looks_as_often_as_by_itself() -> None:
    recorder = Recorder(lambda frame: None, {"max_elements": 10}, LIMITS._replace(ops=1))
    before = gc.get_threshold()
    with seldom_collected(recorder), observing(recorder):
        in_a_cycle(4)
        assert gc.get_threshold() != before
        in_a_cycle(4)
        assert gc.get_threshold() == before


def test_who_only_records_leaves_the_collector_to_the_process() -> None:
    recorder = Recorder(lambda frame: None, {"max_elements": 10})
    before = gc.get_threshold()
    gc.disable()
    try:
        with observing(recorder):
            gone = in_a_cycle(2 * LARGE)
            recorder.flush()
        assert gone() is not None
    finally:
        gc.enable()
    assert gc.get_threshold() == before


MADE_ANEW = """
import resource
from gradwalk.engine.core import CORE
from gradwalk.runner.garbage import keep_memory
def pages():
    before, graph = resource.getrusage(resource.RUSAGE_SELF).ru_minflt, None
    for number in range(100_000):
        graph = (graph, number)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
keep_memory()
first = pages()
print(first, max(pages() for _ in range(3)))
"""


@pytest.mark.core
def test_memory_of_a_graph_that_is_gone_is_there_for_the_next() -> None:
    command = [sys.executable, "-c", MADE_ANEW]
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
    first, later = map(int, said.stdout.split())
    assert first > 1_000
    assert later < first / 10
