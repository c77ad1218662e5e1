"""Serves the page with `watch.js` before its own scripts: `python -m tests.browsers.serve EMPTY_FOLDER`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from gradwalk import built

WATCH = Path(__file__).parent / "watch.js"
DOCUMENTS = ("index.html", "embed.html")


def watched(folder: Path) -> Path:
    """A copy of the built page whose documents keep their complaints."""
    shutil.copytree(built.page_directory(), folder, dirs_exist_ok=True)
    shutil.copy(WATCH, folder / "watch.js")
    for name in DOCUMENTS:
        document = folder / name
        text = document.read_text("utf-8")
        assert "<head>" in text
        document.write_text(text.replace("<head>", '<head><script src="./watch.js"></script>', 1), "utf-8")
    return folder


def allow_eval() -> None:
    """By it Playwright asks Firefox for anything; that the page itself does without it Chromium's tests see."""
    from gradwalk.api import headers, page

    own, with_eval = "script-src 'self'", "script-src 'self' 'unsafe-eval'"
    vars(page)["EMBEDDED"] = headers.EMBEDDED.replace(own, with_eval)
    headers.HEADERS["Content-Security-Policy"] = headers.POLICY.replace(own, with_eval)


if __name__ == "__main__":
    folder = watched(Path(sys.argv[1]))
    built.page_directory = lambda: folder
    from gradwalk.cli import main  # What is served is decided on import.

    allow_eval()
    sys.argv[1:] = ["serve", "--host", "127.0.0.1", "--port", "0"]
    main()
