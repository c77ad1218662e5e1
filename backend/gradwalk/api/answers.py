"""A kept trace as an answer: whole or in part, compressed once and for all, and not at all for who has it already."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gradwalk.api.admission import Admission
from gradwalk.api.compress import LEAST, chosen, packed
from gradwalk.api.negotiate import matches
from gradwalk.errors import NoSuchTrace
from gradwalk.store.traces import Derived, Kept, TraceCache
from gradwalk.workers import JOBS, Workers

JSON = "application/json"
FRESH = "public, max-age=60"
"""How long nobody needs to ask whether a kept trace is still the same: it is, but for code that looks at the clock."""
SHORT = 512 * 1024
"""A document that is no longer than this is read in the server: it takes a hundredth of a second."""

Make = Callable[[bytes], Awaitable[bytes]]


class Traces:
    """What one server does with traces it keeps."""

    def __init__(self, cache: TraceCache, workers: Workers, admission: Admission) -> None:
        self.cache = cache
        self._workers = workers
        self.admission = admission

    async def keep(self, trace: str, document: bytes, *, steady: bool) -> Kept:
        """Keep a trace's JSON; ``steady`` is one that another run would give again, and that is worth the disk."""
        pack = partial(Kept.of, document, steady=steady)
        kept = await asyncio.to_thread(pack) if len(document) > SHORT // 8 else pack()
        self.cache.keep(trace, kept)
        if steady and self.cache.on_disk:
            await asyncio.to_thread(self.cache.save, trace, kept)
        return kept

    async def find(self, trace: str) -> Kept | None:
        """The trace, if it is kept in memory or on disk."""
        kept = self.cache.at_hand(trace)
        if kept is None and self.cache.on_disk:
            kept = await asyncio.to_thread(self.cache.fetch, trace)
            if kept is not None:
                self.cache.keep(trace, kept)
        return kept

    async def get(self, trace: str) -> Kept:
        """The same, or :class:`~gradwalk.errors.NoSuchTrace`, which says how to make it again."""
        kept = await self.find(trace)
        if kept is None:
            raise NoSuchTrace(
                f"The trace {trace} is not kept here, or not any more: POST the same code and options to "
                "/api/v1/traces, which makes it again, under the same id on a server of the same version."
            )
        return kept

    async def whole(self, request: Request, kept: Kept, headers: dict[str, str]) -> Response:
        """The document."""
        return await self._answer(request, kept, "", JSON, headers, None)

    async def part(
        self, request: Request, kept: Kept, job: str, words: dict[str, Any], media_type: str, headers: dict[str, str]
    ) -> Response:
        """What a job makes of it."""
        what = f"{job} {sorted(words.items())!r}"

        async def make(document: bytes) -> bytes:
            if job != "draw" and len(document) <= SHORT:
                return await asyncio.to_thread(JOBS[job], document, **words)
            return await self.do(request, job, document, words)

        return await self._answer(request, kept, what, media_type, headers, make)

    async def do(self, request: Request, job: str, document: bytes, words: dict[str, Any]) -> bytes:
        """Have a worker do it, when it is this client's turn."""
        async with self.admission.turn(client_of(request)):
            return await self._workers.do(job, document, **words)

    async def _answer(
        self, request: Request, kept: Kept, what: str, media_type: str, headers: dict[str, str], make: Make | None
    ) -> Response:
        tag = f'"{kept.tag}{"." + sha256(what.encode()).hexdigest()[:8] if what else ""}"'
        headers = {"ETag": f"W/{tag}", **headers}
        if request.method == "GET" and matches(request.headers.get("if-none-match"), tag):
            return Response(status_code=304, headers=headers | {"Vary": "Accept-Encoding"})
        plain = not media_type.startswith(("text/", "application/json", "image/svg"))
        coding = "identity" if plain else chosen(request.headers.get("accept-encoding", ""))
        data = await self._coded(kept, what, coding, make)
        if coding != "identity" and len(data) >= LEAST:
            headers |= {"Content-Encoding": coding}  # what it varies with is said where all answers are compressed
        elif coding != "identity":
            data = await self._coded(kept, what, "identity", make)
        return Response(data, media_type=media_type, headers=headers)

    async def _coded(self, kept: Kept, what: str, coding: str, make: Make | None) -> bytes:
        """It in this coding; the weak tag is that of the document, however it travels."""
        if not what and coding == "zstd":
            return kept.packed
        key = (kept.tag, f"{coding} {what}")
        if (known := self.cache.derived.get(key)) is not None:
            return known.data
        if coding != "identity":
            data = await asyncio.to_thread(packed, await self._coded(kept, what, "identity", make), coding)
        else:
            data = kept.document() if kept.size < SHORT // 8 else await asyncio.to_thread(kept.document)
            if make is not None:
                data = await make(data)
        self.cache.derived.put(key, Derived(data))
        return data


def client_of(request: Request) -> str:
    """Who asks, by address."""
    return request.client.host if request.client is not None else ""
