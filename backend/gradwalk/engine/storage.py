"""A storage: the numbers that tensors look at, and the count of times they were written in place."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

import numpy as np

from .dtypes import Array
from .observe import observer


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
        # of one that was exchanged before, what that counts with: a training exchanges thousands of times
        self.counter: Storage = counter.counter if isinstance(counter, ExchangedStorage) else counter
        self.base = base
        self.mark = -1
        ExchangedStorage.alive += 1

    @property
    def inference(self) -> bool:  # type: ignore[override]
        return self.counter.inference

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


Signs = tuple[int, int]
"""Of real and imaginary parts; of real numbers both are the same."""

PLAIN: Signs = (1, 1)


class Mirror(Storage):
    """A storage's numbers with other signs: what ``conj()`` looks at.

    PyTorch has one memory and reads it otherwise. numpy cannot, so this is a second memory, which is written after each
    write to the first, and the first after each write to it. Both have one version. Some writes no version counts
    (through ``.data``, and numpy's): so the numbers are also taken over before they are read (:func:`look_again`).
    """

    __slots__ = ("marks", "signs", "source")

    def __init__(self, source: Storage, signs: Signs, marks: dict[Signs, int]) -> None:
        self.source, self.signs = source, signs
        self.base = np.empty_like(whole(source.base))
        self.marks = marks
        self.mark = marks.get(signs, -1)
        self._copy(whole(source.base), self.base)

    def __del__(self) -> None:
        self.marks[self.signs] = self.mark  # how long somebody holds it must not show: the next is the same storage

    def follow(self) -> None:
        """Take the numbers over from the storage, where they have changed."""
        pairs = self._pairs(whole(self.source.base), self.base)
        changed = [(old, new) for old, new in pairs if (_bits(old) != _bits(new)).any()]  # -0 is not 0
        if changed:
            observer().about_to_change()
        for old, new in changed:
            np.copyto(old, new)

    def _copy(self, read: Array, written: Array) -> None:
        for old, new in self._pairs(read, written):
            np.copyto(old, new)

    def _pairs(self, read: Array, written: Array) -> list[tuple[Array, Array]]:
        """Numbers that are written, and what is to stand there."""
        read, written = _parts(read), _parts(written)
        size = min(read.size, written.size)  # one of them may have been given other memory
        places = [slice(first, size, 2) for first in range(len(self.signs))]
        return [
            (written[place], np.negative(read[place]) if sign < 0 else read[place])
            for place, sign in zip(places, self.signs, strict=True)
        ]

    @property
    def inference(self) -> bool:  # type: ignore[override]
        return self.source.inference

    @property
    def version(self) -> int:
        return self.source.version

    @version.setter
    def version(self, value: int) -> None:
        self._copy(self.base, whole(self.source.base))
        self.source.version = value


class _Mirrors(WeakValueDictionary[Signs, Mirror]):
    """Those of a storage, and the marks of those that are gone."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: dict[Signs, int] = {}


_MIRRORS: WeakKeyDictionary[Storage, _Mirrors] = WeakKeyDictionary()


def whole(base: Array) -> Array:
    """All memory that an array spans, as a vector."""
    if base.ndim == 1 and base.flags.c_contiguous:
        return base
    steps = (step // base.itemsize for step in base.strides)
    span = 1 + sum((n - 1) * step for n, step in zip(base.shape, steps, strict=True)) if base.size else 0
    return np.lib.stride_tricks.as_strided(base, (span,), (base.itemsize,))


def _parts(memory: Array) -> Array:
    return memory.view(f"f{memory.itemsize // 2}") if memory.dtype.kind == "c" else memory


def _bits(numbers: Array) -> Array:
    return numbers.view(f"u{numbers.itemsize}")


def root_of(storage: Storage) -> Storage:
    """The storage whose memory is PyTorch's too."""
    return storage.source if isinstance(storage, Mirror) else storage


def signs_of(storage: Storage) -> Signs:
    """The signs with which its memory is read."""
    return storage.signs if isinstance(storage, Mirror) else PLAIN


def read_with(storage: Storage, signs: Signs) -> Storage:
    """The storage of the same numbers with these signs changed."""
    root, present = root_of(storage), signs_of(storage)
    wanted = present[0] * signs[0], present[1] * signs[1]
    if wanted == PLAIN:
        return root
    if root not in _MIRRORS:
        _MIRRORS[root] = _Mirrors()
        kind: Any = type(root)
        root.__class__ = _followed(kind)
    mirrors = _MIRRORS[root]
    mirror = mirrors.get(wanted)
    if mirror is None or mirror.base.size != whole(root.base).size:
        mirror = mirrors[wanted] = Mirror(root, wanted, mirrors.marks)
    else:
        mirror.follow()
    return mirror


def look_again(values: Iterable[Any]) -> None:
    """Have those of some tensors that are mirrors show what was written without a word."""
    for value in values:
        storage = getattr(value, "_storage", None)
        if isinstance(storage, Mirror):
            storage.follow()


def look_again_everywhere() -> None:
    """The same for all mirrors that there are."""
    for mirrors in _MIRRORS.values():
        for mirror in mirrors.values():
            mirror.follow()


def counting_by_itself(storage: Storage) -> Storage:
    """The same memory, read in the same way, with a version of its own: what ``.data`` has."""
    return read_with(Storage(root_of(storage).base), signs_of(storage))


@cache
def _followed(kind: Any) -> Any:
    """The same kind of storage, whose mirrors are written when its version goes up."""
    count = kind.version

    def write_mirrors(storage: Storage, version: int) -> None:
        count.__set__(storage, version)
        for mirror in _MIRRORS[storage].values():
            mirror.follow()

    return type(kind.__name__, (kind,), {"__slots__": (), "version": property(count.__get__, write_mirrors)})


def same_place(array: Array, storage: Storage, other: Storage) -> Array:
    """What an array in one storage is in the other, of the same size."""
    if not array.size:
        return array
    start: int = storage.base.__array_interface__["data"][0]
    offset: int = array.__array_interface__["data"][0] - start
    return np.ndarray(array.shape, array.dtype, whole(other.base).view(np.uint8), offset, array.strides)


_STAYING: WeakKeyDictionary[Storage, Array] = WeakKeyDictionary()
"""Memory whose address somebody knows, by its storage."""


def address_of(array: Array, storage: Storage) -> int:
    """The address of an array in a storage, whose numbers lie there from now on: else the core may write what they
    become to other memory, where nobody but the storage refers to what it has."""
    _STAYING[storage] = storage.base
    address: int = array.__array_interface__["data"][0]
    return address


class Memory:
    """What memory new tensors get."""

    kind: type[Storage] = Storage
