"""A client for a server elsewhere, with the interface of :func:`gradwalk.trace`: to wait for, or to await."""

from __future__ import annotations

from gradwalk.client.clients import AsyncClient, Client
from gradwalk.client.snippets import Kept, Snippet
from gradwalk.client.streams import AsyncStream, Stream

__all__ = ["AsyncClient", "AsyncStream", "Client", "Kept", "Snippet", "Stream"]
