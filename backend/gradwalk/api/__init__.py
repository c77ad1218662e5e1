"""The web side: requests in, traces out, every failure one shape; it never holds the engine nor reads a snippet."""

from gradwalk.api.app import create_app
from gradwalk.api.settings import Settings

__all__ = ["Settings", "create_app"]
