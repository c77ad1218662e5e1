"""Snippets: code under a short name, for links."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import orjson
from fastapi import APIRouter, Depends, Header, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field
from starlette.responses import Response

from gradwalk.api import problems, reading
from gradwalk.api.admission import Admission
from gradwalk.api.answers import client_of
from gradwalk.api.negotiate import matches
from gradwalk.api.parameters import ONLY_KNOWN
from gradwalk.api.rate import Rate
from gradwalk.api.requests import CellRequest
from gradwalk.document.schema import Options
from gradwalk.errors import GradwalkError, SecretMissing, StoreUnavailable
from gradwalk.store.address import check
from gradwalk.text import visible

if TYPE_CHECKING:
    from gradwalk.store.snippets import Snippets

router = APIRouter(dependencies=[ONLY_KNOWN])
BASE = "/api/v1/snippets"
_AT_ONCE = 4
_TIDY_SECONDS = 6 * 60 * 60
_STEADY_SECONDS = 60 * 60
_SAME_SECONDS = 60.0
"""For so long the same reason is not told again."""
_log = logging.getLogger(__name__)
SnippetId = Annotated[str, Path(pattern="^[2-9a-hjkmnp-z]{10,32}$", description="The snippet's `id`.")]
Secret = Annotated[
    HTTPAuthorizationCredentials | None,
    Depends(HTTPBearer(auto_error=False, description="The secret that came when the snippet was made.")),
]

Result = TypeVar("Result")


class Snippet(BaseModel):
    """Code and options, ready to be sent to `/api/v1/traces`."""

    id: str
    cells: list[CellRequest]
    options: Options


class NewSnippet(BaseModel):
    """Where it is now."""

    id: str = Field(description="Follows from the content: the same code and options always have the same.")
    secret: str | None = Field(
        description="Deletes it, and is shown this once. Null if more than 1,000 others have put the same here."
    )


class Deleted(BaseModel):
    """What became of it."""

    gone: bool = Field(description="False while others hold on to the same snippet, with secrets of their own.")


class Shelf:
    """The store as the event loop sees it: a few calls at a time, the others wait their turn.

    What speaks to databases takes a third of a server's start to load: it is loaded beside its first answers.
    Raises :class:`GradwalkError` for what is the URL of no database.
    """

    def __init__(self, url: str, rate: Rate) -> None:
        check(url)
        self._url = url
        self.rate = rate
        self._lock = Lock()
        self._store: Snippets | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._admission = Admission(_AT_ONCE, 200, _AT_ONCE, 40)
        self._noted: dict[str, float] = {}

    @property
    def store(self) -> Snippets:
        """The store itself, for the threads of :meth:`do`. Raises :class:`StoreUnavailable` if there is none."""
        with self._lock:
            if self._store is None:
                from gradwalk.store.snippets import Snippets

                try:
                    self._store = Snippets(self._url)
                except GradwalkError as error:
                    raise StoreUnavailable(str(error)) from None
            return self._store

    async def open(self) -> None:
        """Have the database brought up to date, before anybody asks for a snippet."""
        try:
            await asyncio.to_thread(lambda: self.store.open())
        except StoreUnavailable as error:
            self.note(error)
            _log.warning(
                "%s Snippets are not served until it does; it is tried again when one is asked for. --database or "
                "GRADWALK_DATABASE names another.",
                error,
            )

    async def do(self, request: Request, work: Callable[[], Result]) -> Result:
        """What ``work`` gives, which may wait for the database."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="snippets")
        async with self._admission.turn(client_of(request)):
            try:
                return await asyncio.get_running_loop().run_in_executor(self._threads, work)
            except StoreUnavailable as error:
                self.note(error)
                raise

    def note(self, error: StoreUnavailable) -> None:
        """Have the log say why, which is not for clients; a reason once a minute."""
        now = time.monotonic()
        if error.reason is None or now - self._noted.get(error.reason, -_SAME_SECONDS) < _SAME_SECONDS:
            return
        self._noted = {error.reason: now}
        _log.warning("What the database of snippets said: %s", visible(error.reason))

    async def tidy(self, days: int) -> None:
        """Clear away what nobody has read for so many days, every few hours, until cancelled.

        What is cleared away is gone, and a clock may be wrong until somebody sets it: so the day counts only when the
        clock has gone evenly for an hour.
        """
        while True:
            ahead = time.time() - time.monotonic()
            await asyncio.sleep(_STEADY_SECONDS)
            if abs(time.time() - time.monotonic() - ahead) > _STEADY_SECONDS:
                continue
            try:
                cleared = await asyncio.to_thread(lambda: self.store.clear(days))
                if cleared:
                    _log.info("%d snippets were cleared away that nobody had read for %d days", cleared, days)
            except StoreUnavailable as error:
                self.note(error)
                _log.warning("%s Old snippets are cleared away when it does.", error)
            await asyncio.sleep(_TIDY_SECONDS - _STEADY_SECONDS)

    def stop(self) -> None:
        """Let go of the database when nothing is under way any more."""
        threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown(wait=True)
        if self._store is not None:
            self._store.close()


