"""Whose word is taken for who asks, and whose is not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from gradwalk.api.proxies import trusted

ROUTES = """Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t000012AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
eth0\t00000000\t010012AC\t0003\t0\t0\t0\t00000000\t0\t0\t0
"""


@pytest.fixture
def routes(tmp_path: Path) -> Path:
    (tmp_path / "route").write_text(ROUTES)
    return tmp_path / "route"


def test_the_gateway_is_the_first_address_on_the_way_out(routes: Path, tmp_path: Path) -> None:
    assert trusted("gateway", routes) == "172.18.0.1"
    assert trusted("10.0.0.1, gateway", routes) == "10.0.0.1,172.18.0.1"
    assert trusted("127.0.0.1", routes) == "127.0.0.1"
    assert trusted("gateway", tmp_path / "none") == ""


def test_what_nobody_has_said_is_left_to_uvicorn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    assert trusted() is None


@pytest.mark.anyio
@pytest.mark.parametrize("pupil", ["192.168.1.7", "172.20.3.4", "10.1.2.3"])
async def test_no_pupil_of_a_proxy_on_the_host_can_say_that_it_is_somebody_else(pupil: str, routes: Path) -> None:
    compose = yaml.safe_load((Path(__file__).parents[2] / "docker-compose.yml").read_text(encoding="utf-8"))
    told = compose["services"]["gradwalk"]["environment"]["FORWARDED_ALLOW_IPS"]
    asked = {}

    async def app(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        asked["client"] = scope["client"][0]

    headers = [(b"x-forwarded-for", f"1.2.3.4, {pupil}".encode())]
    scope = {"type": "http", "client": ("172.18.0.1", 5000), "headers": headers, "scheme": "http"}
    await ProxyHeadersMiddleware(app, trusted(told, routes) or "")(scope, None, None)  # type: ignore[arg-type]
    assert asked["client"] == pupil
