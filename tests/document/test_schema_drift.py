"""The committed JSON Schema is the one that the models give, so that the page's types cannot fall behind."""

from __future__ import annotations

from pathlib import Path

from gradwalk.document.json_schema import trace_json_schema_text

COMMITTED = Path(__file__).parents[2] / "frontend" / "src" / "schema" / "trace.schema.json"


def test_the_committed_schema_is_the_models_own() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == trace_json_schema_text(), (
        "run `python -m gradwalk.document.json_schema > frontend/src/schema/trace.schema.json`, "
        "then `npm run schema` in frontend/"
    )
