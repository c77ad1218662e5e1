"""``torch.cuda.streams``: queues of a GPU's work, of which there are none, and the blocks that choose among them."""

from __future__ import annotations

from typing import Any, Literal

from .. import device as _device
from .._missing import missing
from ._without import NotBuilt, not_compiled

__all__ = ["Event", "Stream"]


class Event(NotBuilt):
    """A mark in a GPU's work."""

    words = "Tried to instantiate dummy base class Event"


class Stream(NotBuilt):
    """A queue of a GPU's work."""

    words = "torch.cuda.Stream requires CUDA support"


class StreamContext:
    """A block whose work goes to ``stream``; to None, which is all that there is, it changes nothing."""

    __module__ = "torch.cuda"

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def __enter__(self) -> None:
        """Nothing is chosen."""

    def __exit__(self, *error: object) -> None:
        """Nothing was chosen."""


def stream(stream: Any) -> StreamContext:
    """A block whose work goes to ``stream``."""
    return StreamContext(stream)


def set_stream(stream: Any) -> None:
    """None is taken; there is nothing else that has what a stream has."""
    if stream is not None:
        _ = stream.stream_id


class device:  # noqa: N801 (PyTorch's name)
    """A block whose tensors go to a GPU. Raises ValueError for a device of another kind."""

    __module__ = "torch.cuda"

    def __init__(self, device: Any) -> None:
        self.idx: Any = _index(device)
        self.prev_idx = -1

    def __enter__(self) -> None:
        """Raises RuntimeError, but for an index below zero; TypeError where none is told."""
        if self.idx < 0:
            return
        raise RuntimeError("PyTorch was compiled without CUDA support")

    def __exit__(self, *error: object) -> Literal[False]:
        return False


class device_of(device):  # noqa: N801 (PyTorch's name)
    """A block on the device of a tensor, which is never a GPU's."""

    __module__ = "torch.cuda"

    def __init__(self, obj: Any) -> None:
        super().__init__(obj.get_device() if obj.is_cuda else -1)


def _index(chosen: Any) -> int | None:
    if chosen is None or isinstance(chosen, int):
        return chosen
    where = _device(chosen)
    if where.type != "cuda":
        raise ValueError(f"Expected a cuda device, but got: {where}")
    return where.index


current_stream = default_stream = not_compiled


def __getattr__(name: str) -> Any:
    raise missing("torch.cuda.streams", name)
