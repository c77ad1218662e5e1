"""The API's calls without the network: what to send, and what an answer means. Both clients share it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx

from gradwalk.client.refusals import refusal
from gradwalk.client.snippets import Kept, Snippet
from gradwalk.document.lines import MEDIA_TYPE
from gradwalk.limits import LIMITS, Limits
from gradwalk.walk.given import Given, cells_from, options_of
from gradwalk.walk.walk import Walk

T = TypeVar("T")
_TRACES = "/api/v1/traces"
_SNIPPETS = "/api/v1/snippets"


@dataclass(frozen=True)
class Call(Generic[T]):
    """One request, and how its answer is read."""

    method: str
    path: str
    read: Callable[[httpx.Response], T]
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def answer(self, response: httpx.Response) -> T:
        """What the server says; raises what its problem details stand for."""
        if response.is_error:
            raise refusal(response)
        return self.read(response)


def trace(
    code: Given, arguments: tuple[Any, ...], keywords: dict[str, Any], seed: int | None, max_elements: int
) -> Call[Walk]:
    """Run code; what is handed in is read here, as :func:`gradwalk.trace` reads it."""
    body = _body(code, arguments, keywords, seed, max_elements)
    return Call("POST", _TRACES, _walk, body)


def stream(
    code: Given, arguments: tuple[Any, ...], keywords: dict[str, Any], seed: int | None, max_elements: int
) -> Call[httpx.Response]:
    """The same, told line by line."""
    body = _body(code, arguments, keywords, seed, max_elements)
    return Call("POST", _TRACES, lambda response: response, body, {"Accept": MEDIA_TYPE})


def find(name: str) -> Call[Walk]:
    """A trace that is kept there."""
    return Call("GET", f"{_TRACES}/{quote(name, safe='')}", _walk)


def keep(code: Given, seed: int | None, max_elements: int, key: str | None) -> Call[Kept]:
    """Put code there under a short name."""
    body = _body(code, (), {}, seed, max_elements)
    return Call("POST", _SNIPPETS, Kept.read, body, {} if key is None else {"Idempotency-Key": key})


def snippet(name: str) -> Call[Snippet]:
    """What was put there."""
    return Call("GET", f"{_SNIPPETS}/{quote(name, safe='')}", Snippet.read)


def delete(name: str, secret: str) -> Call[bool]:
    """Take it back."""
    headers = {"Authorization": f"Bearer {secret}"}
    path = f"{_SNIPPETS}/{quote(name, safe='')}"
    return Call("DELETE", path, lambda response: bool(response.json()["gone"]), headers=headers)


def limits() -> Call[Limits]:
    """What one run may use there."""

    def read(response: httpx.Response) -> Limits:
        # A server tells more than that: how many runs it lets in, and how much it keeps.
        return Limits(**{name: value for name, value in response.json().items() if name in Limits._fields})

    return Call("GET", "/api/v1/limits", read)


def ops() -> Call[dict[str, Any]]:
    """Every op with its formulas, and every name of PyTorch's that is there."""
    return Call("GET", "/api/v1/ops", _json)


def health() -> Call[dict[str, Any]]:
    """Status, version and isolation."""
    return Call("GET", "/healthz", _json)


def _body(
    code: Given, arguments: tuple[Any, ...], keywords: dict[str, Any], seed: int | None, max_elements: int
) -> dict[str, Any]:
    cells = cells_from(code, arguments, keywords, LIMITS)
    return {
        "cells": [{"source": cell.source, "execution_count": cell.execution_count} for cell in cells],
        "options": options_of(seed=seed, max_elements=max_elements).model_dump(),
    }


def _walk(response: httpx.Response) -> Walk:
    where = response.headers.get("Location", response.url.path)
    return Walk.from_json(response.content, id=where.rpartition("/")[2])


def _json(response: httpx.Response) -> dict[str, Any]:
    read: dict[str, Any] = response.json()
    return read
