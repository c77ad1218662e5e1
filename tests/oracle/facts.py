"""The recorded facts as files: JSON laid out so that a change of one fact is a change of one line."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "facts"
WIDTH = 118


@cache
def facts(suite: str) -> dict[str, Any]:
    """What PyTorch did with each program of a suite."""
    return dict(_read(suite)["facts"])


def torch_version(suite: str) -> str:
    """The version of PyTorch that the suite's facts were recorded with."""
    return str(_read(suite)["torch"])


def save(suite: str, version: str, records: dict[str, Any]) -> Path:
    """Write a suite's facts; returns the file's path."""
    path = HERE / f"{suite}.json"
    path.write_text(_laid_out({"torch": version, "facts": records}) + "\n", encoding="utf-8")
    return path


@cache
def _read(suite: str) -> dict[str, Any]:
    return dict(json.loads((HERE / f"{suite}.json").read_text(encoding="utf-8")))


def _laid_out(value: Any, indent: int = 0) -> str:
    """On one line what fits on one, everything else an item a line."""
    line = json.dumps(value, ensure_ascii=False)
    if indent + len(line) <= WIDTH or not isinstance(value, (dict, list)):
        return line
    inner, outer = " " * (indent + 1), " " * indent
    if isinstance(value, dict):
        items = [f"{inner}{json.dumps(key)}: {_laid_out(item, indent + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{outer}}}"
    return "[\n" + ",\n".join(inner + _laid_out(item, indent + 1) for item in value) + f"\n{outer}]"
