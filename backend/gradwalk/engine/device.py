"""``torch.device``: there is one, the CPU."""

from __future__ import annotations

import re
from typing import Any

from .written_in_c import WrittenInC

_KINDS = (
    "cpu", "cuda", "ipu", "xpu", "mkldnn", "opengl", "opencl", "ideep", "hip", "ve", "fpga", "maia", "xla", "lazy",
    "vulkan", "mps", "meta", "hpu", "mtia", "privateuseone",
)  # fmt: skip

_WRITTEN = re.compile(r"([a-zA-Z_]+)(?::(0|[1-9]\d*))?")
"""A device as text."""


class device(metaclass=WrittenInC):  # noqa: N801 (the name is PyTorch's)
    """Where a tensor lives: a name that PyTorch knows. Tensors live on the CPU only (:func:`check_device`)."""

    __slots__ = ("index", "type")
    __module__ = "torch"

    type: str
    index: int | None

    def __init__(self, type: str | device | int = "cpu", index: int | None = None) -> None:
        if isinstance(type, int):
            raise RuntimeError("Cannot access accelerator device when none is available.")
        name = str(type)
        if not name:
            raise RuntimeError("Device string must not be empty")
        match = _WRITTEN.fullmatch(name)
        if match is None:
            raise RuntimeError(f"Invalid device string: '{name}'")
        kind, number = match.groups()
        if kind not in _KINDS:
            raise RuntimeError(f"Expected one of {', '.join(_KINDS)} device type at start of device string: {kind}")
        self.type = kind
        self.index = int(number) if number else index

    def __repr__(self) -> str:
        return (
            f"device(type='{self.type}')" if self.index is None else f"device(type='{self.type}', index={self.index})"
        )

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))

    def __enter__(self) -> device:
        check_device(self)
        return self

    def __exit__(self, *exception: object) -> None:
        return None


CPU = device("cpu")


def check_device(wanted: Any) -> None:
    """Raises as PyTorch without accelerators does if ``wanted`` is not the CPU; None is."""
    if wanted is None or wanted is CPU or wanted == "cpu":
        return
    if not isinstance(wanted, str | int | device):
        raise TypeError(f"argument 'device' must be torch.device, not {type(wanted).__name__}")
    kind = device(wanted).type
    if kind == "cuda":
        raise AssertionError("Torch not compiled with CUDA enabled")
    if kind != "cpu":
        raise RuntimeError(f"Gradwalk runs on the CPU only: device '{wanted}' is not here. Use device='cpu'.")
