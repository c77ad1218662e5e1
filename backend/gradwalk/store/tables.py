"""The tables of the database, as SQLAlchemy has them; `migrations/` makes them, step by step."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table, Text

METADATA = MetaData()

SNIPPETS = Table(
    "snippets",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("content", Text, nullable=False),
    Column("read_day", Integer, index=True),
)
"""``id`` is the shortest free beginning of ``hash``, which is that of ``content``, a request's JSON in one form.
``read_day`` is the day on which it was last read or put there, counted from 1970; null if nobody has noted it yet."""

CLAIMS = Table(
    "claims",
    METADATA,
    Column("snippet", String(32), ForeignKey("snippets.id", ondelete="CASCADE"), primary_key=True),
    Column("secret", LargeBinary(32), primary_key=True),
)
"""Who may delete: the hash of each secret that was given out for a snippet."""
