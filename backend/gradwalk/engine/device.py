"""``torch.device``: there is one, the CPU."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from .written_in_c import WrittenInC

_KINDS = (
    "cpu", "cuda", "ipu", "xpu", "mkldnn", "opengl", "opencl", "ideep", "hip", "ve", "fpga", "maia", "xla", "lazy",
    "vulkan", "mps", "meta", "hpu", "mtia", "privateuseone",
)  # fmt: skip

_WRITTEN = r"([a-zA-Z_]+)(?::(0|[1-9]\d*))?"
"""A device as text."""


class device(metaclass=WrittenInC):  # noqa: N801 (the name is PyTorch's)
    """Where a tensor lives: a name that PyTorch knows. Tensors live on the CPU only (:func:`check_device`)."""

    __slots__ = ("index", "type")
    __module__ = "torch"

    type: str
    index: int | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        words = _refusal(args, kwargs)
        if words is not None:
            raise TypeError(words)
        given = args[0] if args else kwargs.get("type", kwargs.get("device"))
        index = args[1] if len(args) > 1 else kwargs.get("index")
        if isinstance(given, int):
            raise RuntimeError("Cannot access accelerator device when none is available.")
        if index is not None and index < 0:
            raise RuntimeError("Device index must not be negative")
        name = str(given)
        if not name:
            raise RuntimeError("Device string must not be empty")
        kind, number = (name, None) if name in _KINDS else _kind_and_index(name)
        if number and index is not None:
            raise RuntimeError(f"type (string) must not include an index because index was passed explicitly: {name}")
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
        from . import default_device

        default_device.enter(self)
        return self

    def __exit__(self, *exception: object) -> None:
        from . import default_device

        default_device.leave()


class Parser:
    """What says of arguments that make no device; PyTorch's words are handed over by the module that has its parser."""

    refusal: ClassVar[Callable[[Sequence[Any], Mapping[str, Any]], str | None]]


def _kind_and_index(name: str) -> tuple[str, str | None]:
    """What a device's name says beyond a kind. Raises RuntimeError in PyTorch's words for what names none."""
    match = re.fullmatch(_WRITTEN, name)
    if match is None:
        raise RuntimeError(f"Invalid device string: '{name}'")
    kind, number = match.groups()
    if kind not in _KINDS:
        raise RuntimeError(f"Expected one of {', '.join(_KINDS)} device type at start of device string: {kind}")
    return kind, number


def _refusal(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str | None:
    if not kwargs and len(args) == 1 and isinstance(args[0], str | device):
        return None
    return Parser.refusal(args[:1] if len(args) == 2 and args[1] is None else args, kwargs)


CPU = device("cpu")


_NOT_LINKED = frozenset(("mps", "ipu", "xla", "vulkan", "maia"))


def check_device(wanted: Any) -> None:
    """Raises as PyTorch without accelerators does if ``wanted`` is not the CPU; None is."""
    if wanted is None or wanted is CPU or wanted == "cpu":
        return
    if not isinstance(wanted, str | int | device):
        raise TypeError(f"argument 'device' must be torch.device, not {type(wanted).__name__}")
    kind = device(wanted).type
    if kind == "cuda":
        raise AssertionError("Torch not compiled with CUDA enabled")
    if kind == "xpu":
        raise AssertionError("Torch not compiled with XPU enabled")
    if kind in _NOT_LINKED:
        raise RuntimeError(f"PyTorch is not linked with support for {kind} devices")
    if kind != "cpu":
        raise RuntimeError(f"Gradwalk runs on the CPU only: device '{wanted}' is not here. Use device='cpu'.")
