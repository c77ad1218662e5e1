"""``torch.utils.tensorboard``: a writer that writes nothing, for the record beside the code shows every value."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any

__all__ = ["SummaryWriter"]

_WHAT = (
    "audio custom_scalars custom_scalars_marginchart custom_scalars_multilinechart embedding figure graph histogram "
    "histogram_raw hparams image image_with_boxes images mesh onnx_graph pr_curve pr_curve_raw scalar scalars tensor "
    "text video"
)


class SummaryWriter:
    """Takes what a script would show in TensorBoard."""

    def __init__(self, log_dir: Any = None, comment: str = "", *_: Any, **__: Any) -> None:
        self.log_dir = f"runs/gradwalk{comment}" if log_dir is None else str(log_dir)

    def get_logdir(self) -> str:
        """Where it would be written."""
        return self.log_dir

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> SummaryWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Nothing is open."""


def _nothing(name: str) -> Callable[..., None]:
    def add(self: SummaryWriter, *args: Any, **kwargs: Any) -> None:
        """Nothing."""

    add.__name__ = add.__qualname__ = name
    return add


for _what in _WHAT.split():
    setattr(SummaryWriter, f"add_{_what}", _nothing(f"add_{_what}"))
