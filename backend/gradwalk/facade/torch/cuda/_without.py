"""What PyTorch without CUDA says where it needs CUDA."""

from __future__ import annotations

from typing import Any, NoReturn


def not_compiled(*arguments: Any, **named: Any) -> NoReturn:
    """Raises AssertionError, as what looks for a GPU before anything else."""
    raise AssertionError("Torch not compiled with CUDA enabled")


def not_built(name: str) -> AttributeError:
    """The error where nobody looks: the half of PyTorch that has the name is not built."""
    return AttributeError(f"module 'torch._C' has no attribute '{name}'")


def no_nvml(device: Any = None) -> NoReturn:
    """Raises ModuleNotFoundError: the package that asks a GPU how it is is not there."""
    raise ModuleNotFoundError("nvidia-ml-py does not seem to be installed or it can't be imported.")


class NotBuilt:
    """A class that PyTorch builds with CUDA only."""

    words: str

    def __init__(self, *arguments: Any, **named: Any) -> None:
        raise RuntimeError(self.words)
