"""A server process that keeps snippets and runs nothing: `python -m tests.store.server DATABASE_URL`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import uvicorn

from gradwalk.api import Settings, create_app
from tests.api.fake import FakeExecutor


async def main(url: str) -> None:
    """Serve on a free port, which is printed, until killed."""
    app = create_app(Settings(page=Path("/nowhere"), database=url, snippet_burst=10**9), FakeExecutor())
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    print(server.servers[0].sockets[0].getsockname()[1], flush=True)
    await serving


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
