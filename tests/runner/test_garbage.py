"""What a run lets go of does not fill the memory."""

from __future__ import annotations

import gc
import weakref

import numpy as np

from gradwalk.engine import OPS, Tensor
from gradwalk.engine.observe import observing
from gradwalk.engine.tensor import wrap
from gradwalk.recorder import Recorder
from gradwalk.runner.garbage import LARGE, seldom_collected


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
