"""The name of a trace: a hash of all that decides what is in it, so that the same request always has the same one."""

from __future__ import annotations

from hashlib import sha256

import orjson

from gradwalk import __version__
from gradwalk.document.schema import SCHEMA_VERSION
from gradwalk.limits import Limits
from gradwalk.sandbox.executor import RunRequest

PATTERN = r"^[0-9a-f]{32}$"


def trace_id(request: RunRequest, limits: Limits) -> str:
    """Of its cells and options, this version of Gradwalk and the limits on a run."""
    decides = {
        "version": __version__,
        "schema": SCHEMA_VERSION,
        "cells": [[cell.source, cell.execution_count] for cell in request.cells],
        "options": request.options.model_dump(mode="json"),
        "limits": limits._asdict(),
    }
    return sha256(orjson.dumps(decides, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
