"""Which databases there can be, told from a URL's beginning: what reads the rest of it takes long to load."""

from __future__ import annotations

from gradwalk.errors import GradwalkError

UNREADABLE = "The database's URL cannot be read: give sqlite:///PATH or postgresql://..."
_KINDS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg", "postgres")


def check(url: str) -> None:
    """Raises :class:`GradwalkError` if it begins as the URL of no database that snippets are kept in."""
    kind, separator, _ = url.partition("://")
    if not separator:
        raise GradwalkError(UNREADABLE)
    if kind not in _KINDS:
        raise GradwalkError("Snippets are kept in SQLite or PostgreSQL: give sqlite:///PATH or postgresql://...")
