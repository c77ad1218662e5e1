"""What a server has acknowledged is there: for the other server on the same database, and after any kill."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import httpx
import pytest

from gradwalk.errors import NoSuchSnippet, StoreUnavailable
from gradwalk.store.snippets import Snippets
from tests.fuzzing import TIMES
from tests.store.postgres import Postgres, running

ROUNDS = 2 * TIMES
URL = "/api/v1/snippets"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running() as started:
        yield started


OVER_TCP = ["postgresql over TCP"] if TIMES > 1 else []
"""`make durability` also goes through a port with a password; without it one of the two servers does."""


@pytest.fixture(params=["sqlite", "postgresql", *OVER_TCP])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/snippets.db"
    started: Postgres = request.getfixturevalue("postgres")
    return started.tcp_url if request.param in OVER_TCP else started.url


@pytest.fixture
def same(database: str, request: pytest.FixtureRequest) -> str:
    """The same database by another address, if it has one."""
    return database if database.startswith("sqlite") else request.getfixturevalue("postgres").tcp_url


@contextmanager
def served(database: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a server process of its own, and the process."""
    command = [sys.executable, "-m", "tests.store.server", database]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}", process
        finally:
            process.kill()


def test_two_servers_that_start_at_once_serve_each_others_snippets(database: str, same: str) -> None:
    ours = token_hex()  # the cluster is that of all tests
    with served(database) as (first, _), served(same) as (second, _), httpx.Client() as client:
        here = client.post(first + URL, json={"source": f"here = '{ours}'"})
        there = client.post(second + URL, json={"source": f"there = '{ours}'"})
        assert (here.status_code, there.status_code) == (201, 201)
        assert client.get(second + here.headers["location"]).json()["cells"][0]["source"] == f"here = '{ours}'"
        assert client.get(first + there.headers["location"]).json()["cells"][0]["source"] == f"there = '{ours}'"
        again = client.post(second + URL, json={"source": f"here = '{ours}'"})
        assert (again.status_code, again.json()["id"]) == (200, here.json()["id"])
        for one in (here, again):
            secret = {"authorization": f"Bearer {one.json()['secret']}"}
            assert client.delete(second + here.headers["location"], headers=secret).status_code == 200
        assert client.get(first + here.headers["location"]).status_code == 404


def test_a_kill_at_any_moment_loses_nothing_that_was_acknowledged(database: str) -> None:
    acknowledged: dict[str, str] = {}
    for _ in range(ROUNDS):
        with served(database) as (address, process), ThreadPoolExecutor(4) as threads:
            over = threading.Event()
            names = [f"{token_hex()}.{k}" for k in range(4)]  # the cluster is that of all tests
            clients = [threads.submit(post_until, over, address, name, acknowledged) for name in names]
            before = len(acknowledged)
            while len(acknowledged) < before + 5:
                for client in clients:
                    # Nobody stops before the kill; if one has, its own exception says why.
                    assert not client.done(), repr(client.exception())
                time.sleep(0.001)
            time.sleep(random.uniform(0, 0.2))
            process.kill()
            process.wait()
            over.set()
            for client in clients:
                client.result()
    store = Snippets(database)
    assert len(acknowledged) >= 5 * ROUNDS
    assert [code for name, code in acknowledged.items() if code not in store.get(name)] == []
    store.close()


def test_a_postgresql_that_dies_loses_nothing_and_is_found_again(postgres: Postgres) -> None:
    with served(postgres.url) as (address, _), httpx.Client(timeout=30) as client:
        put = [client.post(address + URL, json={"source": f"kept = {k}"}) for k in range(10)]
        postgres.kill()
        refused = client.post(address + URL, json={"source": "x"})
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/store-unavailable")
        postgres.start()
        assert [client.get(address + one.headers["location"]).status_code for one in put] == [200] * 10
        assert client.post(address + URL, json={"source": "x"}).status_code == 201


def post_until(over: threading.Event, address: str, name: str, acknowledged: dict[str, str]) -> None:
    """Put one after the other there, and note what was acknowledged."""
    with httpx.Client(timeout=30) as client:
        for number in range(10**6):
            source = f"snippet = '{name}.{number}'"
            try:
                answer = client.post(address + URL, json={"source": source})
            except httpx.TransportError:
                assert over.wait(10)
                return
            assert answer.status_code == 201
            acknowledged[answer.json()["id"]] = source


def test_a_wrong_password_is_a_database_that_does_not_answer(postgres: Postgres) -> None:
    store = Snippets(postgres.tcp_url.replace("%25", "%26"))
    with pytest.raises(StoreUnavailable, match="does not answer") as refused:
        store.put("x")
    assert "p@ss" not in str(refused.value)
    assert "password" in str(refused.value.reason)
    assert "p@ss" not in str(refused.value.reason)
    store.close()


def test_old_snippets_are_cleared_away_whatever_the_database(database: str) -> None:
    days = [30_000]
    store = Snippets(database, lambda: days[0] * 86_400.0)
    left, read = store.put("left"), store.put("read")
    days[0] += 31
    assert store.get(read.id) == "read"
    assert store.clear(30) >= 1
    with pytest.raises(NoSuchSnippet):
        store.get(left.id)
    assert store.get(read.id) == "read"
    assert read.secret is not None
    assert store.delete(read.id, read.secret)
    store.close()
