"""``gradwalk run``: what a notebook would print, the trace, or a file that plays the run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from gradwalk.cli import status
from gradwalk.cli.options import Engine, EngineOption, File, LimitOption, Seed, TextOrJson, UnsafeLocal, With, limits_of
from gradwalk.cli.outputs import show
from gradwalk.cli.running import cells_in, folder_of, run_file
from gradwalk.errors import GradwalkError


def run(
    file: File,
    also: With = None,
    output: Annotated[
        TextOrJson, typer.Option("--format", help="Outputs as text, or the whole trace as JSON.")
    ] = TextOrJson.text,
    html: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Write a page that plays the run without a server, too.")
    ] = None,
    engine: EngineOption = Engine.gradwalk,
    seed: Seed = None,
    limits: LimitOption = None,
    unsafe_local: UnsafeLocal = False,
) -> int:
    """Run a file and print what a notebook would show.

    The exit status is 0 if it ran to its end, 1 if it raised or was stopped, 2 if it could not be run at all.
    """
    held = limits_of(limits)
    if html is not None:
        from gradwalk.cli.writing import check_place, export_to

        check_place(html)
    if engine is Engine.torch:
        from gradwalk.document.schema import Options
        from gradwalk.walk.pytorch import run_here

        if also:
            raise GradwalkError("--with hands files to the sandbox; with --engine torch code reads your files itself.")
        sys.path.insert(0, str(folder_of(file).resolve()))  # as Python does for a script
        trace = run_here(cells_in(file, held), Options(seed=seed), held)
    else:
        trace = run_file(file, also, seed, held, unsafe=unsafe_local)
    if output is TextOrJson.json:
        sys.stdout.buffer.write(trace.model_dump_json().encode() + b"\n")
    else:
        show(trace, sys.stdout, sys.stderr)
    if html is not None:
        export_to(html, trace, "html")
    return status.OK if trace.outcome.status == "ok" else status.SNIPPET
