"""An event loop in a thread of its own, so that asynchronous work can be waited for from anywhere.

A notebook's kernel already runs a loop in the thread that runs cells, and a fork server lives no longer than the thread
that started it: one thread for as long as Python lives serves both.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Background:
    """The loop, which begins with the first call."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """What ``work`` comes to; an interrupt (Ctrl-C) while this waits cancels it."""
        future = asyncio.run_coroutine_threadsafe(work, self._running())
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                loop = asyncio.new_event_loop()
                threading.Thread(target=loop.run_forever, name="gradwalk", daemon=True).start()
                self._loop = loop
            return self._loop


BACKGROUND = Background()
