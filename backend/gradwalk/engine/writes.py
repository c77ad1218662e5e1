"""What is said before numbers are written, and counted after."""

from __future__ import annotations

from .dtypes import Array
from .errors import INFERENCE_IN_PLACE
from .modes import COMPLEX_NUMBERS, UNUSUAL
from .observe import observer
from .storage import Memory, Storage


def about_to_write(memory: Array) -> None:
    """Say that these numbers are about to change; where there are complex ones, other memory may follow (mirrors)."""
    observer().about_to_change(None if COMPLEX_NUMBERS in UNUSUAL else memory)


def refuse_inference(storage: Storage) -> None:
    """Raises RuntimeError for a storage of inference mode's outside of it, which counts nothing."""
    if storage.inference and Memory.kind is Storage:
        raise RuntimeError(INFERENCE_IN_PLACE)


def count_write(storage: Storage) -> None:
    """Move a storage to its next version. Raises RuntimeError for inference mode's outside of it."""
    refuse_inference(storage)
    storage.version += 1