def _sent(name: str, description: str, *headers: str) -> dict[str, Any]:
    """An answer in JSON, for the API's description."""
    content = {"schema": {"$ref": f"#/components/schemas/{name}"}}
    return {"description": description, "content": {"application/json": content}, "headers": problems.sent(*headers)}


@router.post(
    BASE,
    operation_id="create_snippet",
    summary="Keep code under a short name",
    status_code=201,
    response_model=None,
    openapi_extra=reading.BODY,
    responses={
        201: _sent("NewSnippet", "It is kept: on the disk when this comes.", "Location"),
        200: _sent("NewSnippet", "It was kept already.", "Location"),
        **problems.documented(400, 408, 413, 415, 422, 429, 503),
    },
)
async def create_snippet(
    request: Request,
    idempotency_key: Annotated[
        str,
        Header(
            pattern="^([!-~]{16,200})?$",
            description="16 to 200 characters (ASCII, no spaces) that nobody else can guess: with the same content "
            "they give the same secret again.",
            examples=["d4b1f0e2-6c1e-4a57-9d38-0b7f2c5e9a41"],
        ),
    ] = "",
) -> Response:
    """Takes what `/api/v1/traces` takes. The same content always has the same id; everyone who sends it gets a secret
    of their own, and it goes when the last of them has deleted it.
    """
    shelf: Shelf = request.app.state.shelf
    shelf.rate.take(client_of(request))
    wanted = await reading.to_run(request)
    content = reading.content_of(wanted)
    put = await shelf.do(request, lambda: shelf.store.put(content, idempotency_key or None))
    made = NewSnippet(id=put.id, secret=put.secret)
    headers = {"Location": f"{BASE}/{put.id}", "Cache-Control": "no-store"}
    return Response(made.model_dump_json(), 201 if put.new else 200, headers, "application/json")


@router.get(
    BASE + "/{snippet}",
    operation_id="get_snippet",
    summary="A snippet's code and options",
    response_model=None,
    responses={
        200: _sent("Snippet", "As it was put there.", "ETag"),
        304: {"description": "Not modified."},
        **problems.documented(404, 422, 503),
    },
)
async def get_snippet(request: Request, snippet: SnippetId) -> Response:
    """As it was put there; it never changes, but may be deleted."""
    shelf: Shelf = request.app.state.shelf
    content = orjson.loads(await shelf.do(request, lambda: shelf.store.get(snippet)))
    headers = {"ETag": f'"{snippet}"', "Cache-Control": "no-cache"}
    if matches(request.headers.get("if-none-match"), f'"{snippet}"'):
        return Response(status_code=304, headers=headers)
    return Response(orjson.dumps({"id": snippet, **content}), media_type="application/json", headers=headers)


@router.delete(
    BASE + "/{snippet}",
    operation_id="delete_snippet",
    summary="Take a snippet back",
    response_model=None,
    responses={
        200: _sent("Deleted", "It is taken back."),
        **problems.documented(401, 403, 404, 422, 429, 503),
    },
)
async def delete_snippet(request: Request, snippet: SnippetId, given: Secret) -> Response:
    """With `Authorization: Bearer` and one of its secrets, which is used up by that."""
    shelf: Shelf = request.app.state.shelf
    shelf.rate.take(client_of(request))
    if given is None or not given.credentials:
        raise SecretMissing("Send the snippet's secret: Authorization: Bearer SECRET.")
    gone = await shelf.do(request, lambda: shelf.store.delete(snippet, given.credentials))
    return Response(Deleted(gone=gone).model_dump_json(), media_type="application/json")
