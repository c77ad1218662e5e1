"""Which names a server goes by: another site's page can have its own name lead to this machine, and ask under it.

A browser takes such a page for the server's own (DNS rebinding), so that it may have snippets run and read what they
give, also where nobody but the browser reaches the server. It needs a name that can be registered. Addresses, names
without a dot and those that are kept from registration do not serve for it, and always are the server's; others are
those that whoever runs it has told it.
"""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from gradwalk.api import problems
from gradwalk.errors import NotThisServer

ANY = "*"
"""Told in the place of a name: all of them are this server's."""
_NEVER_REGISTERED = (".localhost", ".local", ".test", ".example", ".invalid", ".internal", ".home.arpa")
"""RFC 6761, RFC 6762, RFC 8375, and what ICANN has set aside for networks of one's own."""


class OwnNames:
    """ASGI middleware that answers under the server's names only, and says so under others (421)."""

    def __init__(self, app: ASGIApp, names: tuple[str, ...]) -> None:
        self._app = app
        self._any = ANY in names
        self._names = frozenset(name.lower().rstrip(".") for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what asks this server, and asks it by one name (RFC 9112, 3.2)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        names = [_name(host) for host in Headers(scope=scope).getlist("host")]
        if len(names) > 1 or (not names and scope["http_version"] not in ("1.0", "0.9")):
            detail = "A request says once, as `Host`, whom it asks."
            await problems.respond(Request(scope), problems.OTHER[400], detail)(scope, receive, send)
        elif self._any or all(map(self._is_own, names)):
            await self._app(scope, receive, send)
        else:
            other = NotThisServer(f"This server has not been told that it is {names[0]!r}.")
            await problems.own(Request(scope), other)(scope, receive, send)

    def _is_own(self, name: str) -> bool:
        return "." not in name or name in self._names or name.endswith(_NEVER_REGISTERED) or _is_address(name)


def _name(host: str) -> str:
    """The name in a ``Host`` header: without its port, in small letters; IPv6 addresses have no dot that counts."""
    if host.startswith("["):
        return ""
    return host.partition(":")[0].lower().rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True
