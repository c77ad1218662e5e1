"""How fast a trace that is kept is answered, beside the plainest answer there is: `python -m tests.bench.cached`."""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path

import uvicorn

from gradwalk.api import Settings, create_app, examples
from gradwalk.api.patience import impatient
from tests.api.test_kept import lesson

ROUNDS, REQUESTS = 15, 300


async def main() -> None:
    """Serve and ask, in turns, over one connection each."""
    app = create_app(Settings(page=Path("/nowhere"), database="sqlite://"), lesson())
    server = uvicorn.Server(uvicorn.Config(app, port=0, http=impatient(10), log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = examples.FIRST_GRAPH.encode()
    head = ("POST /api/v1/traces HTTP/1.1", "Host: x", "Content-Type: text/x-python", f"Content-Length: {len(body)}")
    writer.write("\r\n".join((*head, "", "")).encode() + body)
    made = await _answer(reader)
    where = next(line.split(b": ")[1].decode() for line in made.split(b"\r\n") if line.startswith(b"location"))
    rates: dict[str, list[float]] = {"/healthz": [], where: []}
    for _ in range(ROUNDS):
        for address, found in rates.items():
            asked = f"GET {address} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n".encode()
            began = time.perf_counter()
            for _ in range(REQUESTS):
                writer.write(asked)
                await _answer(reader)
            found.append(REQUESTS / (time.perf_counter() - began))
    ping, kept = (statistics.median(found) for found in rates.values())
    print(f"ping {ping:,.0f}/s, kept trace {kept:,.0f}/s: {kept / ping:.0%}")
    writer.close()
    server.should_exit = True
    await serving


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"content-length"))
    await reader.readexactly(length)
    return head


if __name__ == "__main__":
    asyncio.run(main())
