"""A browser driven by the W3C's WebDriver protocol: the little of it that the modes need, over plain HTTP."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The name under which WebDriver sends a reference to an element."""
KEYS = {
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
    "End": "\ue010",
    "Home": "\ue011",
    "Enter": "\ue007",
    "Escape": "\ue00c",
    "Tab": "\ue004",
    "Backspace": "\ue003",
    "Alt": "\ue00a",
    "Control": "\ue009",
    "Shift": "\ue008",
}


@dataclass(frozen=True)
class Kind:
    """A browser: its driver, what the driver starts, and whether it needs a screen."""

    name: str
    driver: str
    options: dict[str, Any]
    screen: bool


class Refused(Exception):
    """The driver answered with an error: its name and message."""


class Session:
    """One window."""

    def __init__(self, client: httpx.Client, capabilities: dict[str, Any]) -> None:
        self._client = client
        answer = self._send("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self._path = f"/session/{answer['sessionId']}"
        self.version: str = answer["capabilities"]["browserVersion"]

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self._client.request(method, path, json=body if method == "POST" else None)
        value = answer.json()["value"]
        if answer.is_error:
            raise Refused(f"{value['error']}: {value['message']}")
        return value

    def post(self, path: str, **body: Any) -> Any:
        """Send a command of this session."""
        return self._send("POST", self._path + path, body)

    def get(self, path: str) -> Any:
        """Ask for something of this session."""
        return self._send("GET", self._path + path)

    def close(self) -> None:
        """End the session, and with it the browser."""
        self._send("DELETE", self._path)

    def goto(self, address: str) -> None:
        """Open an address and wait until it is loaded."""
        self.post("/url", url=address)

    def resize(self, width: int, height: int) -> None:
        """Make what is seen of the page this large, where the browser has a window that can be resized."""
        try:
            self.post("/window/rect", width=width, height=height)
        except Refused:
            return
        inner = self.js("return [innerWidth, innerHeight]")
        self.post("/window/rect", width=2 * width - inner[0], height=2 * height - inner[1])

    def js(self, body: str, *arguments: Any) -> Any:
        """What a function with this body and these arguments returns."""
        return self.post("/execute/sync", script=body, args=list(arguments))

    def later(self, body: str, *arguments: Any) -> Any:
        """What a function returns that may wait for something."""
        told = f"const told = arguments[arguments.length - 1]; (async () => {{ {body} }})()"
        script = f"{told}.then(told, error => told(String(error)));"
        return self.post("/execute/async", script=script, args=list(arguments))

    def element(self, selector: str) -> str:
        """The first element that fits, by its reference."""
        found: str = self.post("/element", using="css selector", value=selector)[ELEMENT]
        return found

    def click(self, selector: str) -> None:
        """A real click into the middle of an element, one of a drawing too."""
        x, y = self.js(
            "const e = document.querySelector(arguments[0]);"
            "if (!(e instanceof SVGElement)) e.scrollIntoViewIfNeeded();"
            "const box = e.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]",
            selector,
        )
        steps = [
            {"type": "pointerMove", "x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self.post("/actions", actions=[{"type": "pointer", "id": "mouse", "actions": steps}])

    def press(self, *keys: str) -> None:
        """Press a key, or hold the first ones while the last is pressed."""
        codes = [KEYS.get(key, key) for key in keys]
        steps = [{"type": "keyDown", "value": code} for code in codes]
        steps += [{"type": "keyUp", "value": code} for code in reversed(codes)]
        self.post("/actions", actions=[{"type": "key", "id": "keyboard", "actions": steps}])

    def drag(self, *points: tuple[int, int]) -> None:
        """Press the mouse at the first point, move over the others, let go."""
        moves = [{"type": "pointerMove", "x": x, "y": y, "duration": 30} for x, y in points]
        steps = [moves[0], {"type": "pointerDown", "button": 0}, *moves[1:], {"type": "pointerUp", "button": 0}]
        self.post("/actions", actions=[{"type": "pointer", "id": "mouse", "actions": steps}])

    def attach(self, selector: str, file: Path) -> None:
        """Choose a file in a field."""
        self.post(f"/element/{self.element(selector)}/value", text=str(file))

    def shot(self, path: Path) -> None:
        """Write a picture of what is seen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(self.get("/screenshot")))

    def windows(self) -> list[str]:
        """The open windows, in no order."""
        found: list[str] = self.get("/window/handles")
        return found

    def window(self) -> str:
        """The window that is driven."""
        found: str = self.get("/window")
        return found

    def turn_to(self, window: str) -> None:
        """Drive another window."""
        self.post("/window", handle=window)


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


@contextmanager
def screen() -> Iterator[str]:
    """A screen that nobody sees, by its name; the one there is, if there is one."""
    if shutil.which("Xvfb") is None:
        yield os.environ["DISPLAY"]
        return
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "2000x1300x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        try:
            with os.fdopen(reading) as said:
                yield f":{said.readline().strip()}"
        finally:
            server.terminate()


@contextmanager
def opened(kind: Kind, display: str) -> Iterator[Session]:
    """A browser of this kind, with a profile of its own."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="gradwalk-browser-") as home:
        environment = {
            **os.environ,
            "HOME": home,
            "XDG_RUNTIME_DIR": home,
            "DISPLAY": display,
            "LIBGL_ALWAYS_SOFTWARE": "1",
            # Bubblewrap needs user namespaces, which a container seldom gives; what is opened here is our own.
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
        }
        driver = subprocess.Popen(
            [kind.driver, f"--port={port}"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=90) as client:
                _until_it_listens(client)
                session = Session(client, kind.options)
                try:
                    yield session
                finally:
                    session.close()
        finally:
            # With the browser that it started, which outlives it where no session came about.
            os.killpg(driver.pid, signal.SIGTERM)
            driver.wait(timeout=20)


def _until_it_listens(client: httpx.Client) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            client.get("/status")
            return
        except httpx.TransportError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
