"""Options that several commands have, each with its help, and what they mean."""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gradwalk.errors import GradwalkError
from gradwalk.limits import Limits, lowered

LIMITS_VARIABLE = "GRADWALK_LIMITS"


class TextOrJson(StrEnum):
    """How something is printed."""

    text = "text"
    json = "json"


class Engine(StrEnum):
    """What runs the code."""

    gradwalk = "gradwalk"
    torch = "torch"


File = Annotated[
    str, typer.Argument(metavar="FILE", help="A .ipynb or .py file ('# %%' begins a cell); - for standard input.")
]
LimitOption = Annotated[
    list[str] | None,
    typer.Option(
        "--limit",
        metavar="NAME=VALUE",
        help="Lower a limit on runs, as in cpu_seconds=1; may be repeated (/api/v1/limits lists them; the environment "
        f"variable {LIMITS_VARIABLE} takes several, with commas).",
    ),
]
With = Annotated[
    list[Path] | None,
    typer.Option(
        "--with",
        metavar="FILE",
        help="A text file that the code reads; may be repeated. Modules beside the code come along by themselves.",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(min=0, max=2**64 - 1, metavar="SEED", help="As torch.manual_seed(SEED) before the first cell."),
]
EngineOption = Annotated[
    Engine,
    typer.Option(
        "--engine",
        # An extra's name in brackets would be taken for markup.
        help="What runs the code: Gradwalk's own engine in its sandbox, or PyTorch itself (pip install "
        "'gradwalk\\[torch]') with your rights.",
    ),
]
UnsafeLocal = Annotated[
    bool, typer.Option("--unsafe-local", help="Run code even if this machine cannot hold it in (see doctor).")
]


def limits_of(asked: Sequence[str] | None) -> Limits:
    """The limits in force: the environment's, then those of the command line, both of which can lower only."""
    changes: dict[str, str] = {}
    for part in (*filter(None, os.environ.get(LIMITS_VARIABLE, "").split(",")), *(asked or ())):
        name, _, value = part.partition("=")
        changes[name.strip()] = value.strip()
    try:
        return lowered(changes)
    except ValueError as error:
        raise GradwalkError(str(error)) from None
