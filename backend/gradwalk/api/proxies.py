"""Whose word is taken for who asks (``X-Forwarded-For``): Uvicorn's setting, and one more word in it, ``gateway``.

In a container everybody comes from the host's side of Docker's network, a proxy on the host too, at an address that
Docker chooses. To trust all networks that Docker may choose from would be to trust the pupils of a school whose own
network is one of them: each could say that it is somebody else, and have as many turns.
"""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path

GATEWAY = "gateway"
"""The first address on the way out of here."""
_ROUTES = Path("/proc/net/route")
_ANYWHERE = "00000000"


def trusted(told: str | None = None, routes: Path = _ROUTES) -> str | None:
    """The addresses whose word is taken, as Uvicorn reads them; None leaves them to its default, this machine."""
    told = os.environ.get("FORWARDED_ALLOW_IPS") if told is None else told
    if told is None:
        return None
    named = [_gateway(routes) if each.strip() == GATEWAY else each.strip() for each in told.split(",")]
    return ",".join(filter(None, named))


def _gateway(routes: Path) -> str:
    """Its address, or nothing where there is none."""
    try:
        lines = [line.split() for line in routes.read_text().splitlines()[1:]]
    except OSError:
        return ""
    found = next((fields[2] for fields in lines if fields[1] == _ANYWHERE and fields[2] != _ANYWHERE), None)
    # The kernel writes the four bytes as this machine's number.
    return "" if found is None else str(ipaddress.IPv4Address(bytes.fromhex(found)[::-1]))
