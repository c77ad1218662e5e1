"""The routes, their parameters, examples and answers: from the OpenAPI document."""

from __future__ import annotations

import json
from typing import Any

from gradwalk.api import Settings, create_app
from gradwalk.sandbox.forkserver import ForkServerExecutor


def pages() -> dict[str, str]:
    """``reference/api.md`` by path."""
    document = create_app(Settings(), ForkServerExecutor(slots=1)).openapi()
    lines = [
        "# The routes",
        "",
        (
            "Written from the OpenAPI document, which a server gives at `/api/v1/openapi.json`. Errors are problem "
            "details ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) with `type`, `title`, `status` and `detail`."
        ),
        "",
    ]
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            lines += _call(f"{method.upper()} {path}", call)
    return {"reference/api.md": "\n".join(lines) + "\n"}


def _call(heading: str, call: dict[str, Any]) -> list[str]:
    lines = [f"## `{heading}`", "", f"**{call['summary']}.**", "", call.get("description", ""), ""]
    if parameters := call.get("parameters"):
        lines += ["| parameter | in | what |", "|---|---|---|"]
        lines += [f"| `{p['name']}` | {p['in']} | {_cell(p.get('description', ''))} |" for p in parameters]
        lines.append("")
    for media_type, content in call.get("requestBody", {}).get("content", {}).items():
        for example in content.get("examples", {}).values():
            lines += _example(f"A request (`{media_type}`): {example.get('summary', '')}", example.get("value"))
    lines += ["| answer | what |", "|---|---|"]
    lines += [f"| {status} | {_cell(answer['description'])} |" for status, answer in call["responses"].items()]
    lines.append("")
    for status, answer in call["responses"].items():
        for media_type, content in answer.get("content", {}).items():
            if status.startswith("2") and "example" in content:
                lines += _example(f"An answer (`{media_type}`)", content["example"])
    return lines


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _example(title: str, value: Any) -> list[str]:
    is_text = isinstance(value, str)
    text = value if is_text else json.dumps(value, indent=1, ensure_ascii=False)
    if len(text) > 2_000:
        text = text[:2_000].rsplit("\n", 1)[0] + "\n…"
    return [f"{title}", "", "````" + ("text" if is_text or text.endswith("…") else "json"), text, "````", ""]
