"""The Typer application: its commands in the order in which help lists them, each loaded when it is called."""

from __future__ import annotations

import ast
import gc
import io
import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from gradwalk import __version__
from gradwalk.cli.status import Done

FUNCTIONS = {
    "run": "run",
    "serve": "serve",
    "export": "export",
    "open": "open_",
    "examples": "examples",
    "ops": "ops",
    "doctor": "doctor",
    "schema": "schema",
}
"""By command, the function that it is, in the module of the command's name."""

_NO_SANDBOX = frozenset(("-h", "--help", "torch", "--engine=torch"))
"""With these, no command has a use for a sandbox."""

_ALIKE: dict[str, Any] = {"pretty_exceptions_enable": False}


class _Commands(TyperGroup):
    """Lists commands by what they say of themselves, and loads the one that is called: some need much."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes | {"commands": {name: TyperCommand(name) for name in FUNCTIONS}})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return TyperCommand(cmd_name, help=_read_help(cmd_name)) if cmd_name in FUNCTIONS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, _, others = super().resolve_command(ctx, args)
        return name, None if name is None else loaded(name), others


def loaded(name: str) -> Any:
    """The command, with its options. What it loads stays: no garbage is looked for among it, now or later."""
    gc.disable()
    from gradwalk.cli.ending import ends_with_status

    function = getattr(import_module(f"gradwalk.cli.{name}"), FUNCTIONS[name])
    gc.freeze()
    gc.enable()
    alone = typer.Typer(add_completion=False, **_ALIKE)
    alone.command(name, help=_reflowed(function.__doc__ or ""))(ends_with_status(function))
    return get_command(alone)


def _read_help(name: str) -> str:
    """What a command says of itself, without loading it."""
    source = Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
    for part in ast.parse(source).body:
        if isinstance(part, ast.FunctionDef) and part.name == FUNCTIONS[name]:
            return _reflowed(ast.get_docstring(part) or "")
    raise LookupError(name)


def _reflowed(text: str) -> str:
    """Paragraphs without the line ends that a docstring has in them."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


app = typer.Typer(
    name="gradwalk",
    cls=_Commands,
    help="Walk through automatic differentiation, step by step, on a drawn graph.",
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    **_ALIKE,
)


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


def _sandbox_for(given: Sequence[str]) -> AbstractContextManager[None]:
    """What ``run`` and ``serve`` need and takes longest to load, started before all else; other commands may have no
    use for it."""
    if given[:1] not in (["run"], ["serve"]) or not _NO_SANDBOX.isdisjoint(given):
        return nullcontext()
    from gradwalk.cli.running import started_early
    from gradwalk.sandbox.starting import PROGRAM, UNREHEARSED

    return started_early(UNREHEARSED if given[0] == "run" else PROGRAM)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that ``arguments`` (by default the process's own) name; returns the exit status.

    What makes no sense as a command, and ``--help``, leave by SystemExit.
    """
    _make_sure_of_streams()
    given = list(sys.argv[1:] if arguments is None else arguments)
    with _sandbox_for(given):
        try:
            app(given, prog_name="gradwalk")
        except Done as done:
            return done.status
    return 0
