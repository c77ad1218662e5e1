"""A storage: the numbers that tensors look at, and the count of times they were written in place."""

from __future__ import annotations

from .dtypes import Array


class Storage:
    """One buffer of memory. Views and ``detach()`` share it; so an in-place write through any of them shows in all.

    ``version`` is what PyTorch calls ``_version``: a saved tensor remembers it, and a VJP that needs a saved tensor
    whose
    storage has moved on is refused. ``base`` owns the memory; :meth:`flat` shows it in memory order. ``mark`` is the
    observer's.
    """

    __slots__ = ("__weakref__", "base", "mark", "version")
    inference = False
    """Whether it was made in inference mode: then no graph may keep it."""

    def __init__(self, base: Array) -> None:
        self.base = base
        self.version = 0
        self.mark = -1

    def flat(self) -> Array:
        """All elements in memory order, shape (numel,); a view, not a copy, for a dense buffer."""
        return self.base.ravel(order="K")

    def offset_of(self, array: Array) -> int:
        """Position of a view's first element in :meth:`flat`, in elements."""
        if array is self.base:
            return 0
        start: int = self.base.__array_interface__["data"][0]
        here: int = array.__array_interface__["data"][0]
        place = (here - start) // array.itemsize
        # numpy may put what has no elements anywhere
        return place if array.size or 0 <= place <= self.base.size else 0


class ExchangedStorage(Storage):
    """Other memory under the same count: what ``x.data = y`` gives to ``x``, whose views and base keep counting with
    it."""

    __slots__ = ("counter",)
    alive = 0
    """How many there are: while there is any, nodes may have saved tensors that look at other memory now."""

    def __init__(self, base: Array, counter: Storage) -> None:
        self.counter = counter
        self.base = base
        self.mark = -1
        ExchangedStorage.alive += 1

    def __del__(self) -> None:
        type(self).alive -= 1  # at the interpreter's end the module may have no names any more

    @property
    def version(self) -> int:
        return self.counter.version

    @version.setter
    def version(self, value: int) -> None:
        self.counter.version = value


class InferenceStorage(Storage):
    """The memory of tensors that are made in inference mode."""

    __slots__ = ()
    inference = True


class ConjugateStorage(Storage):
    """The memory of what ``conj()`` gave. PyTorch has none for it, but reads that of another tensor otherwise, so
    neither may be written while both are there."""

    __slots__ = ("source",)

    def __init__(self, base: Array, source: Storage) -> None:
        super().__init__(base)
        self.source = source


class Memory:
    """What memory new tensors get."""

    kind: type[Storage] = Storage
