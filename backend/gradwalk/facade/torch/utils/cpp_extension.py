"""``torch.utils.cpp_extension``: code in C++, for which there is no compiler; scripts import it at their top."""

from __future__ import annotations

from typing import Any

from .._missing import missing
from .._refused import refused

_REFUSED = refused(
    "torch.utils.cpp_extension",
    ("load", "load_inline", "CppExtension", "CUDAExtension", "BuildExtension", "include_paths"),
    "there is no compiler in the sandbox; write the function in Python",
)
globals().update(_REFUSED)

__all__ = [*_REFUSED]


def __getattr__(name: str) -> Any:
    raise missing("torch.utils.cpp_extension", name)
