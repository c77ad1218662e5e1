"""``torch.utils.tensorboard``: what is written for TensorBoard is looked at and let go; the record shows every value.

A run has the folders and files that a writer makes, so that programs which look for them go on; nobody can read what
would be in the files.
"""

from __future__ import annotations

import os
import time
from datetime import datetime
from typing import Any, Final

import numpy as np

from gradwalk.engine import Tensor, kept

from .._missing import missing

__all__ = ["FileWriter", "SummaryWriter"]

_ELEMENTS: Final = (
    "Tensor should contain one element (0 dimensions).             Was given size: {0} and {1} dimensions."
)
_FORMAT: Final = (
    "size of input tensor and input format are different.         tensor shape: {0}, input_format: {1}"
)
_TWICE: Final = "You can not use the same dimension shorthand twice.             input_format: {0}"
_HOST: Final = "localhost"
_UNREAD: Final = ["what TensorBoard would read"]
"""What lies beside a file of which the bytes are not known."""


def _numbers(x: Any) -> Any:
    """The value as an array. Raises NotImplementedError for what is none."""
    if isinstance(x, np.ndarray):
        return x
    if np.isscalar(x):
        return np.array([x])
    if isinstance(x, Tensor):
        return x._array
    raise NotImplementedError(f"Got {type(x)}, but numpy array or torch tensor are expected.")


def _number(x: Any) -> float:
    """The value as a number. Raises AssertionError unless it has one element."""
    array = _numbers(x).squeeze()
    if array.ndim != 0:
        raise AssertionError(_ELEMENTS.format(array.size, array.ndim))
    return float(array)


def _picture(x: Any, dataformats: str) -> None:
    """Raises AssertionError unless the format has a letter for each dimension."""
    shape = _numbers(x).shape
    if len(set(dataformats)) != len(dataformats):
        raise AssertionError(_TWICE.format(dataformats))
    if len(shape) != len(dataformats):
        raise AssertionError(_FORMAT.format(shape, dataformats))


class FileWriter:
    """What one file would be written by."""

    __module__ = "torch.utils.tensorboard.writer"

    def __init__(self, log_dir: Any, max_queue: int = 10, flush_secs: int = 120, filename_suffix: str = "") -> None:
        self._folder = str(log_dir)
        run = kept.of_run()
        if run is None:
            return
        parts = self._folder.split("/")
        for end in range(1, len(parts) + 1):
            if (path := "/".join(parts[:end])) and not run.is_folder(path):
                run.make(path)
        name = f"events.out.tfevents.{int(time.time())}.{_HOST}.1.0{filename_suffix}"
        run.open(f"{self._folder}/{name}", os.O_CREAT).beside = _UNREAD

    def get_logdir(self) -> str:
        """The folder that it writes into."""
        return self._folder

    def add_event(self, event: Any, step: Any = None, walltime: Any = None) -> None:
        """Does nothing."""

    add_summary = add_graph = add_event

    def flush(self) -> None:
        """Does nothing."""

    close = reopen = flush


