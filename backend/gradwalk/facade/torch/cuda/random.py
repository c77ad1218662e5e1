"""``torch.cuda.random``: generators of GPUs, of which there are none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._missing import missing
from ._without import not_compiled

__all__ = [
    "get_rng_state", "get_rng_state_all", "initial_seed", "manual_seed", "manual_seed_all", "seed", "seed_all",
    "set_rng_state", "set_rng_state_all",
]  # fmt: skip


def manual_seed(seed: int) -> None:
    """Nothing draws from a GPU's generator."""
    int(seed)


manual_seed_all = manual_seed


def seed() -> None:
    """Nothing draws from a GPU's generator."""


seed_all = seed
get_rng_state = initial_seed = not_compiled


def get_rng_state_all() -> list[Any]:
    """The states of no generators."""
    return []


def set_rng_state(new_state: Any, device: Any = "cuda") -> None:
    """A state is taken, for no generator: PyTorch keeps it for a GPU that it never meets."""


def set_rng_state_all(new_states: Iterable[Any]) -> None:
    """States are taken, for no generators."""


def __getattr__(name: str) -> Any:
    raise missing("torch.cuda.random", name)
