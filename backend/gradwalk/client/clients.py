"""The two clients: one that waits, one to be awaited."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from gradwalk.client import calls
from gradwalk.client.calls import Call
from gradwalk.client.refusals import unreachable
from gradwalk.client.snippets import Kept, Snippet
from gradwalk.client.streams import AsyncStream, Stream
from gradwalk.limits import Limits
from gradwalk.walk.given import Given
from gradwalk.walk.walk import Walk

T = TypeVar("T")
_SECONDS = 60.0
"""More than a run and its turn take; a server says so when it is too busy."""


class Client:
    """A server at ``server``, such as ``http://127.0.0.1:8000``; to be closed, or used in a ``with`` statement.

    Whatever it is asked for raises :class:`~gradwalk.errors.GradwalkError`: the server's problem details as the
    package's own exceptions, NoServer if nobody answers.
    """

    def __init__(self, server: str, *, timeout: float = _SECONDS, transport: httpx.BaseTransport | None = None) -> None:
        self._server = server
        self._http = httpx.Client(base_url=server, timeout=timeout, transport=transport)

    def trace(
        self, code: Given, *arguments: Any, seed: int | None = None, max_elements: int = 1000, **keywords: Any
    ) -> Walk:
        """As :func:`gradwalk.trace`, there; files and functions are read here."""
        return self._ask(calls.trace(code, arguments, keywords, seed, max_elements))

    @contextmanager
    def stream(
        self, code: Given, *arguments: Any, seed: int | None = None, max_elements: int = 1000, **keywords: Any
    ) -> Iterator[Stream]:
        """The same run, watched: iterating over what the ``with`` statement gives yields its events as they happen.

        Leaving the statement before the end ends the run.
        """
        call = calls.stream(code, arguments, keywords, seed, max_elements)
        try:
            with self._http.stream(call.method, call.path, json=call.json, headers=call.headers) as response:
                if response.is_error:
                    response.read()
                yield Stream(self._server, call.answer(response))
        except httpx.TransportError as error:
            raise unreachable(self._server, error) from error

    def find(self, id: str) -> Walk:
        """The trace of this ``id`` while the server keeps it, else :class:`~gradwalk.errors.NoSuchTrace`."""
        return self._ask(calls.find(id))

    def keep(self, code: Given, *, seed: int | None = None, max_elements: int = 1000, key: str | None = None) -> Kept:
        """Put code there, under a short name; the same code has the same one.

        ``key`` is a text of 16 characters or more that nobody else can guess: a request that is sent again with it
        gives the same secret.
        """
        return self._ask(calls.keep(code, seed, max_elements, key))

    def snippet(self, id: str) -> Snippet:
        """What was put there, or :class:`~gradwalk.errors.NoSuchSnippet`."""
        return self._ask(calls.snippet(id))

    def delete(self, id: str, secret: str) -> bool:
        """Take a snippet back by its secret; false while others hold on to it, who put the same there.

        Raises :class:`~gradwalk.errors.NoSuchSnippet` or :class:`~gradwalk.errors.WrongSecret`.
        """
        return self._ask(calls.delete(id, secret))

    def limits(self) -> Limits:
        """What one run may use there."""
        return self._ask(calls.limits())

    def ops(self) -> dict[str, Any]:
        """Every op with its formulas, and every name of PyTorch's that is there."""
        return self._ask(calls.ops())

    def health(self) -> dict[str, Any]:
        """``status``, ``version`` and ``isolation``."""
        return self._ask(calls.health())

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _ask(self, call: Call[T]) -> T:
        try:
            response = self._http.request(call.method, call.path, json=call.json, headers=call.headers)
        except httpx.TransportError as error:
            raise unreachable(self._server, error) from error
        return call.answer(response)


class AsyncClient:
    """The same, to be awaited; ``async with`` closes it."""

    def __init__(
        self, server: str, *, timeout: float = _SECONDS, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._server = server
        self._http = httpx.AsyncClient(base_url=server, timeout=timeout, transport=transport)

    async def trace(
        self, code: Given, *arguments: Any, seed: int | None = None, max_elements: int = 1000, **keywords: Any
    ) -> Walk:
        """See :meth:`Client.trace`."""
        return await self._ask(calls.trace(code, arguments, keywords, seed, max_elements))

    @asynccontextmanager
    async def stream(
        self, code: Given, *arguments: Any, seed: int | None = None, max_elements: int = 1000, **keywords: Any
    ) -> AsyncIterator[AsyncStream]:
        """See :meth:`Client.stream`."""
        call = calls.stream(code, arguments, keywords, seed, max_elements)
        try:
            async with self._http.stream(call.method, call.path, json=call.json, headers=call.headers) as response:
                if response.is_error:
                    await response.aread()
                yield AsyncStream(self._server, call.answer(response))
        except httpx.TransportError as error:
            raise unreachable(self._server, error) from error

    async def find(self, id: str) -> Walk:
        """See :meth:`Client.find`."""
        return await self._ask(calls.find(id))

    async def keep(
        self, code: Given, *, seed: int | None = None, max_elements: int = 1000, key: str | None = None
    ) -> Kept:
        """See :meth:`Client.keep`."""
        return await self._ask(calls.keep(code, seed, max_elements, key))

    async def snippet(self, id: str) -> Snippet:
        """See :meth:`Client.snippet`."""
        return await self._ask(calls.snippet(id))

    async def delete(self, id: str, secret: str) -> bool:
        """See :meth:`Client.delete`."""
        return await self._ask(calls.delete(id, secret))

    async def limits(self) -> Limits:
        """See :meth:`Client.limits`."""
        return await self._ask(calls.limits())

    async def ops(self) -> dict[str, Any]:
        """See :meth:`Client.ops`."""
        return await self._ask(calls.ops())

    async def health(self) -> dict[str, Any]:
        """See :meth:`Client.health`."""
        return await self._ask(calls.health())

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def _ask(self, call: Call[T]) -> T:
        try:
            response = await self._http.request(call.method, call.path, json=call.json, headers=call.headers)
        except httpx.TransportError as error:
            raise unreachable(self._server, error) from error
        return call.answer(response)
