"""A client for a server elsewhere, with the interface of :func:`gradwalk.trace`: to wait for, or to await."""

from __future__ import annotations

from gradwalk.client.clients import AsyncClient, Client

__all__ = ["AsyncClient", "Client"]
