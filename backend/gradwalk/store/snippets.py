"""Snippets: code kept under a short name that follows from the code, until everybody who put it there takes it back.

The same content always has the same name, so that putting it there twice changes nothing. Everyone who puts it there
gets a secret of their own; it goes when the last of them has given theirs back, so that nobody can take from others
what they rely on. Only hashes of secrets are kept. Who sends a key of their own choice along (`Idempotency-Key`)
gets a secret that follows from it: a request that is sent again, because its answer was lost, is answered the same.

The day on which each was last read or put there is noted, so that :meth:`Snippets.clear` can clear away old ones.
"""

from __future__ import annotations

import contextlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from gradwalk.errors import NoSuchSnippet, StoreUnavailable, WrongSecret
from gradwalk.store.database import connect, migrate, unanswered
from gradwalk.store.names import LONGEST, SHORTEST, letters
from gradwalk.store.tables import CLAIMS, SNIPPETS

_MOST_CLAIMS = 1_000
_TRIES = 5
_AGAIN_SECONDS = 2.0
"""How long a database that did not answer is left alone."""
_AT_ONCE = 500
"""Snippets cleared away in one transaction: nobody waits for more."""
_DAY = 24 * 60 * 60

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Put:
    """What became of a snippet that was put there."""

    id: str
    secret: str | None
    """None if so many others have put it there that no more secrets are given out for it."""
    new: bool


