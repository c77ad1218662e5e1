"""The command line: serve the page, run a file as the notebook would, look at the walls, list ops, print the schema."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import ipaddress
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from gradwalk import __version__
from gradwalk.errors import GradwalkError
from gradwalk.limits import KIB, Limits, lowered
from gradwalk.notebook import NotebookError, cells_of
from gradwalk.sandbox.collect import collect
from gradwalk.sandbox.connection import check_system
from gradwalk.sandbox.executor import RunRequest
from gradwalk.sandbox.forkserver import ForkServerExecutor, examine
from gradwalk.sandbox.listing import catalogue_json, lines_of
from gradwalk.trace.json_schema import trace_json_schema_text
from gradwalk.trace.schema import Options, Trace

LIMITS_VARIABLE = "GRADWALK_LIMITS"
EXIT_OK = 0
EXIT_SNIPPET = 1
"""The snippet raised or was stopped."""
EXIT_USAGE = 2
"""Gradwalk was asked for something it cannot do, and ran nothing."""
EXIT_INTERRUPTED = 130
"""Somebody pressed Ctrl-C."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that ``arguments`` (by default the process's own) name; returns the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        match asked.command:
            case "serve":
                return _serve(asked)
            case "run":
                limits = _limits(asked.limits)
                return _run(asked.file, asked.format, Options(seed=asked.seed), limits, asked.unsafe_local)
            case "doctor":
                return _doctor()
            case "ops":
                return _ops(asked.name, asked.format)
            case _:
                sys.stdout.write(trace_json_schema_text())
                return EXIT_OK
    except (GradwalkError, NotebookError) as error:
        print(f"gradwalk: {error}", file=sys.stderr)
        return EXIT_USAGE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read has read enough (`| head`); what is still buffered must not be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gradwalk", description="Walk through automatic differentiation, step by step, on a drawn graph."
    )
    parser.add_argument("--version", action="version", version=f"gradwalk {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")

    serve = commands.add_parser("serve", help="serve the page and the API", description="Serve the page and the API.")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s: this machine alone)")
    serve.add_argument("--port", type=int, default=8000, help="port to listen on (%(default)s)")

    serve.add_argument("--running", type=_count, help="runs at once (one a core)")
    serve.add_argument("--queue", type=_count, help="requests that may wait for their run (100)")
    serve.add_argument("--client-running", type=_count, help="runs at once of one client (1)")
    serve.add_argument("--client-queue", type=_count, help="requests of one client that may wait (2)")
    serve.add_argument(
        "--aside", type=_count, help="runs that may have made way for shorter ones, beside those (six a core)"
    )
    serve.add_argument(
        "--allow-origin", dest="origins", action="append", metavar="URL", help="let another site's pages use the API"
    )
    serve.add_argument("--log-format", choices=("text", "json"), default="text", help="(%(default)s)")

    run = commands.add_parser(
        "run",
        help="run a file and print what a notebook would show",
        description="Run a file and print what a notebook would show. "
        "The exit status is 0 if it ran to its end, 1 if it raised or was stopped, 2 if it could not be run at all.",
    )
    run.add_argument("file", metavar="FILE", help="a .ipynb or .py file ('# %%%%' begins a cell); - for standard input")
    run.add_argument(
        "--format", choices=("text", "json"), default="text", help="outputs as text, or the whole trace as JSON"
    )
    run.add_argument("--seed", type=_seed, help="as torch.manual_seed(SEED) before the first cell")

    for command in (serve, run):
        command.add_argument(
            "--limit",
            dest="limits",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="lower a limit on runs, as in cpu_seconds=1; may be repeated (/api/v1/limits lists them; the "
            f"environment variable {LIMITS_VARIABLE} takes several, with commas)",
        )
        command.add_argument(
            "--unsafe-local", action="store_true", help="run code even if this machine cannot hold it in (see doctor)"
        )

    commands.add_parser(
        "doctor",
        help="say how well this machine holds snippets in",
        description="Say line by line how well this machine holds snippets in, and what to do about what is missing. "
        "The exit status is 0 if nothing is, else 1.",
    )
    ops = commands.add_parser(
        "ops",
        help="list the ops and names that a snippet can use",
        description="List the ops that a snippet can use, with the names of their nodes and their formulas, and the "
        "names of PyTorch's that are here.",
    )
    ops.add_argument("name", metavar="NAME", nargs="?", default="", help="only what has this in its name")
    ops.add_argument("--format", choices=("text", "json"), default="text", help="(%(default)s); all of it as JSON")
    commands.add_parser(
        "schema", help="print the JSON Schema of a trace", description="Print the JSON Schema of a trace."
    )
    return parser


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return count


def _seed(text: str) -> int:
    seed = int(text)
    if not 0 <= seed < 2**64:
        raise argparse.ArgumentTypeError("a seed is from 0 to 2**64 - 1")
    return seed


