"""``torch.utils.data``: datasets, samplers and the loader."""

from __future__ import annotations

from typing import Any

from ..._missing import missing
from ..._paths import lay
from ..._refused_parts import lay_refused
from . import _workers
from ._collate import default_collate, default_convert
from ._workers import get_worker_info
from .dataloader import DataLoader
from .dataset import (
    ChainDataset,
    ConcatDataset,
    Dataset,
    IterableDataset,
    StackDataset,
    Subset,
    TensorDataset,
    random_split,
)
from .sampler import (
    BatchSampler,
    DistributedSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)

__all__ = [
    "BatchSampler", "ChainDataset", "ConcatDataset", "DataLoader", "Dataset", "DistributedSampler", "IterableDataset",
    "RandomSampler", "Sampler", "SequentialSampler", "StackDataset", "Subset", "SubsetRandomSampler", "TensorDataset",
    "WeightedRandomSampler", "default_collate", "default_convert", "get_worker_info", "random_split",
]  # fmt: skip

lay_refused(__name__)
lay(f"{__name__}.distributed", "DistributedSampler", globals())
lay(f"{__name__}._utils", "", {})
lay(f"{__name__}._utils.collate", "default_collate default_convert", globals())
lay(f"{__name__}._utils.worker", "WorkerInfo get_worker_info", vars(_workers))


def __getattr__(name: str) -> Any:
    raise missing("torch.utils.data", name)
