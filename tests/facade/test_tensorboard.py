"""``torch.utils.tensorboard``: takes what PyTorch's takes, refuses what that refuses, and makes its folders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from gradwalk.engine import kept
from gradwalk.facade import torch as facade
from gradwalk.facade.torch.utils.tensorboard import SummaryWriter

torch: Any = facade


@pytest.fixture
def tree() -> Iterator[kept.Tree]:
    with kept.run_with(1 << 20, 100):
        run = kept.of_run()
        assert run is not None
        yield run


REFUSED = (
    (lambda w: w.add_scalar("a", torch.ones(2)), AssertionError,
     "Tensor should contain one element (0 dimensions).             Was given size: 2 and 1 dimensions."),
    (lambda w: w.add_scalar("a", [1]), NotImplementedError,
     "Got <class 'list'>, but numpy array or torch tensor are expected."),
    (lambda w: w.add_scalar("a", "x"), ValueError, "could not convert string to float: 'x'"),
    (lambda w: w.add_image("i", torch.ones(4, 4)), AssertionError,
     "size of input tensor and input format are different.         tensor shape: (4, 4), input_format: CHW"),
    (lambda w: w.add_histogram("h", torch.ones(0)), ValueError, "The input has no element."),
    (lambda w: w.add_embedding(torch.ones(3)), AssertionError,
     "mat should be 2D, where mat.size(0) is the number of data points"),
    (lambda w: w.add_hparams([], {}), TypeError, "hparam_dict and metric_dict should be dictionary."),
)  # fmt: skip
"""Calls, and what PyTorch 2.13 with TensorBoard says of them."""


@pytest.mark.parametrize(("call", "kind", "words"), REFUSED)
def test_what_pytorch_refuses_is_refused_in_its_words(call: Any, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind) as caught:
        call(SummaryWriter("logs"))
    assert str(caught.value) == words


def test_a_run_has_the_folders_of_its_writers(tree: kept.Tree) -> None:
    with SummaryWriter("logs/a") as writer:
        writer.add_scalars("run/x", {"a": 1, "b": np.float32(2.0)}, 0)
        writer.add_hparams({"lr": 0.1}, {"loss": torch.ones(1, requires_grad=True)}, run_name="r")
        assert writer.get_logdir() == "logs/a"
    folder = tree.find("logs/a")
    assert isinstance(folder, kept.Folder)
    assert sorted(name[:20] for name in folder) == ["events.out.tfevents.", "r", "run_x_a", "run_x_b"]
    SummaryWriter(comment="-x")
    runs = tree.find("runs")
    assert isinstance(runs, kept.Folder)
    assert [name.endswith("-x") for name in runs] == [True]


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")
def test_what_is_written_leaves_no_trace_in_graphs_and_modes() -> None:
    loss = torch.ones(2, requires_grad=True).sum()
    model = torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.Dropout())
    writer = SummaryWriter("logs")
    writer.add_scalar("loss", loss, 0)
    writer.add_histogram("weight", model[0].weight)
    writer.add_graph(model, torch.ones(1, 2))
    assert (model.training, model[1].training, model[0].weight.grad) == (True, True, None)
    assert not os.path.exists("logs")
