"""``torch.version``."""

from __future__ import annotations

__version__ = "2.13.0+cpu"
debug = False
cuda = hip = xpu = git_version = None
