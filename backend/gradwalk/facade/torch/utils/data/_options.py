"""What a loader is told of its workers, and what of that PyTorch refuses."""

from __future__ import annotations

from typing import Any

_WAYS_TO_START = ["fork", "spawn", "forkserver"]


def check_workers(num_workers: int, timeout: float, prefetch_factor: int | None, persistent_workers: bool) -> None:
    """Raises ValueError for numbers below zero, and for what workers alone can do where there are none."""
    if num_workers < 0:
        raise ValueError("num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.")
    if timeout < 0:
        raise ValueError("timeout option should be non-negative")
    if num_workers == 0 and prefetch_factor is not None:
        raise ValueError(
            "prefetch_factor option could only be specified in multiprocessing.let num_workers > 0 to enable "
            "multiprocessing, otherwise set prefetch_factor to None."
        )
    if prefetch_factor is not None and prefetch_factor < 0:
        raise ValueError("prefetch_factor option should be non-negative")
    if persistent_workers and num_workers == 0:
        raise ValueError("persistent_workers option needs num_workers > 0")


def known_context(context: Any, num_workers: int) -> Any:
    """How processes are to be started, which changes nothing here. Raises ValueError for what is no way to."""
    if context is None:
        return None
    if not num_workers:
        raise ValueError(
            "multiprocessing_context can only be used with multi-process loading (num_workers > 0), but got "
            f"num_workers={num_workers}"
        )
    if isinstance(context, str) and context not in _WAYS_TO_START:
        raise ValueError(
            f"multiprocessing_context option should specify a valid start method in {_WAYS_TO_START!r}, but got "
            f"multiprocessing_context={context!r}"
        )
    return context
