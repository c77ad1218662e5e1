"""The application put together: executor, routes, problems, page and headers."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from gradwalk import __version__
from gradwalk.api import problems
from gradwalk.api.admission import Admission
from gradwalk.api.headers import SecurityHeaders
from gradwalk.api.journal import Journal
from gradwalk.api.metrics import Metrics
from gradwalk.api.page import Page
from gradwalk.api.routes import router
from gradwalk.api.settings import Settings
from gradwalk.sandbox.executor import Executor
from gradwalk.trace.lines import Line

_DESCRIPTION = (
    "Run the code of an automatic differentiation lesson, as written for PyTorch, and get everything that happened: "
    "values, graph, gradients, step by step."
)


def create_app(settings: Settings, executor: Executor) -> FastAPI:
    """The server, which runs snippets with ``executor``; it starts and stops it."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await executor.start()
        try:
            yield
        finally:
            await executor.stop()

    metrics = Metrics()
    middleware = [
        Middleware(Journal, metrics=metrics),
        Middleware(SecurityHeaders),
        Middleware(GZipMiddleware, minimum_size=1024, compresslevel=4),
    ]
    if settings.origins:
        middleware.append(
            Middleware(
                CORSMiddleware,
                allow_origins=settings.origins,
                allow_methods=["GET", "POST"],
                allow_headers=["Content-Type"],
                expose_headers=["Retry-After"],
            )
        )
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
    app.state.admission = Admission(
        settings.running,
        settings.queue,
        settings.client_running,
        settings.client_queue,
        settings.aside,
        settings.turn_seconds,
    )
    metrics.watch(app.state.admission)
    app.include_router(router)
    # As the default, not as a mount at "/": that would answer GET on addresses that take only POST.
    app.router.default = Page(settings.page)
    problems.install(app)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _whole(tree: Any) -> Any:
    """Bounds as whole numbers again, which FastAPI has made floats of: as such, that of a seed is another one."""
    if isinstance(tree, dict):
        return {name: _whole(part) for name, part in tree.items()}
    if isinstance(tree, list):
        return [_whole(part) for part in tree]
    return int(tree) if isinstance(tree, float) and tree.is_integer() else tree


def _openapi(app: FastAPI) -> dict[str, Any]:
    """FastAPI's description, with the one shape that all problems have, and that of a trace's lines."""
    if app.openapi_schema is None:
        schema = _whole(
            get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        )
        parts = schema["components"]["schemas"]
        # FastAPI's own answer to parameters that are not valid: no route here gives it.
        for unused in ("HTTPValidationError", "ValidationError"):
            parts.pop(unused, None)
        for operation in (call for path in schema["paths"].values() for call in path.values()):
            if "HTTPValidationError" in str(operation["responses"].get("422")):
                del operation["responses"]["422"]
        for name, model in (("Problem", problems.Problem), ("Line", Line)):
            described = model.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
            for part, its_schema in described.pop("$defs").items():
                parts.setdefault(part, _whole(its_schema))
            parts[name] = described
        app.openapi_schema = schema
    return app.openapi_schema
