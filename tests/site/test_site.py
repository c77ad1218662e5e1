"""The site is built from the repository, and its reference says what the code says."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from gradwalk.api import Settings, create_app
from gradwalk.document.json_schema import trace_json_schema
from gradwalk.engine import OPS
from gradwalk.sandbox.forkserver import ForkServerExecutor


def words(page: Path) -> str:
    """A page's text without its markup."""
    return unescape(re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8")))


def test_every_op_has_a_section_with_its_derivatives(site: Path) -> None:
    for op in OPS.values():
        page = (site / "reference" / "ops" / f"{op.category}.html").read_text(encoding="utf-8")
        (section,) = re.findall(rf"<h2 [^>]*><code>{re.escape(op.name)}</code>.*?(?=<h2 |</article>)", page, re.DOTALL)
        assert section.count("<math") == len(op.vjps) + (op.forward_text is not None)


def test_every_route_is_there(site: Path) -> None:
    page = words(site / "reference" / "api.html")
    for path, methods in create_app(Settings(), ForkServerExecutor(slots=1)).openapi()["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in page


def test_every_object_of_the_trace_is_there_with_its_fields(site: Path) -> None:
    page = words(site / "reference" / "trace.html")
    for name, definition in trace_json_schema()["$defs"].items():
        assert name in page
        assert all(field in page for field in definition.get("properties", {}))


def test_the_site_asks_no_other_server_for_anything(site: Path) -> None:
    for page in site.rglob("*.html"):
        loaded = re.findall(
            r"<(?:script|img|link)\b[^>]*\b(?:src|href)=\"?([^\" >]+)", page.read_text(encoding="utf-8")
        )
        assert [address for address in loaded if address.startswith(("http:", "https:", "//"))] == []
