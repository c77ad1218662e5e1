"""``gradwalk open``: the page in a browser, with a file's code in it."""

from __future__ import annotations

import sys
import threading
import time
import urllib.request
import webbrowser
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from gradwalk.cli import status
from gradwalk.cli.options import File, With
from gradwalk.cli.running import lesson_in
from gradwalk.cli.serve import serve
from gradwalk.errors import GradwalkError, NoServer
from gradwalk.limits import LIMITS
from gradwalk.link import fragment

_HERE = "http://127.0.0.1:8000"
_START_SECONDS = 30.0


def open_(
    file: File,
    also: With = None,
    server: Annotated[str, typer.Option(metavar="URL", help="Where the page is served.")] = _HERE,
    print_: Annotated[bool, typer.Option("--print", help="Print the address instead of opening it.")] = False,
) -> int:
    """Open the page with a file's code in it. If nobody serves it on this machine yet, this does, until Ctrl-C.

    The code goes into the address's fragment, which the browser keeps to itself.
    """
    place = urlsplit(server)
    if place.scheme not in ("http", "https") or not place.hostname:
        raise GradwalkError(f"{server!r} is no address of a server: give one like {_HERE}.")
    title = "Gradwalk" if file == "-" else Path(file).stem
    address = f"{server.rstrip('/')}/#{fragment(title, lesson_in(file, also, LIMITS))}"
    if print_:
        sys.stdout.write(f"{address}\n")
        return status.OK
    if answers(server):
        show(address)
        return status.OK
    if place.hostname not in ("127.0.0.1", "localhost"):
        raise NoServer(f"no server of Gradwalk's answers at {server}.")
    threading.Thread(target=_show_when_served, args=(server, address), daemon=True).start()
    return serve(host=place.hostname, port=place.port or 80)


def answers(server: str) -> bool:
    """Whether a server of Gradwalk's is there."""
    try:
        with urllib.request.urlopen(f"{server.rstrip('/')}/healthz", timeout=5) as answer:
            return b'"isolation"' in answer.read(10_000)
    except (OSError, ValueError):
        return False


def show(address: str) -> None:
    """Open ``address`` in the browser; where there is none, say what to open."""
    if not webbrowser.open(address):
        sys.stdout.write(f"Open {address}\n")


def _show_when_served(server: str, address: str) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if answers(server):
            show(address)
            return
        time.sleep(0.1)
