"""The command line: ``gradwalk run | serve | export | open | examples | ops | doctor | schema``.

One module a command; ``app.py`` holds what they share, ``status.py`` what their exit statuses mean.
"""

from __future__ import annotations

from gradwalk.cli.app import main
from gradwalk.cli.outputs import show

__all__ = ["main", "show"]
