"""``gradwalk schema``: the trace's JSON Schema."""

from __future__ import annotations

import sys

from gradwalk.cli import status
from gradwalk.document.json_schema import trace_json_schema_text


def schema() -> int:
    """Print the JSON Schema of a trace."""
    sys.stdout.write(trace_json_schema_text())
    return status.OK
