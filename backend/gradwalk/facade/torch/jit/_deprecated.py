"""What PyTorch says of all of ``torch.jit``, in a module of its own, so that Python shows it to who asks."""

from __future__ import annotations

import warnings

_COMPILE_OR_EXPORT = "Please switch to `torch.compile` or `torch.export`."
_INSTEAD = {
    "save": "Please switch to `torch.export`.",
    "load": "Please switch to `torch.export`.",
    "fork": "Please use `torch.compile` instead.",
    "wait": "Please use `torch.compile` instead.",
}


def deprecated(name: str) -> None:
    """Warn that ``torch.jit.name`` is. Python leaves it out where it is not asked for warnings of libraries."""
    text = f"`torch.jit.{name}` is deprecated. {_INSTEAD.get(name, _COMPILE_OR_EXPORT)}"
    warnings.warn(text, DeprecationWarning, stacklevel=2)
