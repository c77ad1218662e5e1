"""The image is what the documentation promises: built in stages, run by an ordinary user, watched, with Graphviz."""

from __future__ import annotations

import http.server
import importlib.util
import json
import re
import threading
from pathlib import Path
from types import ModuleType

import pytest
import yaml

ROOT = Path(__file__).parent.parent


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, argument) pairs, continued lines joined and comments left out."""
    text = (ROOT / "docker" / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    parts = [line.split(None, 1) for line in joined.splitlines() if line.strip()]
    return [(name, argument) for name, argument in parts]


@pytest.fixture(scope="module")
def stages() -> list[list[tuple[str, str]]]:
    found: list[list[tuple[str, str]]] = []
    for name, argument in instructions():
        if name == "FROM":
            found.append([])
        found[-1].append((name, argument))
    return found


@pytest.fixture(scope="module")
def final(stages: list[list[tuple[str, str]]]) -> list[tuple[str, str]]:
    return stages[-1]


def test_it_is_built_in_stages_on_slim_images(stages: list[list[tuple[str, str]]]) -> None:
    bases = [stage[0][1].split()[0] for stage in stages]
    assert len(bases) == 3
    assert all("slim" in base for base in bases)
    assert not any(base.endswith(":latest") for base in bases)


def test_what_is_shipped_holds_no_node_and_no_sources(final: list[tuple[str, str]]) -> None:
    assert "node" not in final[0][1]
    copied = [argument for name, argument in final if name == "COPY"]
    assert copied == [
        "--from=package /opt/gradwalk /opt/gradwalk",
        "docker/healthcheck.py /opt/gradwalk/healthcheck.py",
    ]


def test_graphviz_is_inside(final: list[tuple[str, str]]) -> None:
    (install,) = [argument for name, argument in final if name == "RUN" and "apt-get install" in argument]
    assert "graphviz" in install.split()
    assert "--no-install-recommends" in install


def test_it_runs_as_an_ordinary_user_who_owns_nothing_in_it(final: list[tuple[str, str]]) -> None:
    (user,) = [argument for name, argument in final if name == "USER"]
    uid, _, gid = user.partition(":")
    assert int(uid) >= 1000
    assert int(gid) >= 1000
    assert not any("--chown" in argument for _, argument in final)


def test_the_composed_service_runs_as_the_same_user(final: list[tuple[str, str]]) -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert compose["services"]["gradwalk"]["user"] == dict(final)["USER"]


def test_server_and_health_check_start_without_a_shell(final: list[tuple[str, str]]) -> None:
    commands = dict(final)
    assert json.loads(commands["ENTRYPOINT"]) == ["gradwalk"]
    assert json.loads(commands["CMD"])[0] == "serve"
    assert json.loads(commands["HEALTHCHECK"].split("CMD ", 1)[1]) == ["python", "/opt/gradwalk/healthcheck.py"]


def test_everything_copied_from_the_project_is_let_in_by_dockerignore() -> None:
    allowed = [
        line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")
    ]
    sources = [
        source
        for name, argument in instructions()
        if name == "COPY" and not argument.startswith("--from")
        for source in argument.split()[:-1]
    ]
    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert any(source == entry or source.startswith(entry + "/") for entry in allowed), source


@pytest.fixture
def healthcheck() -> ModuleType:
    spec = importlib.util.spec_from_file_location("healthcheck", ROOT / "docker" / "healthcheck.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_the_health_check_believes_the_server(
    healthcheck: ModuleType, monkeypatch: pytest.MonkeyPatch, status: int, healthy: bool
) -> None:
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Keeps the test's output clean."""

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        monkeypatch.setattr(healthcheck, "URL", f"http://127.0.0.1:{server.server_port}/healthz")
        assert healthcheck.healthy() is healthy
        thread.join()


def test_the_health_check_calls_a_silent_server_ill(healthcheck: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
        port = server.server_port
    monkeypatch.setattr(healthcheck, "URL", f"http://127.0.0.1:{port}/healthz")
    assert healthcheck.healthy() is False
