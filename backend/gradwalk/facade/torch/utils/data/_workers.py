"""Workers of a loader, without processes of their own: each has random numbers and attributes of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradwalk.engine.home import HOME
from gradwalk.engine.random import default_generator

from .dataset import Dataset

if TYPE_CHECKING:
    from .dataloader import DataLoader


@dataclass(frozen=True, slots=True)
class WorkerInfo:
    """What a worker is told of itself."""

    id: int
    num_workers: int
    seed: int
    dataset: Any
    rng: Any = None
    worker_method: str | None = "multiprocessing"


WorkerInfo.__module__ = "torch.utils.data._utils.worker"


class _Running:
    """The worker whose code runs now, if any."""

    info: WorkerInfo | None = None


def get_worker_info() -> WorkerInfo | None:
    """Of the worker that asks; None outside of workers."""
    return _Running.info


class Fetcher:
    """Makes the batches of a loader out of indices."""

    def __init__(self, loader: DataLoader[Any]) -> None:
        self._loader = loader
        self._items = iter(loader.dataset) if loader._iterable else None
        self._ended = False

    def __call__(self, index: Any) -> Any:
        """The batch for an index. Raises StopIteration where a dataset that is gone through is at its end."""
        return self._loader._fetched(index) if self._items is None else self._walked(index)

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


class Worker:
    """One of a loader's workers.

    In PyTorch it is a process that begins as a copy of this one. Here its code runs in this process, between two swaps:
    of the states that random numbers are drawn from, and of the attributes of the dataset and of those it is made of.
    """

    def __init__(self, number: int, loader: DataLoader[Any], base_seed: int) -> None:
        self._loader = loader
        self._info = WorkerInfo(number, loader.num_workers, base_seed + number, loader.dataset)
        self._parts = list(_parts(loader.dataset))
        self._own_attributes = [{name: _copied(value) for name, value in vars(part).items()} for part in self._parts]
        self._own_streams = _seeded(base_seed, number)
        self._fetcher: Fetcher | None = None
        self._failed: Exception | None = None
        self.ended = False
        with self._running():
            try:
                if loader.worker_init_fn is not None:
                    loader.worker_init_fn(number)
                self._fetcher = Fetcher(loader)
            except Exception as error:
                self._failed = error

    def resume(self) -> None:
        """Begin another pass."""
        self.ended = False
        with self._running():
            self._fetcher = Fetcher(self._loader)

    def fetch(self, index: Any) -> Any:
        """A batch. Raises StopIteration at the end of a dataset that is gone through, other errors as PyTorch does."""
        try:
            if self._fetcher is None:
                assert self._failed is not None
                raise self._failed
            with self._running():
                return self._fetcher(index)
        except Exception as error:
            if isinstance(error, StopIteration) and self._loader._iterable:
                self.ended = True
                raise
            raise _told(error, self._info.id) from None

    @contextmanager
    def _running(self) -> Iterator[None]:
        outer, streams = _Running.info, _streams()
        attributes = [vars(part) for part in self._parts]
        _Running.info = self._info
        _restore(self._own_streams)
        self._give(self._own_attributes)
        try:
            yield
        finally:
            self._own_streams = _streams()
            self._own_attributes = [vars(part) for part in self._parts]
            self._give(attributes)
            _restore(streams)
            _Running.info = outer

    def _give(self, attributes: list[dict[str, Any]]) -> None:
        for part, own in zip(self._parts, attributes, strict=True):
            object.__setattr__(part, "__dict__", own)


def _parts(dataset: Any) -> Iterator[Any]:
    """A dataset and the datasets it is made of, as far as they have attributes."""
    if isinstance(dataset, Dataset) or hasattr(dataset, "__dict__"):
        yield dataset
        inner = [vars(dataset).get("dataset"), *_each(vars(dataset).get("datasets"))]
        for part in inner:
            if isinstance(part, Dataset):
                yield from _parts(part)


def _each(datasets: Any) -> Any:
    return datasets.values() if isinstance(datasets, dict) else datasets if isinstance(datasets, list | tuple) else ()


def _copied(value: Any) -> Any:
    """An attribute as a process of its own has it: what it counts or keeps in lists there is not seen here."""
    return value.copy() if type(value) in (list, dict, set) else value


def _seeded(base_seed: int, number: int) -> tuple[Any, ...]:
    """The states that the random numbers of a worker begin with."""
    import random  # which takes long to load

    before = _streams()
    seed = base_seed + number
    random.seed(seed)
    default_generator.manual_seed(seed)
    np.random.seed(np.random.SeedSequence([number, base_seed & 0xFFFFFFFF, base_seed >> 32, 0]).generate_state(4))
    own = _streams()
    _restore(before)
    return own


def _streams() -> tuple[Any, ...]:
    """The states of all that random numbers are drawn from."""
    import random

    return random.getstate(), np.random.get_state(), dict(vars(default_generator))


def _restore(streams: tuple[Any, ...]) -> None:
    import random

    python, numpy, torch = streams
    random.setstate(python)
    np.random.set_state(numpy)
    vars(default_generator).update(torch)


def _told(error: Exception, number: int) -> Exception:
    """The error as it reaches the process that asked: of the same type if that takes a text, with what happened."""
    import traceback

    told = traceback.TracebackException.from_exception(error)
    told.stack[:] = [frame for frame in told.stack if not frame.filename.startswith(HOME)]
    words = f"Caught {type(error).__name__} in DataLoader worker process {number}.\nOriginal {''.join(told.format())}"
    kind: Callable[[Any], Exception] = type(error)
    if kind is KeyError:
        return KeyError(_AsItIs(words))
    try:
        return kind(words)
    except Exception:
        return RuntimeError(words)


class _AsItIs(str):
    """Text that a KeyError shows without quoting it."""

    __slots__ = ()
    __module__ = "torch._utils"

    def __repr__(self) -> str:
        return str(self)


_AsItIs.__name__ = _AsItIs.__qualname__ = "KeyErrorMessage"
