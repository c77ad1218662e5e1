"""The ops by category, each with its node and its formulas, and PyTorch's names that are here: from the catalogue."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from latex2mathml.converter import convert

from gradwalk.catalogue.contents import catalogue


def pages() -> dict[str, str]:
    """``reference/ops.md``, ``reference/ops/*.md`` and ``reference/names.md`` by path."""
    found = catalogue()
    by_category = {
        category: list(ops)
        for category, ops in groupby(
            sorted(found["ops"], key=lambda op: (op["category"], op["name"])), key=lambda op: op["category"]
        )
    }
    result = {f"reference/ops/{category}.md": _category(category, ops) for category, ops in by_category.items()}
    result["reference/ops.md"] = _index(by_category)
    result["reference/names.md"] = _names(found["names"], found["torch_version"])
    return result


def _title(category: str) -> str:
    return category.replace("_", "-").capitalize()


def _index(by_category: dict[str, list[dict[str, Any]]]) -> str:
    lines = [
        "# Ops",
        "",
        (
            "An op is what the engine records: each has one node in PyTorch's backward graph. What a snippet calls "
            "([names](names.md)) is made of these. `gradwalk ops` lists the same, `/api/v1/ops` gives it as JSON."
        ),
        "",
        "| category | ops |",
        "|---|---|",
    ]
    for category, ops in by_category.items():
        names = ", ".join(f"[`{op['name']}`](ops/{category}.md#{_anchor(op)})" for op in ops)
        lines.append(f"| [{_title(category)}](ops/{category}.md) | {names} |")
    return "\n".join(lines) + "\n"


def _anchor(op: dict[str, Any]) -> str:
    return f"op-{op['name'].strip('_')}{'-in-place' if op['name'].endswith('_') else ''}-{len(op['name'])}"


def _category(category: str, ops: list[dict[str, Any]]) -> str:
    lines = [f"# {_title(category)}", "", "A bar over a name is its cotangent: the gradient that comes in.", ""]
    for op in ops:
        params = "".join(f", {name}={default}" for name, default in op["params"].items())
        lines += [f"## `{op['name']}` {{ #{_anchor(op)} }}", "", f"`{op['name']}({', '.join(op['operands'])}{params})`"]
        if op["grad_fn"]:
            lines[-1] += f" · node `{op['grad_fn']}`"
        if op["is_view"]:
            lines[-1] += " · a view"
        lines.append("")
        if op["forward"]:
            lines += [f"<div>{_mathml('result', op['forward'])}</div>", ""]
        lines += [f"<div>{_mathml(vjp['argument'], vjp['formula'], bar=True)}</div>" for vjp in op["vjps"]]
        lines.append("")
    return "\n".join(lines) + "\n"


def _mathml(name: str, formula: dict[str, str], bar: bool = False) -> str:
    left = rf"\mathrm{{{name.replace('_', chr(92) + '_')}}}"
    if bar:
        left = rf"\overline{{{left}}}"
    return _BAR.sub(r'<mrow style="border-top: 1px solid">\1</mrow>', convert(f"{left} = {formula['latex']}"))


_BAR = re.compile(r'<mover>((?:(?!<mover>).)*?)<mo accent="true">&#x02015;</mo></mover>')
"""A bar as this library writes it: fonts without mathematics do not stretch it over a word."""


def _names(names: dict[str, list[str]], version: str) -> str:
    lines = ["# Names of PyTorch's that are here", "", f"Of PyTorch {version}'s public names, by where they are:", ""]
    for owner, here in names.items():
        lines += [f"## {owner}", "", ", ".join(f"`{name}`" for name in here), ""]
    return "\n".join(lines)
