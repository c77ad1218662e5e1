"""``torch.nn.modules.utils``: one number as one for each dimension, which layers of users borrow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..._missing import missing

__all__: list[str] = []


def _ntuple(n: int) -> Callable[[Any], tuple[Any, ...]]:
    def parse(x: Any) -> tuple[Any, ...]:
        return tuple(x) if isinstance(x, Iterable) else (x,) * n

    return parse


_single, _pair, _triple, _quadruple = map(_ntuple, (1, 2, 3, 4))


def _reverse_repeat_tuple(t: Iterable[Any], n: int) -> tuple[Any, ...]:
    """The elements from the last to the first, each ``n`` times: the order in which ``pad`` wants them."""
    return tuple(x for x in reversed(tuple(t)) for _ in range(n))


def consume_prefix_in_state_dict_if_present(state_dict: dict[str, Any], prefix: str) -> None:
    """Take a prefix away from the names of a module's state, as of what a wrapper has saved."""
    for kept in (state_dict, getattr(state_dict, "_metadata", {})):
        for key in list(kept):
            if key.startswith(prefix) or (kept is not state_dict and key and key == prefix.replace(".", "")):
                kept[key[len(prefix) :]] = kept.pop(key)


def __getattr__(name: str) -> Any:
    raise missing("torch.nn.modules.utils", name)
