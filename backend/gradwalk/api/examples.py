"""Requests that can be sent as they stand, and what comes back for the first: kept as files, checked by a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from fastapi.openapi.models import Example

from gradwalk.document.parts import state
from gradwalk.document.schema import Trace
from gradwalk.export import export

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

SCRIPT = "# %%\nimport torch\nx = torch.tensor(3.0, requires_grad=True)\n# %%\n(x * x).backward()\nx.grad\n"

NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# The gradient of x²"]},
        {
            "cell_type": "code",
            "execution_count": 1,
            "metadata": {},
            "outputs": [],
            "source": SCRIPT.replace("# %%\n", "").splitlines(keepends=True),
        },
    ],
}

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

EVENTS = "".join(f"event: {orjson.loads(line)['kind']}\ndata: {line}\n\n" for line in LINES.splitlines())
"""The same as server-sent events."""

NEW_SNIPPET = {"id": "5wk3v9a2tq", "secret": "q8mJ1dP0vT3xK7wY2sBzR6nLcA9eHf4u"}
DOT = export(Trace.model_validate(RESPONSE), "dot").decode()
"""The first request's graph."""

FRAME: dict[str, Any] = orjson.loads(state(orjson.dumps(RESPONSE), -1))
"""The state in which the first request ends."""
