"""A JSON body read from whoever sends it: never more of it than the limits allow, and no text that cannot travel on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from email.message import Message
from typing import Any, NoReturn

import orjson
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from gradwalk.api.settings import Settings
from gradwalk.errors import BodyTooLarge, BodyTooSlow, MalformedBody, UnsupportedMediaType
from gradwalk.limits import KIB
from gradwalk.text import clean_tree

CLIENT_WENT_AWAY = 499
"""No status of HTTP's: for the log, since nobody will read it."""


def parse_json(data: bytes) -> object:
    """The JSON document in ``data``; half a surrogate pair, which a browser's editor can hold, becomes U+FFFD."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as strict:
        try:
            return clean_tree(json.loads(data, parse_constant=_refuse))
        except (ValueError, RecursionError):
            raise MalformedBody(f"The body is not JSON: {strict}.") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


async def read_in_time(request: Request, most: int, seconds: float) -> bytes:
    """The body, if all of it comes in time."""
    try:
        async with asyncio.timeout(seconds):
            return await read_capped(request, most)
    except TimeoutError:
        raise BodyTooSlow(f"The body did not come within {seconds:g} s.") from None


async def read_capped(request: Request, most: int) -> bytes:
    """The body, refused as soon as it is known to be longer than ``most`` bytes."""
    too_large = BodyTooLarge(f"The body is longer than {most / KIB:g} KiB.")
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise too_large
    return bytes(body)


class _ReadRequest(Request):
    """A request whose body has been read and parsed."""

    def __init__(self, request: Request, data: bytes) -> None:
        super().__init__(request.scope, request.receive)
        self._data = data
        self._parsed = parse_json(data)

    async def body(self) -> bytes:
        """The bytes that were read."""
        return self._data

    async def json(self) -> Any:
        """What they say."""
        return self._parsed


class JsonRoute(APIRoute):
    """A route that takes a JSON body."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, given a request that has already been read within the limits."""
        handle = super().get_route_handler()

        async def read_and_handle(request: Request) -> Response:
            if self.body_field is None:
                return await handle(request)
            settings: Settings = request.app.state.settings
            if not _is_json(request.headers.get("content-type", "")):
                raise UnsupportedMediaType("The body must be JSON, sent as application/json.")
            try:
                data = await read_in_time(request, settings.limits.body_bytes, settings.body_seconds)
            except ClientDisconnect:
                return Response(status_code=CLIENT_WENT_AWAY)
            return await handle(_ReadRequest(request, data))

        return read_and_handle


def _is_json(content_type: str) -> bool:
    message = Message()
    message["content-type"] = content_type
    subtype = message.get_content_subtype()
    return message.get_content_maintype() == "application" and (subtype == "json" or subtype.endswith("+json"))
