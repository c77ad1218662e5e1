"""Finds a Chromium for the browser tests, installs Debian's where it may, and else says what to install.

The one without any window of its own comes first: a page opens in it at a third of the processor's time.

Prints the path of the browser as its last line. `CHROMIUM=/path` names another one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
MAC_PATHS = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
]
ADVICE = (
    "The browser tests need Chromium. Install it (Debian: apt-get install chromium; elsewhere Google Chrome does as\n"
    "well), or name one: CHROMIUM=/path/to/chromium make test. All checks but the browser tests: make check"
)


def find() -> str | None:
    """The path of the browser to use, if there is one."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path), None) or next((p for p in MAC_PATHS if os.path.exists(p)), None)


def apt_get() -> list[str] | None:
    """The command that may install packages here without asking a person, if there is one."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n", "apt-get"]
    return None


def install(command: list[str]) -> None:
    """Debian's chromium, and a font, without which every letter is a box. Older Debians have only the whole browser."""
    print("==> Installing Debian's chromium", file=sys.stderr, flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}

    def does(*step: str) -> bool:
        return subprocess.run([*command, *step], env=quiet, stdout=sys.stderr, check=False).returncode == 0

    if does("update", "-q"):
        for browser in ("chromium-headless-shell", "chromium"):
            if does("install", "-q", "-y", "--no-install-recommends", browser, "fonts-liberation"):
                return


def main() -> None:
    """Finds, installs or explains."""
    command = None if os.environ.get("CHROMIUM") else apt_get()
    if find() is None and command is not None:
        install(command)
    path = find()
    if path is None:
        sys.exit(ADVICE)
    print(path)


if __name__ == "__main__":
    main()
