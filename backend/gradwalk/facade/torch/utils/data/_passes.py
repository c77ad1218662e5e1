"""A pass over a loader's batches: what ``iter(loader)`` gives."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import TYPE_CHECKING, Any

from gradwalk.engine.warn import warn

from .sampler import Sampler, draw_seed

if TYPE_CHECKING:
    from .dataloader import DataLoader


class _InfiniteConstantSampler(Sampler):
    """Of a dataset that is gone through: it has no numbers."""

    __module__ = "torch.utils.data.dataloader"

    def __iter__(self) -> Iterator[None]:
        return repeat(None)


class _BaseDataLoaderIter:
    """One pass. A batch that fails does not end it."""

    __module__ = "torch.utils.data.dataloader"

    def __init__(self, loader: DataLoader) -> None:
        if loader.pin_memory:
            warn(
                "'pin_memory' argument is set as true but no accelerator is found, then device pinned memory won't be "
                "used."
            )
        self._loader = loader
        self._dataset = loader.dataset
        self._promised = loader._promised
        self._index_sampler = loader._index_sampler
        self._sampler_iter = iter(self._index_sampler)
        self._base_seed = draw_seed(loader.generator)  # which PyTorch draws for workers; there are none
        self._num_yielded = 0
        self._items = iter(self._dataset) if loader._iterable else None
        self._ended = False

    def __iter__(self) -> _BaseDataLoaderIter:
        return self

    def __next__(self) -> Any:
        index = next(self._sampler_iter)
        data = self._loader._fetched(index) if self._items is None else self._walked(index)
        self._num_yielded += 1
        if self._promised is not None and self._num_yielded > self._promised:
            warn(
                f"Length of IterableDataset {self._dataset} was reported to be {self._promised}(when accessing "
                f"len(dataloader)), but {self._num_yielded} samples have been fetched. "
            )
        return data

    def _walked(self, places: list[None] | None) -> Any:
        """The next items of a dataset that is gone through."""
        assert self._items is not None
        if places is None:
            return self._loader.collate_fn(next(self._items))
        batch: list[Any] = []
        while not self._ended and len(batch) < len(places):
            try:
                batch.append(next(self._items))
            except StopIteration:
                self._ended = True
        if not batch or (self._loader.drop_last and len(batch) < len(places)):
            raise StopIteration
        return self._loader.collate_fn(batch)

    def __len__(self) -> int:
        return len(self._index_sampler)


class _SingleProcessDataLoaderIter(_BaseDataLoaderIter):
    __module__ = "torch.utils.data.dataloader"


class _MultiProcessingDataLoaderIter(_BaseDataLoaderIter):
    """As its name is where workers are asked for; their batches are made here as well."""

    __module__ = "torch.utils.data.dataloader"
