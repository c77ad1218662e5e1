"""Requests that can be sent as they stand, and what comes back for the first: kept as files, checked by a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from fastapi.openapi.models import Example

FIRST_GRAPH = """import torch

x = torch.arange(4.0, requires_grad=True)
y = 2 * torch.dot(x, x)
y.backward()
x.grad
"""

ONE_PRODUCT = """import torch

x = torch.tensor(3.0, requires_grad=True)
(x * x).backward()
"""

REQUESTS: dict[str, Example] = {
    "first_graph": {
        "summary": "The lesson's first graph: the gradient of 2xᵀx",
        "value": {"source": FIRST_GRAPH},
    },
    "cells": {
        "summary": "Notebook cells that share their variables",
        "value": {
            "cells": [
                {"source": "import torch\nx = torch.tensor(3.0, requires_grad=True)", "execution_count": 1},
                "(x * x).backward()",
                "x.grad",
            ],
            "options": {"seed": 1},
        },
    },
}

RESPONSE_FILE = Path(__file__).with_name("first_graph.json")
RESPONSE: dict[str, Any] = orjson.loads(RESPONSE_FILE.read_bytes())
"""What the first of them returns, as ``scripts/record_api_example.py`` recorded it."""

LINES_FILE = Path(__file__).with_name("one_product.ndjson")
LINES = LINES_FILE.read_text(encoding="utf-8")
"""A short run line by line, as the same script recorded it."""
