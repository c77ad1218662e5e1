"""A dictionary that forgets: at most so many bytes, and what has not been asked for longest goes first."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, Protocol, TypeVar

_OVERHEAD = 512
"""What an entry takes besides its own bytes, by estimate."""


class Sized(Protocol):
    """What knows how many bytes it takes."""

    @property
    def size(self) -> int:
        """That."""


Key = TypeVar("Key")
Item = TypeVar("Item", bound=Sized)


class Bounded(Generic[Key, Item]):
    """Keeps at most ``most`` bytes; what takes more than a quarter of them alone is not kept at all."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: OrderedDict[Key, Item] = OrderedDict()
        self.size = 0
        """Bytes that are kept."""

    def __len__(self) -> int:
        return len(self._items)

    def get(self, key: Key) -> Item | None:
        """What is kept under ``key``, if anything is."""
        found = self._items.get(key)
        if found is not None:
            self._items.move_to_end(key)
        return found

    def put(self, key: Key, item: Item) -> None:
        """Keep ``item``, in the place of what was there."""
        self.drop(key)
        if item.size + _OVERHEAD > self._most // 4:
            return
        self._items[key] = item
        self.size += item.size + _OVERHEAD
        while self.size > self._most:
            oldest, _ = next(iter(self._items.items()))
            self.drop(oldest)

    def drop(self, key: Key) -> None:
        """Forget it."""
        if (item := self._items.pop(key, None)) is not None:
            self.size -= item.size + _OVERHEAD
