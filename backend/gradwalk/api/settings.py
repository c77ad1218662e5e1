"""What whoever runs a server may choose."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from gradwalk.limits import LIMITS, Limits

_PACKAGE = Path(__file__).resolve().parents[1]


def page_directory() -> Path:
    """Where the built page lies: in the package when installed, in ``frontend/dist`` in a checkout."""
    packaged = _PACKAGE / "static"
    return packaged if packaged.is_dir() else _PACKAGE.parents[1] / "frontend" / "dist"


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices, each with its default."""

    limits: Limits = LIMITS
    page: Path = field(default_factory=page_directory)