class Snippets:
    """Those in one database; every method may wait for it, and raises :class:`StoreUnavailable` if it is not there."""

    def __init__(self, url: str, clock: Callable[[], float] = time.time) -> None:
        self._engine = connect(url)
        self._clock = clock
        self._lock = threading.Lock()
        self._ready = False
        self._not_before = 0.0

    def open(self) -> None:
        """Bring the database up to date, unless that has been done."""
        with self._lock:
            if self._ready:
                return
            if time.monotonic() < self._not_before:
                raise StoreUnavailable("The database of snippets does not answer.")
            try:
                migrate(self._engine)
            except StoreUnavailable:
                self._not_before = time.monotonic() + _AGAIN_SECONDS
                raise
            self._ready = True

    def close(self) -> None:
        """Let go of its connections; what is in memory only is gone with them."""
        with self._lock:
            self._engine.dispose()
            self._ready = False

    def put(self, content: str, key: str | None = None) -> Put:
        """Keep ``content``; when this returns it is on the disk."""
        spelt = sha256(content.encode()).digest()
        secret = secrets.token_urlsafe(24) if key is None else _derived(key, spelt)
        # Two who put the same there at the same moment: one of them finds it there at the second try.
        today = self._today()
        return self._tried(lambda connection: _put(connection, content, spelt, secret, today), again=IntegrityError)

    def get(self, snippet: str) -> str:
        """Its content; raises :class:`NoSuchSnippet`."""
        wanted = select(SNIPPETS.c.content, SNIPPETS.c.read_day).where(SNIPPETS.c.id == snippet)
        found = self._tried(lambda connection: connection.execute(wanted).one_or_none(), reads=True)
        if found is None:
            raise _missing(snippet)
        if found.read_day != self._today():
            # Once a day; and it is read whether or not that can be noted.
            with contextlib.suppress(StoreUnavailable):
                self._tried(lambda connection: _touch(connection, snippet, self._today()))
        return str(found.content)

    def delete(self, snippet: str, secret: str) -> bool:
        """Take back who had this secret; true if the snippet is gone with that, false if others hold on to it.

        Raises :class:`NoSuchSnippet` or :class:`WrongSecret`.
        """
        return self._tried(lambda connection: _delete(connection, snippet, secret))

    def clear(self, days: int) -> int:
        """Clear away what nobody has read or put there for more than so many days; says how many that were."""
        today = self._today()
        cleared = 0
        while (now := self._tried(lambda connection: _clear(connection, today, days))) > 0:
            cleared += now
        return cleared

    def _today(self) -> int:
        return int(self._clock() // _DAY)

    def _tried(
        self,
        work: Callable[[Connection], Result],
        *,
        reads: bool = False,
        again: type[Exception] | tuple[type[Exception], ...] = (),
    ) -> Result:
        self.open()
        for left in reversed(range(_TRIES)):
            try:
                with self._engine.connect().execution_options(reads=reads) as connection, connection.begin():
                    return work(connection)
            except again:
                if not left:
                    raise StoreUnavailable("The database of snippets is too busy.") from None
            except SQLAlchemyError as error:
                raise unanswered(error) from error
        raise AssertionError("unreachable")


def _put(connection: Connection, content: str, spelt: bytes, secret: str, today: int) -> Put:
    name = connection.scalar(select(SNIPPETS.c.id).where(SNIPPETS.c.hash == spelt.hex()))
    new = name is None
    if name is None:
        name = _free_name(connection, spelt)
        connection.execute(insert(SNIPPETS).values(id=name, hash=spelt.hex(), content=content, read_day=today))
    elif not _touch(connection, name, today):
        # Whoever took it back at this moment, or cleared it away, has been waited for.
        return _put(connection, content, spelt, secret, today)
    kept = _hash(secret)
    if connection.scalar(select(CLAIMS.c.snippet).where(_claim(name, kept))) is not None:
        return Put(name, secret, new)
    claims = connection.scalar(select(func.count()).select_from(CLAIMS).where(CLAIMS.c.snippet == name)) or 0
    if claims >= _MOST_CLAIMS:
        return Put(name, None, new)
    connection.execute(insert(CLAIMS).values(snippet=name, secret=kept))
    return Put(name, secret, new)


def _delete(connection: Connection, snippet: str, secret: str) -> bool:
    held = select(SNIPPETS.c.id).where(SNIPPETS.c.id == snippet).with_for_update()
    if connection.scalar(held) is None:
        raise _missing(snippet)
    if not connection.execute(delete(CLAIMS).where(_claim(snippet, _hash(secret)))).rowcount:
        raise WrongSecret(f"This is not a secret of the snippet {snippet}, or it has been used.")
    if connection.scalar(select(func.count()).select_from(CLAIMS).where(CLAIMS.c.snippet == snippet)):
        return False
    connection.execute(delete(SNIPPETS).where(SNIPPETS.c.id == snippet))
    return True


def _touch(connection: Connection, snippet: str, today: int) -> bool:
    """Note that it is in use, and hold it until the transaction ends; false if it is not there."""
    return connection.execute(update(SNIPPETS).where(SNIPPETS.c.id == snippet).values(read_day=today)).rowcount > 0


def _clear(connection: Connection, today: int, days: int) -> int:
    """One transaction's worth of those that are too old; those of unknown age count from today."""
    connection.execute(update(SNIPPETS).where(SNIPPETS.c.read_day.is_(None)).values(read_day=today))
    old = SNIPPETS.c.read_day < today - days
    some = select(SNIPPETS.c.id).where(old).limit(_AT_ONCE)
    # The age once more: on PostgreSQL somebody may read one between the two.
    return connection.execute(delete(SNIPPETS).where(SNIPPETS.c.id.in_(some) & old)).rowcount


def _free_name(connection: Connection, spelt: bytes) -> str:
    """The shortest beginning of its hash that no other content has."""
    whole = letters(spelt)
    for length in range(SHORTEST, LONGEST + 1):
        name = whole[:length]
        if connection.scalar(select(SNIPPETS.c.id).where(SNIPPETS.c.id == name)) is None:
            return name
    raise StoreUnavailable("There is no name left for this snippet.")


def _derived(key: str, spelt: bytes) -> str:
    """The secret of whoever chose ``key``: nobody can find it who does not know that."""
    return hmac.digest(key.encode(), b"gradwalk snippet " + spelt, "sha256")[:24].hex()


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _claim(snippet: str, kept: bytes) -> Any:
    return (CLAIMS.c.snippet == snippet) & (CLAIMS.c.secret == kept)


def _missing(snippet: str) -> NoSuchSnippet:
    return NoSuchSnippet(f"There is no snippet {snippet}; it may have been deleted.")
