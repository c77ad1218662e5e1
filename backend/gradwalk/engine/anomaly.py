"""Anomaly detection: nodes remember which lines made them, and backward says so of the node that failed."""

from __future__ import annotations

import re
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from .dtypes import INEXACT
from .home import HOME
from .modes import ANOMALY, switch
from .tensor import Tensor
from .warn import FORMULA, warn
from .written_in_c import type_name

if TYPE_CHECKING:
    from .graph import Node

_CELL = r'  File "<cell \d+>"'
_HERE = " (Triggered internally at /__w/pytorch/pytorch/torch/csrc/autograd/python_anomaly_mode.cpp:{}.)"


class Anomaly:
    """Whether detection is on, and the node that backward is running."""

    enabled = False
    check_nan = True
    running: Node | None = None

    @classmethod
    def switch(cls, enabled: bool, check_nan: bool) -> None:
        """Turn detection on or off."""
        cls.enabled, cls.check_nan = enabled, check_nan
        switch(ANOMALY, enabled)


def metadata_of_new_node() -> dict[Any, Any]:
    """The lines that run now, without Gradwalk's own; and the node whose VJP makes this one."""
    import traceback  # which takes long to load

    frames = [x for x in traceback.extract_stack() if not x.filename.startswith(HOME) and x.filename != FORMULA]
    lines = traceback.format_list(frames)
    first = next((i for i, line in enumerate(lines) if re.match(_CELL, line)), 0)
    found: dict[Any, Any] = {"traceback_": lines[first:]}
    if Anomaly.running is not None:
        found["parent_"] = Anomaly.running
    return found


def is_anomaly_enabled() -> bool:
    """Whether detection is on."""
    return Anomaly.enabled


def is_anomaly_check_nan_enabled() -> bool:
    """Whether detection, if on, looks for NaN."""
    return Anomaly.check_nan


def report(node: Node) -> None:
    """Warn of the node that failed, and of those that made it."""
    lines = node.metadata.get("traceback_")
    if lines is None:
        warn(
            f"Error detected in {node.name()}. No forward pass information available. Enable detect anomaly during "
            "forward pass for more information." + _HERE.format(97)
        )
        return
    warn(
        f"Error detected in {node.name()}. Traceback of forward call that caused the error:\n{''.join(lines)}"
        + _HERE.format(122)
    )
    parent = node.metadata.get("parent_")
    while parent is not None:
        lines = parent.metadata.get("traceback_", [])
        warn(
            f"\n\nPrevious calculation was induced by {parent.name()}. Traceback of forward call that induced the "
            f"previous calculation:\n{''.join(lines)}" + _HERE.format(129)
        )
        parent = parent.metadata.get("parent_")


def refuse_nan(node: Node, cotangents: list[Any]) -> None:
    """Raises RuntimeError if a node gave NaN."""
    for index, cotangent in enumerate(cotangents):
        array = cotangent._array if isinstance(cotangent, Tensor) else cotangent
        if array is not None and array.dtype.kind in INEXACT and np.isnan(array).any():
            raise RuntimeError(f"Function '{node.name()}' returned nan values in its {index}th output.")


def _switch(enabled: Any, check_nan: Any) -> None:
    """Switch, once the flags are seen to be some. Raises TypeError otherwise."""
    for place, (name, value) in enumerate((("enabled", enabled), ("check_nan", check_nan)), 1):
        if not isinstance(value, bool):
            raise TypeError(
                f"set_anomaly_enabled(): argument '{name}' (position {place}) must be bool, not {type_name(value)}"
            )
    Anomaly.switch(enabled, check_nan)


class set_detect_anomaly:  # noqa: N801 (the name is PyTorch's)
    """Switches detection on or off at once; as a ``with`` block until its end."""

    __module__ = "torch.autograd.anomaly_mode"

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self.prev = Anomaly.enabled, Anomaly.check_nan
        _switch(mode, check_nan)

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        Anomaly.switch(*self.prev)


class detect_anomaly:  # noqa: N801 (the name is PyTorch's)
    """A ``with`` block in which detection is on."""

    __module__ = "torch.autograd.anomaly_mode"

    def __init__(self, check_nan: bool = True) -> None:
        self.prev = Anomaly.enabled, Anomaly.check_nan
        self.check_nan = check_nan
        warn(
            "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for "
            "debugging."
        )

    def __enter__(self) -> None:
        self.prev = Anomaly.enabled, Anomaly.check_nan
        _switch(True, self.check_nan)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        Anomaly.switch(*self.prev)
