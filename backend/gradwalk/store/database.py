"""The database that a URL names, made ready: SQLite or PostgreSQL, so that what was acknowledged survives a kill.

Every server brings it up to date when it first uses it, one at a time: under a lock of the database's own, so that
two that start at once do not both make the tables.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from gradwalk.errors import GradwalkError, StoreUnavailable
from gradwalk.store.address import UNREADABLE, check

_LOCK = 0x6772_6164_7761_6C6B
"""Any number that nobody else takes for an advisory lock: "gradwalk"."""
_SECONDS = 5


def connect(url: str) -> Engine:
    """An engine for ``url``; nothing is opened yet. Raises :class:`GradwalkError` if it names no database."""
    check(url)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise GradwalkError(UNREADABLE) from None
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "postgresql+psycopg":
        return create_engine(
            parsed,
            pool_size=4,
            max_overflow=0,
            pool_timeout=_SECONDS,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": _SECONDS,
                # A server may be set to acknowledge what it has not written yet.
                "options": f"-c synchronous_commit=on -c statement_timeout={_SECONDS * 1000} -c lock_timeout=30000",
            },
        )
    in_memory = parsed.database in (None, "", ":memory:")
    engine = create_engine(
        parsed,
        connect_args={"check_same_thread": False, "timeout": _SECONDS},
        poolclass=QueuePool,
        # One in memory is where its one connection is.
        pool_size=1 if in_memory else 4,
        max_overflow=0,
        pool_timeout=_SECONDS,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def migrate(engine: Engine) -> None:
    """Bring the database up to date; raises :class:`~gradwalk.errors.StoreUnavailable`."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    try:
        if engine.dialect.name == "sqlite" and engine.url.database not in (None, "", ":memory:"):
            _make_private(Path(str(engine.url.database)))
        # SQLite's BEGIN IMMEDIATE is a lock already.
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL statement_timeout = 30000")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except (SQLAlchemyError, OSError) as error:
        raise unanswered(error) from error


def _make_private(path: Path) -> None:
    """Have the file be there, for this user alone if it is new: SQLite would let everybody on the machine read what
    people keep. The logs that SQLite puts beside it have the same rights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))


def unanswered(error: Exception) -> StoreUnavailable:
    """That the database did not answer. The reason holds neither statements nor what was to be kept by them."""
    if isinstance(error, OSError):
        reason = f"{error.strerror}: {error.filename}"
    else:
        said = str(error.orig) if isinstance(error, DBAPIError) else ""
        reason = next(iter(said.splitlines()), "") or type(error).__name__
    return StoreUnavailable("The database of snippets does not answer.", reason)


def _prepare(connection: Any, _: Any) -> None:
    # SQLAlchemy's own BEGIN is sent instead of the driver's.
    connection.isolation_level = None
    cursor = connection.cursor()
    _write_ahead(cursor)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Have changes logged before they are made: SQLite does not wait by itself for others that begin to do so."""
    until = time.monotonic() + _SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _begin(connection: Connection) -> None:
    # A transaction that begins by reading and then writes could fail where one that waits at once cannot.
    reads = connection.get_execution_options().get("reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
