"""The JSON Schema of the trace document, as it is published and as the page's types are generated from it.

``python -m gradwalk.document.json_schema > frontend/src/schema/trace.schema.json`` writes the committed copy.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from gradwalk.document.schema import Trace


def trace_json_schema() -> dict[str, Any]:
    """The schema of a trace as it is sent: a field with a default is always there."""
    return Trace.model_json_schema(mode="serialization")


def trace_json_schema_text() -> str:
    """The schema as the committed file has it."""
    return json.dumps(trace_json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(trace_json_schema_text())
