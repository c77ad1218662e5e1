"""Where what was built of the page lies: in the package when installed, in ``frontend/dist`` in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def page_directory() -> Path:
    """The folder that holds ``index.html``, its assets and the files that a single HTML file is made from."""
    packaged = _PACKAGE / "static"
    return packaged if packaged.is_dir() else _PACKAGE.parents[1] / "frontend" / "dist"
