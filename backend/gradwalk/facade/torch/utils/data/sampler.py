"""Samplers: in which order the items of a dataset come, with PyTorch's shuffles for a seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Sized
from typing import Any

from gradwalk.engine import random
from gradwalk.engine.surface.registry import FUNCTIONS

_POSITIVE_63_BITS = 2**63 - 1


def draw_seed(generator: Any = None) -> int:
    """A seed, drawn as PyTorch draws one for an epoch. Raises TypeError for what is no generator."""
    if generator is not None and not isinstance(generator, random.Generator):
        FUNCTIONS["empty"](()).random_(generator=generator)
    return int((generator or random.default_generator).draw64(1)[0]) & _POSITIVE_63_BITS


class Sampler:
    """Base class: a subclass defines ``__iter__``."""

    __module__ = "torch.utils.data.sampler"

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError

    @classmethod
    def __class_getitem__(cls, item: Any) -> Any:
        return cls


class SequentialSampler(Sampler):
    """In order."""

    __module__ = "torch.utils.data.sampler"

    def __init__(self, data_source: Sized) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler):
    """Shuffled anew for every pass, or drawn with replacement."""

    __module__ = "torch.utils.data.sampler"

    def __init__(
        self, data_source: Sized, replacement: bool = False, num_samples: int | None = None, generator: Any = None
    ) -> None:
        self.data_source = data_source
        self.replacement = replacement
        self._num_samples = num_samples
        self.generator = generator
        if not isinstance(replacement, bool):
            raise TypeError(f"replacement should be a boolean value, but got replacement={replacement}")
        if not isinstance(self.num_samples, int) or self.num_samples <= 0:
            raise ValueError(f"num_samples should be a positive integer value, but got num_samples={self.num_samples}")

    @property
    def num_samples(self) -> int:
        """How many are drawn."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        n = len(self.data_source)
        source = self.generator
        if source is None:
            source = random.Generator().manual_seed(draw_seed())
        if not isinstance(source, random.Generator):
            FUNCTIONS["randperm"](n, generator=source)
        if self.replacement:
            for _ in range(self.num_samples // 32):
                yield from source.below(n, 32).tolist()
            yield from source.below(n, self.num_samples % 32).tolist()
            return
        for _ in range(self.num_samples // n if n else 0):
            yield from source.permutation(n).tolist()
        yield from source.permutation(n).tolist()[: self.num_samples % n if n else 0]

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler):
    """Given numbers, shuffled."""

    __module__ = "torch.utils.data.sampler"

    def __init__(self, indices: Sequence[int], generator: Any = None) -> None:
        self.indices = indices
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        for i in FUNCTIONS["randperm"](len(self.indices), generator=self.generator).tolist():
            yield self.indices[i]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler):
    """Numbers drawn with given weights."""

    __module__ = "torch.utils.data.sampler"

    def __init__(self, weights: Any, num_samples: int, replacement: bool = True, generator: Any = None) -> None:
        if not isinstance(num_samples, int) or isinstance(num_samples, bool) or num_samples <= 0:
            raise ValueError(f"num_samples should be a positive integer value, but got num_samples={num_samples}")
        if not isinstance(replacement, bool):
            raise ValueError(f"replacement should be a boolean value, but got replacement={replacement}")
        from gradwalk.engine import dtypes

        given = FUNCTIONS["as_tensor"](weights, dtype=dtypes.float64)
        if given.ndim != 1:
            raise ValueError(f"weights should be a 1d sequence but given weights have shape {tuple(given.shape)}")
        self.weights = given
        self.num_samples = num_samples
        self.replacement = replacement
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        drawn = FUNCTIONS["multinomial"](self.weights, self.num_samples, self.replacement, generator=self.generator)
        yield from iter(drawn.tolist())

    def __len__(self) -> int:
        return self.num_samples


class DistributedSampler(Sampler):
    """The share of one of several processes that go through a dataset together."""

    __module__ = "torch.utils.data.distributed"

    def __init__(
        self, dataset: Sized, num_replicas: int | None = None, rank: int | None = None, shuffle: bool = True,
        seed: int = 0, drop_last: bool = False,
    ) -> None:  # fmt: skip
        if num_replicas is None or rank is None:
            raise ValueError(
                "Default process group has not been initialized, please make sure to call init_process_group."
            )
        if rank >= num_replicas or rank < 0:
            raise ValueError(f"Invalid rank {rank}, rank should be in the interval [0, {num_replicas - 1}]")
        self.dataset = dataset
        self.num_replicas = num_replicas
        self.rank = rank
        self.epoch = 0
        self.drop_last = drop_last
        self.num_samples = len(dataset) // num_replicas if drop_last else -(-len(dataset) // num_replicas)
        self.total_size = self.num_samples * num_replicas
        self.shuffle = shuffle
        self.seed = seed

    def __iter__(self) -> Iterator[int]:
        count = len(self.dataset)
        order = list(range(count))
        if self.shuffle:
            order = random.Generator().manual_seed(self.seed + self.epoch).permutation(count).tolist()
        filled = (order * -(-self.total_size // count) if count else [])[: self.total_size]
        return iter(filled[self.rank :: self.num_replicas])

    def __len__(self) -> int:
        return self.num_samples

    def set_epoch(self, epoch: int) -> None:
        """Have the next pass shuffled for that epoch."""
        self.epoch = epoch


class BatchSampler(Sampler):
    """Several numbers of a sampler at a time."""

    __module__ = "torch.utils.data.sampler"

    def __init__(self, sampler: Iterable[Any], batch_size: int, drop_last: bool) -> None:
        if not isinstance(batch_size, int) or isinstance(batch_size, bool) or batch_size <= 0:
            raise ValueError(f"batch_size should be a positive integer value, but got batch_size={batch_size}")
        if not isinstance(drop_last, bool):
            raise ValueError(f"drop_last should be a boolean value, but got drop_last={drop_last}")
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __iter__(self) -> Iterator[list[Any]]:
        batch = []
        for index in self.sampler:
            batch.append(index)
            if len(batch) == self.batch_size:
                yield batch
                batch = []
        if batch and not self.drop_last:
            yield batch

    def __len__(self) -> int:
        count = len(self.sampler)  # type: ignore[arg-type]
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)
