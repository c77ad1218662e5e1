"""The parser of a run's stream: whatever bytes come, in whatever pieces, it gives what they spell and ends."""

from __future__ import annotations

import asyncio
import contextlib
import socket

from hypothesis import given
from hypothesis import strategies as st

from gradwalk.limits import LIMITS
from gradwalk.sandbox.channel import Channel, Overrun
from gradwalk.sandbox.stream import CPU_BEFORE, END, LENGTH, pack_frame
from tests.fuzzing import cases

SMALL = LIMITS._replace(frame_bytes=40, stream_bytes=100)
HELLO = CPU_BEFORE.pack(0.25)

frames = st.binary(min_size=1, max_size=50).map(pack_frame)
streams = st.lists(frames | st.just(END) | st.binary(max_size=12), max_size=8).map(b"".join)


def spelled(stream: bytes) -> tuple[list[bytes], str]:
    """What the format says of a stream after its first field: its frames, and how it ends."""
    found: list[bytes] = []
    while len(stream) >= LENGTH.size:
        size = int.from_bytes(stream[:4], "big")
        if size == 0:
            return found, "over"
        if size > SMALL.frame_bytes or sum(map(len, found)) + size > SMALL.stream_bytes:
            return found, "overrun"
        if len(stream) < 4 + size:
            break
        found.append(stream[4 : 4 + size])
        stream = stream[4 + size :]
    return found, "closed"


async def taken(pieces: list[bytes]) -> tuple[list[bytes], str, Channel]:
    """What the parser makes of these pieces."""
    ours, theirs = socket.socketpair()
    channel = Channel(ours, SMALL)
    found: list[bytes] = []
    end = "closed"

    async def send() -> None:
        with theirs:
            theirs.recv(100)
            with contextlib.suppress(BrokenPipeError):  # nobody listens any more to what comes after the end
                for piece in pieces:
                    theirs.send(piece)
                    await asyncio.sleep(0)

    async def take() -> None:
        nonlocal end
        try:
            async for frame in channel.frames(b"request"):
                found.append(frame)  # noqa: PERF401  # what came before an overrun counts
        except Overrun:
            end = "overrun"

    async with asyncio.timeout(10):
        taking = asyncio.ensure_future(take())
        await asyncio.sleep(0)
        await send()
        await taking
    return found, "over" if channel.over else end, channel


@cases(150)
@given(streams, st.lists(st.integers(1, 30), max_size=20))
def test_what_comes_is_what_was_spelled(stream: bytes, cuts: list[int]) -> None:
    whole = HELLO + stream
    pieces = []
    for cut in cuts:
        pieces.append(whole[:cut])
        whole = whole[cut:]
    pieces = [piece for piece in [*pieces, whole] if piece]
    found, end, channel = asyncio.run(taken(pieces))
    assert (found, end) == spelled(stream)
    assert channel.cpu_before == 0.25


@cases(30)
@given(st.binary(max_size=7))
def test_a_child_that_does_not_come_to_its_first_field_has_sent_nothing(begun: bytes) -> None:
    found, end, channel = asyncio.run(taken([begun] if begun else []))
    assert (found, end, channel.cpu_before) == ([], "closed", 0.0)