def _serve(asked: argparse.Namespace) -> int:
    # Here, because the other commands need no web framework.
    import uvicorn

    from gradwalk.api import Settings, create_app
    from gradwalk.api.journal import JsonLines
    from gradwalk.api.patience import impatient

    logging.basicConfig(level=logging.INFO, format="%(levelname)s:     %(message)s")
    if asked.log_format == "json":
        logging.getLogger().handlers[0].setFormatter(JsonLines())
    check_system()
    if asked.unsafe_local and not _is_loopback(asked.host):
        raise GradwalkError("--unsafe-local is for this machine alone: serve on 127.0.0.1, the default.")
    chosen = ("running", "queue", "client_running", "client_queue", "aside", "origins")
    settings = Settings(
        limits=_limits(asked.limits), **{name: value for name in chosen if (value := getattr(asked, name)) is not None}
    )
    executor = ForkServerExecutor(settings.limits, slots=settings.running, unsafe=asked.unsafe_local)
    app = create_app(settings, executor)
    config = uvicorn.Config(
        app,
        host=asked.host,
        port=asked.port,
        http=impatient(settings.body_seconds),
        # Everything goes to the one log, and the journal has a line for each request.
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    server = uvicorn.Server(config)
    # A trace is tens of thousands of small objects that live and die together: look for garbage among them seldom, and
    # never among what is here already.
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)

    async def serve() -> None:
        # Before Uvicorn begins, so that a refusal is told in one sentence.
        await executor.start()
        await server.serve()

    # Uvicorn shuts down in order on Ctrl-C and then raises the signal again.
    with contextlib.suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(serve())
    return EXIT_OK if server.started else EXIT_USAGE


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _doctor() -> int:
    report = asyncio.run(examine())
    for check in report.checks():
        print("ok     " if check.ok else "MISSING", check.found)
        if not check.ok:
            print("        ->", check.advice)
    print(f"Isolation: {report.isolation}")
    return EXIT_OK if report.isolation == "full" else EXIT_SNIPPET


def _ops(wanted: str, output_format: str) -> int:
    listed = catalogue_json()
    if output_format == "json":
        sys.stdout.buffer.write(listed + b"\n")
        return EXIT_OK
    lines = list(lines_of(json.loads(listed), wanted))
    if not lines:
        raise GradwalkError(f"nothing has {wanted!r} in its name; `gradwalk ops` lists all there is.")
    print(*lines, sep="\n")
    return EXIT_OK


def _limits(asked: Sequence[str]) -> Limits:
    """The limits in force: the environment's, then those of the command line, both of which can lower only."""
    changes: dict[str, str] = {}
    for part in (*filter(None, os.environ.get(LIMITS_VARIABLE, "").split(",")), *asked):
        name, _, value = part.partition("=")
        changes[name.strip()] = value.strip()
    try:
        return lowered(changes)
    except ValueError as error:
        raise GradwalkError(str(error)) from None


def _run(file: str, output_format: str, options: Options, limits: Limits, unsafe: bool) -> int:
    cells = cells_of(_read(file), None if file == "-" else file)
    if sum(len(cell.source.encode()) for cell in cells) > limits.source_bytes:
        raise GradwalkError(f"{file}: the code is longer than {limits.source_bytes / KIB:g} KiB.")
    trace = asyncio.run(_trace(RunRequest(tuple(cells), options), limits, unsafe))
    if output_format == "json":
        print(trace.model_dump_json())
    else:
        show(trace, sys.stdout, sys.stderr)
    return EXIT_OK if trace.outcome.status == "ok" else EXIT_SNIPPET


def _read(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise GradwalkError(f"cannot read {file}: {error.strerror}") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GradwalkError(f"cannot read {file}: it is not UTF-8 text") from error


async def _trace(request: RunRequest, limits: Limits, unsafe: bool) -> Trace:
    executor = ForkServerExecutor(limits, slots=1, unsafe=unsafe)
    try:
        return await collect(executor, request, limits)
    finally:
        await executor.stop()


def show(trace: Trace, out: TextIO, err: TextIO) -> None:
    """Print what the notebook shows under its cells, in order: errors and warnings to ``err``, all else to ``out``."""
    unfinished: TextIO | None = None
    for output in (output for cell in trace.cells for output in cell.outputs):
        stream = out if output.kind in ("stdout", "echo") else err
        if unfinished is not None and (unfinished is not stream or output.kind != "stdout"):
            unfinished.write("\n")
        ends = output.text.endswith("\n")
        stream.write(output.text if ends or output.kind == "stdout" else output.text + "\n")
        # In a terminal both streams are one, and must come in the order in which they were written.
        stream.flush()
        unfinished = stream if output.kind == "stdout" and not ends else None
    if unfinished is not None:
        unfinished.write("\n")
    if trace.outcome.status not in ("ok", "error"):
        err.write(trace.outcome.message + "\n")
