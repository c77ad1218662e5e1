"""docker-compose.yml is a Compose file by the specification, and its one container may do little."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT / "tests" / "data" / "compose-spec.schema.json"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return document


@pytest.fixture(scope="module")
def service(compose: dict[str, Any]) -> dict[str, Any]:
    (only,) = compose["services"].values()
    return dict(only)


@pytest.fixture(scope="module")
def validator() -> Draft7Validator:
    return Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_it_follows_the_compose_specification(compose: dict[str, Any], validator: Draft7Validator) -> None:
    assert [error.message for error in validator.iter_errors(compose)] == []


def test_the_specification_refuses_a_misspelt_key(compose: dict[str, Any], validator: Draft7Validator) -> None:
    broken = json.loads(json.dumps(compose))
    broken["services"]["gradwalk"]["read_onyl"] = True
    assert not validator.is_valid(broken)


def test_its_root_file_system_is_read_only(service: dict[str, Any]) -> None:
    assert service["read_only"] is True


def test_what_lasts_is_a_volume_for_snippets_and_nothing_else(service: dict[str, Any], compose: dict[str, Any]) -> None:
    assert service["volumes"] == ["snippets:/data"]
    assert service["environment"]["GRADWALK_DATABASE"].startswith("sqlite:////data/")
    assert list(compose["volumes"]) == ["snippets"]
    dockerfile = (ROOT / "docker" / "Dockerfile").read_text(encoding="utf-8")
    assert '"--owner=10001", "--group=10001", "--mode=700", "/data"' in dockerfile


def test_its_one_writable_place_is_a_small_tmp_that_runs_nothing(service: dict[str, Any]) -> None:
    (tmpfs,) = service["tmpfs"]
    path, _, options = tmpfs.partition(":")
    assert path == "/tmp"
    assert {"noexec", "nosuid", "nodev"} < set(options.split(","))
    assert any(option.startswith("size=") for option in options.split(","))


def test_it_has_no_capability_and_can_gain_none(service: dict[str, Any]) -> None:
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged", False)


def test_it_shares_no_namespace_and_no_device_with_the_host(service: dict[str, Any]) -> None:
    assert service.keys().isdisjoint({"network_mode", "pid", "ipc", "userns_mode", "devices", "uts", "cgroup"})


def test_it_runs_as_an_ordinary_user(service: dict[str, Any]) -> None:
    uid, _, gid = service["user"].partition(":")
    assert int(uid) >= 1000
    assert int(gid) >= 1000


def test_its_memory_processors_and_processes_are_limited(service: dict[str, Any]) -> None:
    assert service["mem_limit"] == service["memswap_limit"]
    assert 0 < float(service["cpus"]) <= 4
    assert 0 < service["pids_limit"] <= 512
    assert service["ulimits"]["core"] == 0


def test_only_this_machine_reaches_it(service: dict[str, Any]) -> None:
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_its_health_is_checked_without_a_shell(service: dict[str, Any]) -> None:
    assert service["healthcheck"]["test"][0] == "CMD"
    assert "/opt/gradwalk/healthcheck.py" in service["healthcheck"]["test"]
