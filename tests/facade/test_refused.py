"""What Gradwalk has not of PyTorch: it can be named where scripts do so in passing, and says what to do instead."""

from __future__ import annotations

import importlib

import pytest

from gradwalk.facade import torch

CLASSES = (
    ("torch.package", "PackageExporter"), ("torch.nn.parallel", "DistributedDataParallel"),
    ("torch.distributed", "ReduceOp"),
    ("torch.utils.tensorboard", "SummaryWriter"), ("torch.utils._python_dispatch", "TorchDispatchMode"),
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
