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


if __name__ == "__main__":
    page = watched(Path(sys.argv[1]))
    built.page_directory = lambda: page
    from gradwalk.cli import main  # What is served is decided on import.

    sys.argv[1:] = ["serve", "--host", "127.0.0.1", "--port", "0"]
    main()
