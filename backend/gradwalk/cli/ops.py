"""``gradwalk ops``: what a snippet can use."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from gradwalk.cli import status
from gradwalk.cli.options import TextOrJson
from gradwalk.errors import GradwalkError
from gradwalk.sandbox.listing import catalogue_json, lines_of


def ops(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Only what has this in its name.")] = "",
    output: Annotated[TextOrJson, typer.Option("--format", help="All of it as JSON, or lines.")] = TextOrJson.text,
) -> int:
    """List the ops that a snippet can use, with the names of their nodes and their formulas, and the names of PyTorch's
    that are here."""
    listed = catalogue_json()
    if output is TextOrJson.json:
        sys.stdout.buffer.write(listed + b"\n")
        return status.OK
    lines = list(lines_of(json.loads(listed), name))
    if not lines:
        raise GradwalkError(f"nothing has {name!r} in its name; `gradwalk ops` lists all there is.")
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return status.OK
