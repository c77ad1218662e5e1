"""``torch.cuda.nvtx``: marks for NVIDIA's profiler, which a PyTorch without CUDA refuses."""

from __future__ import annotations

from typing import Any, NoReturn

__all__ = ["mark", "range", "range_end", "range_pop", "range_push", "range_start"]


def mark(msg: Any) -> NoReturn:
    """Raises RuntimeError, as PyTorch does where its CUDA half is not built."""
    raise RuntimeError("NVTX functions not installed. Are you sure you have a CUDA build?")


def range_push(msg: Any) -> NoReturn:
    """Raises RuntimeError, as :func:`mark` does."""
    mark(msg)


def range_pop() -> NoReturn:
    """Raises RuntimeError, as :func:`mark` does."""
    mark(None)


def range_start(msg: Any) -> NoReturn:
    """Raises AttributeError, as PyTorch does where its CUDA half is not built."""
    raise AttributeError("'_NVTXStub' object has no attribute 'rangeStartA'")


def range_end(range_id: Any) -> NoReturn:
    """Raises AttributeError, as PyTorch does where its CUDA half is not built."""
    raise AttributeError("'_NVTXStub' object has no attribute 'rangeEnd'")


class range:  # noqa: N801 (the name is PyTorch's)
    """Raises RuntimeError when it is entered."""

    def __init__(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        self._message = msg.format(*args, **kwargs)

    def __enter__(self) -> NoReturn:
        range_push(self._message)

    def __exit__(self, *error: object) -> None:
        """Never: it is not entered."""
