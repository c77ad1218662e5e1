"""What Gradwalk has not of PyTorch: it can be named where scripts do so in passing, and says what to do instead."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import pytest

from gradwalk.facade import torch

CLASSES = (
    ("torch.package", "PackageExporter"), ("torch.nn.parallel", "DistributedDataParallel"),
    ("torch.distributed", "ReduceOp"),
    ("torch.utils._python_dispatch", "TorchDispatchMode"),
)  # fmt: skip


@pytest.mark.parametrize(("module", "name"), CLASSES)
def test_nothing_is_of_a_class_that_is_refused(module: str, name: str) -> None:
    kind = getattr(importlib.import_module(f"gradwalk.facade.{module}"), name)
    words = rf"Gradwalk has no {module}.{name}: \w+"
    assert not isinstance(torch.nn.Linear(1, 1), kind)
    with pytest.raises(NotImplementedError, match=words):
        kind()
    with pytest.raises(NotImplementedError, match=words):
        type("Mine", (kind,), {})
    with pytest.raises(AttributeError, match=words):
        _ = kind.SUM


@pytest.mark.parametrize(
    ("module", "name"),
    [("torch.fx.experimental.proxy_tensor", "make_fx"), ("torch._subclasses.fake_tensor", "FakeTensorMode")],
)
def test_what_scripts_import_from_deep_within_is_refused_when_it_is_called(module: str, name: str) -> None:
    importlib.import_module("gradwalk.facade.torch.fx")
    with pytest.raises(NotImplementedError, match=rf"Gradwalk has no {module}.{name}: \w+"):
        getattr(importlib.import_module(f"gradwalk.facade.{module}"), name)()


@pytest.mark.parametrize("name", ["__config__", "cond", "qint8", "QInt8Storage", "float8_e4m3fn", "from_dlpack"])
def test_names_that_tutorials_use_say_what_to_do_instead(name: str) -> None:
    with pytest.raises(AttributeError, match=rf"no attribute '{name}': Gradwalk does not have it, (?!the near)"):
        getattr(torch, name)


def test_of_the_inside_there_are_a_few_names() -> None:
    assert torch._C._get_tracing_state() is None
    with pytest.raises(AttributeError, match=r"no attribute '_nn': of PyTorch's names in C\+\+ Gradwalk has a few"):
        _ = torch._C._nn


@pytest.mark.parametrize(
    "call",
    [
        lambda: torch.ones([1] * 65),
        lambda: torch.ones([1] * 64).unsqueeze(0),
        lambda: torch.zeros(2**31, 2**31, 0),
        lambda: torch.zeros(0, 2**63 - 1),
    ],
)
def test_what_numpy_has_no_array_for_is_refused_in_words_of_tensors(call: Callable[[], object]) -> None:
    with pytest.raises(RuntimeError, match=r"Gradwalk has (at most 64 dimensions|no tensor of sizes)"):
        call()


@pytest.mark.parametrize("targets", [[[5, 1]], [[-1, 1]], [1, 3]])
def test_a_class_that_there_is_not_is_not_read_from_beside_the_memory(targets: list[object]) -> None:
    given = torch.zeros(4, 1, 3), torch.tensor(targets), torch.tensor([4]), torch.tensor([2])
    with pytest.raises(IndexError, match=r"Target (5|-1|3) is out of bounds: the classes are 0 to 2"):
        torch.nn.functional.ctc_loss(*given)
    padded = torch.tensor([[1, 2, -1]])
    assert torch.nn.functional.ctc_loss(given[0], padded, given[2], given[3]).isfinite()
