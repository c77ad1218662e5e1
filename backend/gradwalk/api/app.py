"""The application put together: executor, routes, problems, page and headers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from gradwalk import __version__
from gradwalk.api import lessons, links, pictures, problems, routes, snippets, traces
from gradwalk.api.admission import Admission
from gradwalk.api.answers import Traces
from gradwalk.api.compress import Compress
from gradwalk.api.cors import ASKED, METHODS, TOLD, ReadFromAnywhere
from gradwalk.api.description import describe
from gradwalk.api.faults import Faults
from gradwalk.api.flights import Flights
from gradwalk.api.head import Head
from gradwalk.api.headers import SecurityHeaders
from gradwalk.api.journal import Journal
from gradwalk.api.metrics import Metrics
from gradwalk.api.names import OwnNames
from gradwalk.api.page import Page
from gradwalk.api.rate import Rate
from gradwalk.api.settings import Settings
from gradwalk.api.snippets import Shelf
from gradwalk.api.untaken import Untaken
from gradwalk.sandbox.executor import Executor
from gradwalk.store.traces import TraceCache
from gradwalk.workers import Workers

_DESCRIPTION = (
    "Run the code of an automatic differentiation lesson, as written for PyTorch, and get everything that happened: "
    "values, graph, gradients, step by step."
)


def create_app(settings: Settings, executor: Executor) -> FastAPI:
    """The server, which runs snippets with ``executor``; it starts and stops it."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await executor.start()
        opening = asyncio.create_task(shelf.open())
        tidying = None if settings.snippet_days is None else asyncio.create_task(shelf.tidy(settings.snippet_days))
        try:
            yield
        finally:
            if tidying is not None:
                tidying.cancel()
            await opening  # of which the thread could not be called back
            await asyncio.to_thread(workers.stop)
            await asyncio.to_thread(shelf.stop)
            await executor.stop()

    metrics = Metrics()
    shelf = Shelf(settings.database, Rate(settings.snippet_burst, settings.snippet_seconds))
    workers = Workers(settings.renders, settings.render_seconds)
    middleware = [
        Middleware(Journal, metrics=metrics),
        Middleware(SecurityHeaders),
        Middleware(OwnNames, names=settings.names),
        Middleware(ReadFromAnywhere),
        Middleware(Head),
        Middleware(Compress),
    ]
    if settings.origins:
        middleware.append(
            Middleware(
                CORSMiddleware,
                allow_origins=settings.origins,
                allow_methods=METHODS,
                allow_headers=ASKED,
                expose_headers=TOLD,
            )
        )
    middleware.append(Middleware(Faults))
    app = FastAPI(
        title="Gradwalk",
        version=__version__,
        description=_DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        # FastAPI's pages about the API load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        middleware=middleware,
    )
    app.state.settings = settings
    app.state.executor = executor
    app.state.metrics = metrics
    app.state.shelf = shelf
    app.state.workers = workers
    app.state.admission = Admission(
        settings.running,
        settings.queue,
        settings.client_running,
        settings.client_queue,
        settings.aside,
        settings.turn_seconds,
    )
    app.state.reading = Admission(1, settings.queue, 1, settings.client_queue)
    metrics.watch(app.state.admission)
    app.state.ends = False  # until the server is about to (api.departure)
    app.state.flights = Flights()
    app.state.untaken = Untaken()
    app.state.listing = asyncio.Lock()
    app.state.traces = Traces(
        TraceCache(settings.cache_bytes, settings.cache_directory, settings.cache_disk_bytes),
        workers,
        Admission(settings.renders, settings.render_queue, settings.renders, settings.client_render_queue),
    )
    # A redirect would have to name the whole address, which a proxy in front may know under another one.
    app.router.redirect_slashes = False
    app.router.routes.append(traces.KeptRoute())
    app.include_router(routes.router)
    app.include_router(traces.router)
    app.include_router(pictures.router)
    app.include_router(snippets.router)
    app.include_router(lessons.router)
    app.include_router(links.router)
    # As the default, not as a mount at "/": that would answer GET on addresses that take only POST.
    app.router.default = Page(settings.page)
    problems.install(app)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    return app
