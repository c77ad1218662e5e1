"""A snippet has one name that follows from it, and stays until everybody who put it there has taken it back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gradwalk.errors import GradwalkError, NoSuchSnippet, StoreUnavailable, WrongSecret
from gradwalk.store import snippets as module
from gradwalk.store.snippets import Snippets

KEY = "a key that nobody guesses"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "snippets.db"


@pytest.fixture
def store(file: Path) -> Iterator[Snippets]:
    kept = Snippets(f"sqlite:///{file}")
    yield kept
    kept.close()


def test_the_same_content_has_the_same_name_everywhere(store: Snippets, tmp_path: Path) -> None:
    other = Snippets(f"sqlite:///{tmp_path / 'other.db'}")
    first, again, elsewhere = store.put("x = 1"), store.put("x = 1"), other.put("x = 1")
    other.close()
    assert first.id == again.id == elsewhere.id
    assert (first.new, again.new, elsewhere.new) == (True, False, True)
    assert store.get(first.id) == "x = 1"
    assert len(first.id) == 10


def test_whoever_put_it_there_last_takes_it_away(store: Snippets) -> None:
    mine, yours = store.put("x"), store.put("x")
    assert mine.secret is not None
    assert yours.secret is not None
    assert mine.secret != yours.secret
    assert not store.delete(mine.id, mine.secret)
    with pytest.raises(WrongSecret):
        store.delete(mine.id, mine.secret)
    assert store.get(mine.id) == "x"
    assert store.delete(mine.id, yours.secret)
    with pytest.raises(NoSuchSnippet):
        store.get(mine.id)
    with pytest.raises(NoSuchSnippet):
        store.delete(mine.id, yours.secret)
    assert store.put("x").new


def test_a_request_that_is_sent_again_is_answered_the_same(store: Snippets) -> None:
    first, again = store.put("x", KEY), store.put("x", KEY)
    assert (first.id, first.secret) == (again.id, again.secret)
    assert store.put("y", KEY).secret != first.secret
    assert first.secret is not None
    assert store.delete(first.id, first.secret), "it was put there once, however often it was sent"


def test_no_secret_is_in_the_database(store: Snippets, file: Path) -> None:
    secret = store.put("x").secret
    derived = store.put("x", KEY).secret
    store.close()
    held = b"".join(path.read_bytes() for path in file.parent.iterdir())
    for hidden in (secret, derived, KEY):
        assert hidden is not None
        assert hidden.encode() not in held


def test_what_people_keep_is_for_nobody_else_on_the_machine(store: Snippets, file: Path) -> None:
    store.put("x")
    files = sorted(file.parent.iterdir())
    assert file in files
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_the_rights_of_a_database_that_is_there_stay_as_they_are(file: Path) -> None:
    file.parent.mkdir()
    file.touch(0o640)
    file.chmod(0o640)
    store = Snippets(f"sqlite:///{file}")
    store.put("x")
    store.close()
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_name_that_is_taken_grows(store: Snippets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "letters", lambda spelt: "2" * 10 + spelt.hex()[:22])
    first, second = store.put("x"), store.put("y")
    assert (len(first.id), len(second.id)) == (10, 11)
    assert (store.get(first.id), store.get(second.id)) == ("x", "y")


def test_so_many_at_once_are_all_kept(store: Snippets) -> None:
    with ThreadPoolExecutor(8) as threads:
        puts = list(threads.map(lambda k: store.put(f"x = {k % 5}"), range(60)))
    assert len({put.id for put in puts}) == 5
    assert sum(put.new for put in puts) == 5
    assert len({put.secret for put in puts}) == 60


def test_two_that_start_at_once_make_the_tables_once(file: Path) -> None:
    stores = [Snippets(f"sqlite:///{file}") for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(Snippets.open, stores))
    assert len({store.put("x").id for store in stores}) == 1
    for store in stores:
        store.close()
    connection = sqlite3.connect(file)
    assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0002",)]
    assert connection.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
    connection.close()


def test_a_new_database_that_another_is_changing_is_waited_for(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("CREATE TABLE before (x)")
    other.execute("BEGIN IMMEDIATE")
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        other.execute("COMMIT")

    monkeypatch.setattr("gradwalk.store.database.time.sleep", wait)
    store = Snippets(f"sqlite:///{file}")
    assert store.put("x").new
    assert len(waits) == 1
    store.close()
    other.close()


def test_a_database_that_cannot_be_had_is_said_to_be_so_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").write_text("no directory")
    store = Snippets(f"sqlite:///{tmp_path}/data/snippets.db")
    with pytest.raises(StoreUnavailable):
        store.put("x")
    (tmp_path / "data").unlink()
    monkeypatch.setattr("time.monotonic", lambda: 1e12)
    assert store.put("x").new
    store.close()


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/name"])
def test_other_databases_are_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(GradwalkError, match="sqlite:///PATH"):
        Snippets(url)


class Days:
    """A clock that goes by days."""

    day = 20_000

    def __call__(self) -> float:
        """The time, at noon."""
        return (self.day + 0.5) * 24 * 60 * 60


def test_what_nobody_reads_for_so_many_days_is_cleared_away(tmp_path: Path) -> None:
    clock = Days()
    store = Snippets(f"sqlite:///{tmp_path / 'snippets.db'}", clock)
    read, put_again, left = store.put("read"), store.put("put again"), store.put("left")
    clock.day += 20
    assert store.get(read.id) == "read"
    assert not store.put("put again").new
    clock.day += 10
    assert store.clear(30) == 0, "thirty days are not more than thirty"
    clock.day += 1
    assert store.clear(30) == 1
    with pytest.raises(NoSuchSnippet):
        store.get(left.id)
    assert (store.get(read.id), store.get(put_again.id)) == ("read", "put again")
    assert store.put("left").new
    clock.day += 31
    assert store.clear(30) == 3
    store.close()


def test_snippets_of_before_the_day_was_noted_count_from_the_first_look(tmp_path: Path) -> None:
    clock = Days()
    store = Snippets(f"sqlite:///{tmp_path / 'snippets.db'}", clock)
    name = store.put("x").id
    store.close()
    connection = sqlite3.connect(tmp_path / "snippets.db")
    connection.execute("UPDATE snippets SET read_day = NULL")
    connection.commit()
    connection.close()
    assert store.clear(1) == 0
    clock.day += 2
    assert store.clear(1) == 1
    with pytest.raises(NoSuchSnippet):
        store.get(name)
    store.close()


def test_more_than_go_in_one_transaction_are_all_cleared_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    clock = Days()
    store = Snippets(f"sqlite:///{tmp_path / 'snippets.db'}", clock)
    for number in range(5):
        store.put(str(number))
    clock.day += 9
    assert store.clear(8) == 5
    store.close()


def test_a_full_disk_is_the_reason_why_a_database_does_not_answer(store: Snippets) -> None:
    store.put("x")
    with store._engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 12")
    with pytest.raises(StoreUnavailable) as refused:
        store.put("y" * 1_000_000)
    assert refused.value.reason == "database or disk is full"
    assert store.put("x").new is False
