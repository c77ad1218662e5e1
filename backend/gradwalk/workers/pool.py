"""Workers that wait for jobs: started when first needed, killed when a job takes too long, ended with the server."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO, NoReturn, cast

from gradwalk import errors
from gradwalk.workers.wire import receive, send

_IDLE_SECONDS = 300.0
"""A worker that has had nothing to do for so long is ended at the next job."""


class Workers:
    """At most ``most`` processes, each with one job at a time of at most ``seconds``."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._threads: ThreadPoolExecutor | None = None
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._lock = threading.Lock()
        weakref.finalize(self, _end, self._all)

    async def do(self, job: str, document: bytes, **words: Any) -> bytes:
        """What the job makes of the trace; raises what it raises, and :class:`RenderingTooSlow`."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self._most, thread_name_prefix="worker")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._do, job, document, words)

    def stop(self) -> None:
        """End every worker, whatever it is at; the next job starts anew."""
        threads, self._threads = self._threads, None
        _end(self._all)
        if threads is not None:
            threads.shutdown(wait=True, cancel_futures=True)
        self._idle.clear()

    def _do(self, job: str, document: bytes, words: dict[str, Any]) -> bytes:
        worker = self._take()
        try:
            head, made = worker.ask({"job": job, **words}, document, self._seconds)
        except BaseException:
            self._all.discard(worker)
            worker.kill()
            raise
        with self._lock:
            self._idle.append(worker)
        if "error" in head:
            _raise(head["error"], head["message"])
        return made

    def _take(self) -> _Worker:
        with self._lock:
            now = time.monotonic()
            while self._idle:
                worker = self._idle.pop()
                if now - worker.last < _IDLE_SECONDS and worker.alive:
                    return worker
                self._all.discard(worker)
                worker.kill()
        worker = _Worker()
        self._all.add(worker)
        return worker


class _Worker:
    """One process."""

    def __init__(self) -> None:
        command = [sys.executable, "-s", "-P", "-m", "gradwalk.workers.worker"]
        self.last = time.monotonic()
        self._overdue = False
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment(), process_group=0
        )

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, head: dict[str, Any], document: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        clock = threading.Timer(seconds, self._give_up)
        clock.start()
        try:
            send(cast(BinaryIO, self._process.stdin), head, document)
            out = cast(BinaryIO, self._process.stdout)
            answer = receive(out)
        except BrokenPipeError:
            answer = None
        finally:
            clock.cancel()
        if answer is None and self._overdue:
            raise errors.RenderingTooSlow(f"This took longer than {seconds:g} s, and was given up: ask for less.")
        if answer is None:
            raise errors.RenderingFailed("The process that makes this ended in the middle of it: ask for less.")
        self.last = time.monotonic()
        return answer

    def _give_up(self) -> None:
        self._overdue = True
        self._kill()

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)  # and what draws for it

    def kill(self) -> None:
        self._kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self._process.wait()


def _environment() -> dict[str, str]:
    """What is needed to find programs and fonts, and nothing that may be secret, like a database's password."""
    needed = ("PATH", "HOME", "LANG", "FONTCONFIG_PATH", "TMPDIR")
    return {name: os.environ[name] for name in needed if name in os.environ}


def _end(workers: set[_Worker]) -> None:
    for worker in list(workers):
        worker.kill()
    workers.clear()


def _raise(name: str, message: str) -> NoReturn:
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, errors.GradwalkError):
        raise kind(message)
    raise RuntimeError("a worker failed; its own log says why")
