"""A pass over a loader's batches: what ``iter(loader)`` gives."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import cycle, repeat
from typing import TYPE_CHECKING, Any

from gradwalk.engine.warn import warn

from ._workers import Fetcher, Worker
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
    _advice = ""

    def __init__(self, loader: DataLoader[Any]) -> None:
        if loader.pin_memory:
            warn(
                "'pin_memory' argument is set as true but no accelerator is found, then device pinned memory won't be "
                "used."
            )
        self._dataset = loader.dataset
        self._begin(loader)
        self._base_seed = draw_seed(loader.generator)

    def _begin(self, loader: DataLoader[Any]) -> None:
        self._promised = loader._promised
        self._index_sampler = loader._index_sampler
        self._sampler_iter = iter(self._index_sampler)
        self._num_yielded = 0

    def __iter__(self) -> _BaseDataLoaderIter:
        return self

    def __next__(self) -> Any:
        data = self._next_data()
        self._num_yielded += 1
        if self._promised is not None and self._num_yielded > self._promised:
            warn(
                f"Length of IterableDataset {self._dataset} was reported to be {self._promised}(when accessing "
                f"len(dataloader)), but {self._num_yielded} samples have been fetched. {self._advice}"
            )
        return data

    def _next_data(self) -> Any:
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self._index_sampler)


class _SingleProcessDataLoaderIter(_BaseDataLoaderIter):
    __module__ = "torch.utils.data.dataloader"

    def __init__(self, loader: DataLoader[Any]) -> None:
        super().__init__(loader)
        if loader.timeout != 0:
            raise AssertionError("_SingleProcessDataLoaderIter requires timeout == 0")
        self._fetcher = Fetcher(loader)

    def _next_data(self) -> Any:
        return self._fetcher(next(self._sampler_iter))


class _MultiProcessingDataLoaderIter(_BaseDataLoaderIter):
    """Hands indices to the workers in turn, some ahead of what is asked for, and takes their batches in that order."""

    __module__ = "torch.utils.data.dataloader"
    _advice = (
        "For multiprocessing data-loading, this could be caused by not properly configuring the IterableDataset "
        "replica at each worker. Please see https://pytorch.org/docs/stable/data.html#torch.utils.data.IterableDataset "
        "for examples."
    )

    def __init__(self, loader: DataLoader[Any]) -> None:
        super().__init__(loader)
        if not loader.prefetch_factor:
            raise AssertionError("prefetch_factor must be greater than 0 for MultiProcessingDataLoaderIter")
        self._workers = [Worker(number, loader, self._base_seed) for number in range(loader.num_workers)]
        self._reset(loader, True)

    def _reset(self, loader: DataLoader[Any], first_iter: bool = False) -> None:
        self._begin(loader)
        self._tasks: deque[tuple[Worker, Any]] = deque()
        self._turns = cycle(self._workers)
        if not first_iter:
            for worker in self._workers:
                worker.resume()
        for _ in range((loader.prefetch_factor or 0) * loader.num_workers):
            self._hand_out()

    def _hand_out(self) -> None:
        """Give the next index to the worker whose turn it is."""
        try:
            index = next(self._sampler_iter)
        except StopIteration:
            return
        for _ in self._workers:
            worker = next(self._turns)
            if not worker.ended:
                self._tasks.append((worker, index))
                return

    def _next_data(self) -> Any:
        while self._tasks:
            worker, index = self._tasks.popleft()
            if worker.ended:
                continue
            try:
                return worker.fetch(index)
            except StopIteration:
                if not worker.ended:
                    raise
            finally:
                self._hand_out()
        raise StopIteration
