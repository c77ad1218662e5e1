"""What a client says it takes (`Accept`, `Accept-Encoding`), read with its weights."""

from __future__ import annotations

from collections.abc import Sequence


def weights(header: str) -> dict[str, float]:
    """Each name in a header of that kind with its weight; a weight that is no number counts as 0."""
    found = {}
    for part in header.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        told = [piece[2:] for piece in parameters if piece.startswith("q=")]
        found[name] = _weight(told[0]) if told else 1.0
    return found


def preferred(header: str, offers: Sequence[str], otherwise: str) -> str:
    """The one of ``offers`` that is named with the greatest weight, the first of them among equals.

    ``otherwise`` is what whoever names none gets, or whoever would rather have it.
    """
    asked = weights(header)
    best = max(offers, key=lambda name: asked.get(name, 0.0))
    return best if 0.0 < asked.get(best, 0.0) >= asked.get(otherwise, 0.0) else otherwise


def matches(header: str | None, tag: str) -> bool:
    """Whether an ``If-None-Match`` header names ``tag``, weak or strong (RFC 9110, 13.1.2)."""
    if header is None:
        return False
    return header.strip() == "*" or tag in (part.strip().removeprefix("W/") for part in header.split(","))


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
