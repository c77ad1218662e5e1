"""Anomaly detection names the line that made the failing node."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pytest

from gradwalk.engine import OPS, Tensor, autograd
from gradwalk.engine.anomaly import detect_anomaly, set_detect_anomaly
from gradwalk.engine.tensor import wrap


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    with set_detect_anomaly(False):
        yield


def leaf(*numbers: float) -> Tensor:
    x = wrap(np.array(numbers, dtype=np.float32))
    x.requires_grad = True
    return x


def test_nan_is_refused_and_the_forward_line_told() -> None:
    x = leaf(-1.0, 0.0)
    cotangent = wrap(np.ones(2, np.float32))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with detect_anomaly():
            y = OPS["sqrt"](x)  # the line that is told
            with pytest.raises(RuntimeError, match=r"^Function 'SqrtBackward0' returned nan values in its 0th"):
                autograd.backward(y, cotangent)
    enabled, told = (str(warning.message) for warning in caught)
    assert enabled.startswith("Anomaly Detection has been enabled.")
    assert told.startswith("Error detected in SqrtBackward0. Traceback of forward call that caused the error:\n  File")
    assert 'y = OPS["sqrt"](x)  # the line that is told' in told
    assert "gradwalk/engine" not in told


def test_what_induced_a_node_of_a_second_graph_is_told_too() -> None:
    x = leaf(0.0)
    set_detect_anomaly(True)
    [first] = autograd.grad(OPS["sqrt"](x), x, create_graph=True)
    root = OPS["mul"](first, 0.0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(RuntimeError, match="DivBackward0"):
            autograd.backward(root)
    assert "Previous calculation was induced by SqrtBackward0." in str(caught[1].message)


def test_gradients_of_a_batch_of_cotangents_are_stacked() -> None:
    x = leaf(1.0, 2.0)
    [rows] = autograd.grad(OPS["mul"](x, x), x, wrap(np.eye(2, dtype=np.float32)), is_grads_batched=True)
    assert rows is not None
    assert rows.tolist() == [[2.0, 0.0], [0.0, 4.0]]
