"""Addresses for people: short links to snippets, and how a site shows a link as a player (oEmbed)."""

from __future__ import annotations

import asyncio
import html
from typing import Annotated, Literal
from urllib.parse import SplitResult, quote, urlsplit

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from gradwalk.api import problems
from gradwalk.api.snippets import Shelf, SnippetId
from gradwalk.errors import NoSuchPage, UnsupportedLink
from gradwalk.link import fragment
from gradwalk.notebook import CellSource

router = APIRouter()
_WIDTH, _HEIGHT = 960, 600
_SMALLEST = 200
_SNIPPET = "/s/"
_JSON = {"enum": ["json"]}


class OEmbed(BaseModel):
    """A player, as of oEmbed 1.0."""

    version: Literal["1.0"] = "1.0"
    type: Literal["rich"] = "rich"
    title: str = "Gradwalk"
    provider_name: Literal["Gradwalk"] = "Gradwalk"
    provider_url: str
    cache_age: int = 86_400
    width: int
    height: int
    html: str


@router.get(
    "/oembed",
    operation_id="oembed",
    summary="How a link to the page is shown as a player",
    responses=problems.documented(404, 413, 422, 501, 503),
)
async def oembed(
    request: Request,
    url: Annotated[
        str,
        Query(
            max_length=64_000,
            description="A link to this server's page, its `/embed`, or a short link `/s/{id}`.",
            examples=["http://127.0.0.1:8000/#code=q1YqLU4tUrJSMlSqBQA"],
        ),
    ],
    format: Annotated[str, Query(description="`json` is all there is.", json_schema_extra=_JSON)] = "json",
    maxwidth: Annotated[int, Query(ge=1, le=100_000)] = _WIDTH,
    maxheight: Annotated[int, Query(ge=1, le=100_000)] = _HEIGHT,
) -> OEmbed:
    """As of https://oembed.com: a site that is given a link asks here, and shows the frame in `html`."""
    if format == "xml":
        raise UnsupportedLink("Links are described in JSON only: format=json.")
    if format != "json":
        raise RequestValidationError([{"loc": ("query", "format"), "msg": "Give json."}])
    base, asked = str(request.base_url), _taken_apart(url)
    if asked is None or asked.netloc.lower() != request.url.netloc.lower():
        raise NoSuchPage(f"Only links to this server are shown as players: {base}#..., {base}embed#... or {base}s/...")
    source = await _source(request, asked.path, asked.query, asked.fragment)
    width, height = max(min(maxwidth, _WIDTH), _SMALLEST), max(min(maxheight, _HEIGHT), _SMALLEST)
    frame = (
        f'<iframe src="{html.escape(base + source)}" width="{width}" height="{height}" title="Gradwalk" loading="lazy" '
        'allowfullscreen style="border: 0"></iframe>'
    )
    return OEmbed(provider_url=base, width=width, height=height, html=frame)


@router.get(
    _SNIPPET + "{snippet}",
    operation_id="open_snippet",
    summary="A snippet on the page",
    response_class=HTMLResponse,
    responses=problems.documented(404, 413, 422, 503),
)
async def open_snippet(request: Request, snippet: SnippetId) -> Response:
    """A short link: it leads to the page with the snippet's code in the address."""
    base = str(request.base_url)
    here = html.escape(base + "#" + await _fragment(request, snippet))
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Gradwalk</title>{discovery(request)}'
        f'<meta http-equiv="refresh" content="0; url={here}"></head>'
        f'<body><p><a href="{here}">Open in Gradwalk</a></p></body></html>'
    )
    return HTMLResponse(page, headers={"Cache-Control": "no-cache"})


def discovery(request: Request) -> str:
    """The element by which a page at this address says that it can be shown as a player."""
    address = f"{request.base_url}oembed?url={quote(str(request.url), safe='')}&format=json"
    return f'<link rel="alternate" type="application/json+oembed" href="{html.escape(address)}" title="Gradwalk">'


def _taken_apart(url: str) -> SplitResult | None:
    try:
        asked = urlsplit(url)
        return asked if asked.scheme in ("http", "https") and asked.netloc else None
    except ValueError:
        return None


async def _source(request: Request, path: str, query: str, code: str) -> str:
    """The player's address, after the base, for a link that is taken apart."""
    if path.startswith(_SNIPPET):
        return "embed#" + await _fragment(request, path.removeprefix(_SNIPPET))
    if path not in ("", "/", "/embed"):
        raise NoSuchPage(f"Nothing at {path} can be shown as a player.")
    return "embed" + (f"?{query}" if query else "") + (f"#{code}" if code else "")


async def _fragment(request: Request, snippet: str) -> str:
    shelf: Shelf = request.app.state.shelf
    content = orjson.loads(await shelf.do(request, lambda: shelf.store.get(snippet)))
    cells = [CellSource(cell["source"], cell["execution_count"]) for cell in content["cells"]]
    return await asyncio.to_thread(fragment, "", cells)
