"""The API's calls without the network: what to send, and what an answer means. Both clients share it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

import httpx

from gradwalk.client.refusals import refusal
from gradwalk.limits import LIMITS, Limits
from gradwalk.trace.schema import Options
from gradwalk.walk.given import Given, cells_from
from gradwalk.walk.walk import Walk

T = TypeVar("T")


@dataclass(frozen=True)
class Call(Generic[T]):
    """One request, and how its answer is read."""

    method: str
    path: str
    read: Callable[[httpx.Response], T]
    json: Any = None

    def answer(self, response: httpx.Response) -> T:
        """What the server says; raises what its problem details stand for."""
        if response.is_error:
            raise refusal(response)
        return self.read(response)


def trace(
    code: Given, arguments: tuple[Any, ...], keywords: dict[str, Any], seed: int | None, max_elements: int
) -> Call[Walk]:
    """Run code; what is handed in is read here, as :func:`gradwalk.trace` reads it."""
    cells = cells_from(code, arguments, keywords, LIMITS)
    options = Options(seed=seed, max_elements=max_elements)
    body = {
        "cells": [{"source": cell.source, "execution_count": cell.execution_count} for cell in cells],
        "options": options.model_dump(),
    }
    return Call("POST", "/api/v1/traces", lambda response: Walk.from_json(response.content), body)


def limits() -> Call[Limits]:
    """What one run may use there."""
    known = {field.name for field in fields(Limits)}

    def read(response: httpx.Response) -> Limits:
        # A server tells more than that: how many runs it lets in, and how much it keeps.
        return Limits(**{name: value for name, value in response.json().items() if name in known})

    return Call("GET", "/api/v1/limits", read)


def ops() -> Call[dict[str, Any]]:
    """Every op with its formulas, and every name of PyTorch's that is there."""
    return Call("GET", "/api/v1/ops", _json)


def health() -> Call[dict[str, Any]]:
    """Status, version and isolation."""
    return Call("GET", "/healthz", _json)


def _json(response: httpx.Response) -> dict[str, Any]:
    read: dict[str, Any] = response.json()
    return read
