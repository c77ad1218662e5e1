"""``torch.nn.parallel``: modules over several devices, of which there is one."""

from __future__ import annotations

from typing import Any

from .._missing import missing
from .._refused import refused
from .modules.module import Module

__all__ = ["DataParallel"]


class DataParallel(Module):
    """A module over all GPUs. There is none: it is called as it is."""

    __module__ = "torch.nn.parallel.data_parallel"

    def __init__(self, module: Any, device_ids: Any = None, output_device: Any = None, dim: int = 0) -> None:
        super().__init__()
        self.module = module
        self.device_ids: list[int] = []

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        return self.module(*inputs, **kwargs)


_REFUSED = refused("torch.nn.parallel", ("DistributedDataParallel",), "there is one process; use the module as it is")
globals().update(_REFUSED)


def __getattr__(name: str) -> Any:
    raise missing("torch.nn.parallel", name)
