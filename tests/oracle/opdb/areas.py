"""Where an operator belongs: its tier by use in teaching, and its area of the library."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
SPACES = {"nn.functional": "nn.functional", "linalg": "linalg", "fft": "fft", "special": "special"} | {
    "signal": "signal windows",
    "masked": "masked reductions",
}


def tier_of(name: str) -> int:
    """1, 2, or 3 for what is in neither list; in-place and reflected forms count with their operator."""
    short = name.removeprefix("nn.functional.") if name.startswith("nn.functional.") else None
    plain = name.removeprefix("__r").removesuffix("__") if name.startswith("__r") else name.removesuffix("_")
    asked = {f"F.{short}"} if short else {name, plain}
    return next((tier for tier in (1, 2) if asked & _tiers()[tier]), 3)


def area_of(name: str) -> str:
    """The area in which an operator is counted."""
    space = name.rpartition(".")[0]
    if space in SPACES:
        return SPACES[space]
    return next((area for area, names in _areas().items() if name in names), "pointwise")


@cache
def _tiers() -> dict[int, frozenset[str]]:
    return {int(tier): frozenset(names.split()) for tier, names in _names()["tiers"].items()}


@cache
def _areas() -> dict[str, frozenset[str]]:
    return {area: frozenset(names.split()) for area, names in _names()["areas"].items()}


@cache
def _names() -> dict[str, dict[str, str]]:
    return tomllib.loads((HERE / "names.toml").read_text(encoding="utf-8"))
