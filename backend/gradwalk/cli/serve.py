"""``gradwalk serve``: the page and the API."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import ipaddress
import logging
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from gradwalk.cli import status
from gradwalk.cli.options import LimitOption, TextOrJson, UnsafeLocal, limits_of
from gradwalk.cli.running import taken
from gradwalk.errors import GradwalkError
from gradwalk.limits import MIB
from gradwalk.sandbox.forkserver import ForkServerExecutor
from gradwalk.sandbox.starting import check_system

_GRACE_SECONDS = 10
"""How long the server waits for what is under way when it is told to end; `docker-compose.yml` gives it longer."""


def _number(variable: str, help: str, least: float = 1) -> Any:
    """An option that the environment may give, too."""
    return typer.Option(min=least, envvar=f"GRADWALK_{variable}", help=help)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on: by default this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
    running: Annotated[int | None, _number("RUNNING", "Runs at once (one a core).")] = None,
    queue: Annotated[int | None, _number("QUEUE", "Requests that may wait for their run (100).")] = None,
    client_running: Annotated[int | None, _number("CLIENT_RUNNING", "Runs at once of one client (1).")] = None,
    client_queue: Annotated[int | None, _number("CLIENT_QUEUE", "Requests of one client that may wait (2).")] = None,
    aside: Annotated[
        int | None, _number("ASIDE", "Runs that may have made way for shorter ones, beside those (six a core).")
    ] = None,
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--name",
            metavar="NAME",
            envvar="GRADWALK_NAMES",
            help="A name that the server is reached by, as in walk.school.edu; may be repeated. Addresses and names "
            "without a dot go without saying; * is any name.",
        ),
    ] = None,
    origins: Annotated[
        list[str] | None,
        typer.Option("--allow-origin", metavar="URL", help="Let another site's pages use the API; may be repeated."),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Where snippets are kept: sqlite:///PATH (a file of yours) or postgresql://..."
        ),
    ] = None,
    cache_directory: Annotated[
        Path | None, typer.Option("--cache-dir", metavar="DIR", help="Where traces are kept on disk as well.")
    ] = None,
    cache_mib: Annotated[
        int | None, _number("CACHE_MIB", "Memory for traces that were run lately, in MiB (64).", least=0)
    ] = None,
    cache_disk_mib: Annotated[
        int | None, _number("CACHE_DISK_MIB", "How much of --cache-dir they may take, in MiB (1024).", least=0)
    ] = None,
    renders: Annotated[int | None, _number("RENDERS", "Pictures made at once (one a core).")] = None,
    render_seconds: Annotated[
        float | None, _number("RENDER_SECONDS", "How long a picture may take (10).", least=0.1)
    ] = None,
    snippet_burst: Annotated[
        int | None, _number("SNIPPET_BURST", "Snippets that one client may make or delete at once (60).")
    ] = None,
    snippet_seconds: Annotated[
        float | None, _number("SNIPPET_SECONDS", "Then one every so many seconds (2).", least=0.001)
    ] = None,
    snippet_days: Annotated[
        int | None, _number("SNIPPET_DAYS", "Clear away snippets that nobody has read for so many days (never).")
    ] = None,
    log_format: Annotated[TextOrJson, typer.Option(help="Of the log.")] = TextOrJson.text,
    limits: LimitOption = None,
    unsafe_local: UnsafeLocal = False,
) -> int:
    """Serve the page and the API."""
    gc.disable()  # until all that stays is there
    # Here, because the other commands need no web framework.
    import uvicorn

    from gradwalk.api import Settings, create_app
    from gradwalk.api.departure import Departing
    from gradwalk.api.journal import JsonLines
    from gradwalk.api.patience import impatient, most_connections
    from gradwalk.api.proxies import trusted

    logging.basicConfig(level=logging.INFO, format="%(levelname)s:     %(message)s")
    if log_format is TextOrJson.json:
        logging.getLogger().handlers[0].setFormatter(JsonLines())
    check_system()
    if unsafe_local and not _is_loopback(host):
        raise GradwalkError("--unsafe-local is for this machine alone: serve on 127.0.0.1, the default.")
    chosen: dict[str, Any] = {
        "running": running,
        "queue": queue,
        "client_running": client_running,
        "client_queue": client_queue,
        "aside": aside,
        "names": None if names is None else tuple(map(_name, names)),
        "origins": None if origins is None else tuple(map(_origin, origins)),
        "database": database,
        "cache_directory": cache_directory,
        "cache_bytes": None if cache_mib is None else cache_mib * MIB,
        "cache_disk_bytes": None if cache_disk_mib is None else cache_disk_mib * MIB,
        "renders": renders,
        "render_seconds": render_seconds,
        "snippet_burst": snippet_burst,
        "snippet_seconds": snippet_seconds,
        "snippet_days": snippet_days,
    }
    settings = Settings(
        limits=limits_of(limits), **{name: value for name, value in chosen.items() if value is not None}
    )
    executor = ForkServerExecutor(settings.limits, slots=settings.running, unsafe=unsafe_local, started=taken())
    app = create_app(settings, executor)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=impatient(settings.body_seconds, most_connections=most_connections()),
        ws="none",  # Uvicorn would take what happens to be installed, and that has no such patience
        # Everything goes to the one log, and the journal has a line for each request.
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=trusted(),
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    # A run that has its turn late still comes to its end.
    server = Departing(config, app, max(0.0, _GRACE_SECONDS - 1 - settings.limits.wall_seconds))
    server.hear_of_a_closed_terminal()
    # A trace is tens of thousands of small objects that live and die together: look for garbage among them seldom, and
    # never among what is here already.
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()

    async def serving() -> None:
        # Before Uvicorn begins, so that a refusal is told in one sentence.
        await executor.start()
        try:
            await server.serve()
        except SystemExit:  # so Uvicorn ends where it cannot listen, after a line in the log that says why
            raise GradwalkError(
                f"nothing can be served at {host}:{port}; --host and --port choose another place."
            ) from None

    # Uvicorn shuts down in order on Ctrl-C and then raises the signal again.
    with contextlib.suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(serving())
    return status.OK if server.started else status.USAGE


def _name(given: str) -> str:
    """Raises GradwalkError for what no ``Host`` header says, which would be passed over without a word."""
    if re.fullmatch(r"\*|[\w-]+(\.[\w-]+)*\.?", given, re.ASCII) is None:
        raise GradwalkError(
            f"--name takes a name alone, as in walk.school.edu, not {given!r}; in GRADWALK_NAMES there are spaces "
            "between several."
        )
    return given


def _origin(given: str) -> str:
    """As browsers write it. Raises GradwalkError for what none writes."""
    site = re.fullmatch(r"(\*|https?://[\w.:\[\]-]+)/?", given, re.ASCII)
    if site is None:
        raise GradwalkError(
            f"--allow-origin takes where a site is, without a path, as in https://course.example, not {given!r}."
        )
    return site[1].lower()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
