"""``gradwalk export``: a run as a picture, a page, a graph or text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, get_args

import typer

from gradwalk.cli import status
from gradwalk.cli.options import LimitOption, Seed, UnsafeLocal, With, limits_of
from gradwalk.cli.running import read, run_file
from gradwalk.cli.writing import check_place, export_to
from gradwalk.document.schema import Trace
from gradwalk.errors import GradwalkError, NotATrace
from gradwalk.export import FORMATS, TRACE, Look, chosen
from gradwalk.export.look import Language, Theme

_LISTED = "; ".join(
    (f"{TRACE}: all that happened (.json)", *(f"{name}: {known.about.rstrip('.')}" for name, known in FORMATS.items()))
)


def export(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A .ipynb or .py file, which is run, or the .json of a trace; - for code on stdin."
        ),
    ],
    also: With = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="OUT", help="Where to; - is standard output.")
    ] = Path("-"),
    format: Annotated[
        str | None,
        typer.Option("--format", "-f", metavar="NAME", help=f"By default what OUT ends in. {_LISTED}."),
    ] = None,
    step: Annotated[
        int | None, typer.Option(min=0, metavar="K", help="The state after K events instead of the whole run.")
    ] = None,
    theme: Annotated[str, typer.Option(help=" or ".join(get_args(Theme)) + ".")] = "light",
    direction: Annotated[str, typer.Option(help="From top to bottom (TB) or from left to right (LR).")] = "TB",
    language: Annotated[str, typer.Option(help=" or ".join(get_args(Language)) + ".")] = "en",
    scale: Annotated[float, typer.Option(help="Of a picture, from 0.25 to 4.")] = 1.0,
    server: Annotated[
        str | None,
        typer.Option(metavar="URL", help="A server at which a page that plays the run can open its code (html)."),
    ] = None,
    seed: Seed = None,
    limits: LimitOption = None,
    unsafe_local: UnsafeLocal = False,
) -> int:
    """Export a run: its graph as a picture or as data, or all of it as text or a page.

    The exit status is 0 if the run went well, 1 if the code raised or was stopped (which is exported all the same), 2
    if nothing could be exported.
    """
    look = Look(theme, direction, language, scale, server=server)  # type: ignore[arg-type]  # it says what it takes
    wanted = chosen(output.name, format)
    if wanted is None:
        raise GradwalkError(f"say in which format with --format: {TRACE}, {', '.join(FORMATS)}.")
    if wanted == TRACE and (step is not None or look != Look()):
        raise GradwalkError("a trace is kept as it is, all of it: leave out the step and the look.")
    check_place(output)
    if file.endswith(".json"):
        trace = _kept(file)
    else:
        trace = run_file(file, also, seed, limits_of(limits), unsafe=unsafe_local)
    export_to(output, trace, wanted, step, look)
    if trace.outcome.status != "ok":
        sys.stderr.write(f"{trace.outcome.message}\n")
        return status.SNIPPET
    return status.OK


def _kept(file: str) -> Trace:
    from pydantic import ValidationError

    try:
        return Trace.model_validate_json(read(file))
    except ValidationError:
        raise NotATrace(f"{file} is no trace of Gradwalk's: `gradwalk run --format json` writes one.") from None
