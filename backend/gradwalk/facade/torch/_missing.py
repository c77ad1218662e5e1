"""The error for a name that a module of the facade does not have."""

from __future__ import annotations

import sys

from gradwalk.engine import names


def missing(module: str, name: str) -> AttributeError:
    """The error for ``module.name``."""
    known = getattr(sys.modules.get(module), "__all__", [])
    return names.missing(module, name, f"module '{module}' has no attribute '{name}'", known)