class SummaryWriter:
    """Takes what a program has for TensorBoard; arguments that PyTorch would refuse are refused."""

    __module__ = "torch.utils.tensorboard.writer"

    def __init__(
        self, log_dir: Any = None, comment: str = "", purge_step: Any = None, max_queue: int = 10,
        flush_secs: int = 120, filename_suffix: str = "",
    ) -> None:  # fmt: skip
        if not log_dir:
            now = datetime.now().strftime("%b%d_%H-%M-%S")
            log_dir = os.path.join("runs", f"{now}_{_HOST}{comment}")
        self.log_dir = log_dir
        self.purge_step = purge_step
        self.max_queue = max_queue
        self.flush_secs = flush_secs
        self.filename_suffix = filename_suffix
        self.file_writer: FileWriter | None = None
        self.all_writers: dict[str, FileWriter] | None = None
        self._get_file_writer()

    def _get_file_writer(self) -> FileWriter:
        """Its writer, a new one after it was closed."""
        if self.all_writers is None or self.file_writer is None:
            self.file_writer = FileWriter(self.log_dir, self.max_queue, self.flush_secs, self.filename_suffix)
            self.all_writers = {self.file_writer.get_logdir(): self.file_writer}
        return self.file_writer

    def get_logdir(self) -> Any:
        """The folder that it writes into."""
        return self.log_dir

    def add_hparams(
        self, hparam_dict: Any, metric_dict: Any, hparam_domain_discrete: Any = None, run_name: str | None = None,
        global_step: Any = None,
    ) -> None:  # fmt: skip
        """Look at what was chosen and what came of it. Raises TypeError or ValueError."""
        if type(hparam_dict) is not dict or type(metric_dict) is not dict:
            raise TypeError("hparam_dict and metric_dict should be dictionary.")
        for value in hparam_dict.values():
            if value is not None and not isinstance(value, bool | int | float | str | Tensor):
                raise ValueError("value should be one of int, float, str, bool, or torch.Tensor")
        with SummaryWriter(os.path.join(self._get_file_writer().get_logdir(), run_name or str(time.time()))) as writer:
            for name, value in metric_dict.items():
                writer.add_scalar(name, value, global_step)

    def add_scalar(
        self, tag: str, scalar_value: Any, global_step: Any = None, walltime: Any = None, new_style: bool = False,
        double_precision: bool = False,
    ) -> None:  # fmt: skip
        """Look at a number. Raises AssertionError for several, NotImplementedError for what is none."""
        _number(scalar_value)
        self._get_file_writer()

    def add_scalars(
        self, main_tag: str, tag_scalar_dict: dict[str, Any], global_step: Any = None, walltime: Any = None
    ) -> None:
        """Look at numbers by name, of which each has a folder of its own."""
        folder, writers = self._get_file_writer().get_logdir(), self.all_writers or {}
        for tag, value in tag_scalar_dict.items():
            place = f"{folder}/{main_tag.replace('/', '_')}_{tag}"
            if place not in writers:
                writers[place] = FileWriter(place, self.max_queue, self.flush_secs, self.filename_suffix)
            _number(value)

    def add_tensor(self, tag: str, tensor: Any, global_step: Any = None, walltime: Any = None) -> None:
        """Look at a tensor."""
        _numbers(tensor)

    def add_histogram(
        self, tag: str, values: Any, global_step: Any = None, bins: Any = "tensorflow", walltime: Any = None,
        max_bins: Any = None,
    ) -> None:  # fmt: skip
        """Look at numbers. Raises ValueError if there are none."""
        if _numbers(values).size == 0:
            raise ValueError("The input has no element.")

    def add_image(
        self, tag: str, img_tensor: Any, global_step: Any = None, walltime: Any = None, dataformats: str = "CHW"
    ) -> None:
        """Look at a picture. Raises AssertionError unless the format has a letter for each dimension."""
        _picture(img_tensor, dataformats)

    def add_images(
        self, tag: str, img_tensor: Any, global_step: Any = None, walltime: Any = None, dataformats: str = "NCHW"
    ) -> None:
        """As :meth:`add_image`."""
        _picture(img_tensor, dataformats)

    def add_text(self, tag: str, text_string: str, global_step: Any = None, walltime: Any = None) -> None:
        """Does nothing."""

    def add_figure(
        self, tag: str, figure: Any, global_step: Any = None, close: bool = True, walltime: Any = None
    ) -> None:
        """Does nothing: figures are not drawn."""

    def add_graph(
        self, model: Any, input_to_model: Any = None, verbose: bool = False, use_strict_trace: bool = True
    ) -> None:
        """Trace the model, as PyTorch does, in its mode for evaluation."""
        if verbose:
            raise NotImplementedError("Gradwalk has no text of a traced graph; leave verbose out.")
        from ..jit import trace

        modes = {module: module.training for module in model.modules()}
        model.eval()
        try:
            trace(model, input_to_model, strict=use_strict_trace)
        finally:
            for module, mode in modes.items():
                module.training = mode

    def add_embedding(self, mat: Any, *args: Any, **kwargs: Any) -> None:
        """Look at rows. Raises AssertionError unless they are a matrix."""
        if _numbers(mat).ndim != 2:
            raise AssertionError("mat should be 2D, where mat.size(0) is the number of data points")

    def add_pr_curve(self, tag: str, labels: Any, predictions: Any, *args: Any, **kwargs: Any) -> None:
        """Look at labels and predictions."""
        _numbers(labels), _numbers(predictions)

    def add_custom_scalars(self, layout: Any) -> None:
        """Does nothing."""

    def add_mesh(self, tag: str, vertices: Any, *args: Any, **kwargs: Any) -> None:
        """Look at the corners."""
        _numbers(vertices)

    def flush(self) -> None:
        """Does nothing: nothing waits."""

    def close(self) -> None:
        """Have done with the files; what is added afterwards begins others."""
        self.file_writer = self.all_writers = None

    def __enter__(self) -> SummaryWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def __getattr__(name: str) -> Any:
    raise missing("torch.utils.tensorboard", name)
