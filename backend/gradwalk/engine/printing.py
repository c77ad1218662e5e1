"""How tensors print: PyTorch's ``repr``, number by number and line by line."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from . import dtypes, grad_mode
from .dtypes import Array
from .reduced import widened
from .storage import look_again
from .tangents import tangent_of

if TYPE_CHECKING:
    from .graph import Node
    from .tensor import Tensor


class Options:
    """What ``torch.set_printoptions`` changes. Widths and counts in characters and elements."""

    precision = 4
    threshold: float = 1000
    edgeitems = 3
    linewidth = 80
    sci_mode: bool | None = None


_PROFILES: dict[str, dict[str, Any]] = {
    "default": {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80},
    "short": {"precision": 2, "threshold": 1000, "edgeitems": 2, "linewidth": 80},
    "full": {"precision": 4, "threshold": math.inf, "edgeitems": 3, "linewidth": 80},
}


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """As ``torch.set_printoptions``; ``sci_mode`` goes back to automatic unless given."""
    for name, value in _PROFILES.get(profile or "", {}).items():
        setattr(Options, name, value)
    given = {"precision": precision, "threshold": threshold, "edgeitems": edgeitems, "linewidth": linewidth}
    for name, value in given.items():
        if value is not None:
            setattr(Options, name, value)
    Options.sci_mode = sci_mode


WRITERS: list[Callable[[Any], str]] = []
"""Who writes tensors while transforms are under way, in place of :func:`tensor_repr`: what knows them adds itself."""


class _NumberFormat:
    """One format for all numbers of a tensor, chosen from those that are shown."""

    def __init__(self, shown: Array) -> None:
        self._floating = shown.dtype.kind == "f"
        self._integral, self._scientific, self.width = True, False, 1
        if not self._floating:
            self.width = max((len(str(value)) for value in shown.ravel().tolist()), default=1)
            return
        values = shown[np.isfinite(shown) & (shown != 0)].astype(np.float64)
        if values.size:
            self._choose(values)

    def _choose(self, values: Array) -> None:
        magnitudes = np.abs(values)
        smallest, largest = float(magnitudes.min()), float(magnitudes.max())
        self._integral = bool(np.all(values == np.ceil(values)))
        wide = largest / smallest > 1000.0 or largest > 1.0e8 or smallest < 1.0e-4
        self._scientific = wide if Options.sci_mode is None else Options.sci_mode
        self.width = max(len(self._plain(value)) for value in values.tolist())

    def _plain(self, value: float) -> str:
        if self._scientific:
            return f"{value:.{Options.precision}e}"
        if self._integral:
            return f"{value:.0f}" + ("." if math.isfinite(value) else "")
        return f"{value:.{Options.precision}f}"

    def __call__(self, value: Any) -> str:
        return (self._plain(value) if self._floating else f"{value}").rjust(self.width)


class _ComplexFormat:
    """One format for all real parts of a tensor, and one for all imaginary parts."""

    def __init__(self, shown: Array) -> None:
        self._real, self._imaginary = _NumberFormat(shown.real), _NumberFormat(shown.imag)
        self.width = self._real.width + self._imaginary.width + 1

    def __call__(self, value: Any) -> str:
        imaginary = self._imaginary(value.imag).lstrip()
        return f"{self._real(value.real)}{'' if imaginary[0] in '+-' else '+'}{imaginary}j"


_Format = _NumberFormat | _ComplexFormat


def _edges(array: Array) -> Array:
    """The elements that a summarised tensor shows; all axes at once, as a copy cut along one may be of any size."""
    few = Options.edgeitems
    return array[np.ix_(*([*range(few), *range(n - few, n)] if n > 2 * few else range(n) for n in array.shape))]


def _vector(array: Array, form: _Format, indent: int, summarize: bool) -> str:
    per_line = max(1, (Options.linewidth - indent) // (form.width + 2))
    edge = Options.edgeitems
    if summarize and not edge:
        items = ["..."]
    elif summarize and len(array) > 2 * edge:
        items = [form(v) for v in array[:edge].tolist()] + [" ..."] + [form(v) for v in array[-edge:].tolist()]
    else:
        items = [form(v) for v in array.tolist()]
    lines = [", ".join(items[i : i + per_line]) for i in range(0, len(items), per_line)]
    return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"


def _numbers(array: Array, form: _Format, indent: int, summarize: bool) -> str:
    if array.ndim == 0:
        return form(array.item())
    if array.ndim == 1:
        return _vector(array, form, indent, summarize)
    edge = Options.edgeitems
    if summarize and len(array) > 2 * edge:
        parts = [_numbers(a, form, indent + 1, summarize) for a in array[:edge]]
        parts += ["..."]
        parts += [_numbers(a, form, indent + 1, summarize) for a in array[len(array) - edge :]]
    else:
        parts = [_numbers(a, form, indent + 1, summarize) for a in array]
    separator = "," + "\n" * (array.ndim - 1) + " " * (indent + 1)
    return "[" + separator.join(parts) + "]"


def _usual_complex() -> dtypes.dtype:
    return dtypes.complex128 if dtypes.default_floating() is dtypes.float64 else dtypes.complex64


def _suffixes(tensor: Tensor) -> list[str]:
    found = []
    array, kind = tensor._array, tensor.dtype
    if array.size == 0:
        if array.ndim != 1:
            found.append(f"size={tuple(array.shape)}")
        if kind is not dtypes.default_floating():
            found.append(f"dtype={kind}")
    else:
        if not Options.edgeitems:
            found.append(f"size={tuple(array.shape)}")
        if kind not in (dtypes.default_floating(), dtypes.int64, dtypes.bool_, _usual_complex()):
            found.append(f"dtype={kind}")
    try:
        node = tensor.grad_fn
    except RuntimeError:  # a view whose history was lost
        return [*found, "grad_fn=<Invalid>"]
    if node is not None:
        found.append(f"grad_fn=<{_shown_name(node)}>")
    elif tensor.requires_grad:
        found.append("requires_grad=True")
    if grad_mode._State.dual is not None:
        tangent = tangent_of(tensor)
        if tangent is not None:
            found.append(f"tangent={tangent}")
    return found


def _shown_name(node: Node) -> str:
    """What a node is called where it made a tensor."""
    name, full = type(node).__name__, node.name()  # which is refused of a node that nobody knows the name of
    return full.rpartition("::")[2] if name == "CppFunction" else name


def tensor_repr(tensor: Tensor, prefix: str = "tensor(") -> str:
    """The text of ``repr(tensor)``."""
    indent = len(prefix)
    look_again((tensor,))
    array = tensor._array
    if array.size == 0:
        text = prefix + "[]"
    else:
        array = widened(array)
        summarize = array.size > Options.threshold
        shown = _edges(array) if summarize else array
        form = _ComplexFormat(shown) if array.dtype.kind == "c" else _NumberFormat(shown)
        text = prefix + _numbers(array, form, indent, summarize)
    parts = [text]
    length = len(text) - text.rfind("\n") + 1
    for suffix in _suffixes(tensor):
        if length + len(suffix) + 2 > Options.linewidth:
            parts.append(",\n" + " " * indent + suffix)
            length = indent + len(suffix)
        else:
            parts.append(", " + suffix)
            length += len(suffix) + 2
    return "".join(parts) + ")"
