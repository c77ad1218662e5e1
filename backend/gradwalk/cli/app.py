"""The Typer application: its commands in the order in which help lists them."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gradwalk import __version__
from gradwalk.cli import doctor, examples, export, open, ops, run, schema, serve
from gradwalk.cli.status import Done, ends_with_status

app = typer.Typer(
    name="gradwalk",
    help="Walk through automatic differentiation, step by step, on a drawn graph.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _reflowed(text: str) -> str:
    """Paragraphs without the line ends that a docstring has in them."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


for command, name in (
    (run.run, "run"),
    (serve.serve, "serve"),
    (export.export, "export"),
    (open.open_, "open"),
    (examples.examples, "examples"),
    (ops.ops, "ops"),
    (doctor.doctor, "doctor"),
    (schema.schema, "schema"),
):
    app.command(name, help=_reflowed(command.__doc__ or ""))(ends_with_status(command))


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gradwalk {__version__}")
        raise typer.Exit


@app.callback()
def gradwalk(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Walk through automatic differentiation, step by step, on a drawn graph."""


def _make_sure_of_streams() -> None:
    """Who closed a stream (`>&-`) wants nothing of it, and a terminal without a character has its escape."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115  # for as long as the process lives
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that ``arguments`` (by default the process's own) name; returns the exit status.

    What makes no sense as a command, and ``--help``, leave by SystemExit.
    """
    _make_sure_of_streams()
    try:
        app(None if arguments is None else list(arguments), prog_name="gradwalk")
    except Done as done:
        return done.status
    return 0
