"""The trace document, object by object: from its JSON Schema."""

from __future__ import annotations

from typing import Any

from gradwalk.document.json_schema import trace_json_schema


def pages() -> dict[str, str]:
    """``reference/trace.md`` by path."""
    schema = trace_json_schema()
    lines = [
        "# The trace",
        "",
        (
            "One JSON document for everything that happened in a run. Its schema is at `/api/v1/schema/trace.json`. "
            "Numbers that refer to something are positions in the list of that name: `op` 3 is `ops[3]`."
        ),
        "",
        *_object("Trace", schema),
    ]
    for name, definition in schema["$defs"].items():
        lines += _object(name, definition)
    return {"reference/trace.md": "\n".join(lines) + "\n"}


def _object(name: str, definition: dict[str, Any]) -> list[str]:
    lines = [f"## {name}", "", definition.get("description", ""), ""]
    if properties := definition.get("properties"):
        required = definition.get("required", [])
        lines += ["| field | type | what |", "|---|---|---|"]
        lines += [
            f"| `{field}`{'' if field in required else ' (may be left out)'} | {_type(inner)} | {_cell(inner)} |"
            for field, inner in properties.items()
        ]
        lines.append("")
    return lines


def _cell(inner: dict[str, Any]) -> str:
    return " ".join(str(inner.get("description", "")).split()).replace("|", "\\|")


def _type(inner: dict[str, Any]) -> str:
    """A type as a person would write it, with links to objects."""
    if "$ref" in inner:
        name = inner["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    for key in ("anyOf", "oneOf"):
        if key in inner:
            return " or ".join(_type(one) for one in inner[key])
    if "enum" in inner:
        return ", ".join(f"`{value}`" for value in inner["enum"])
    if "const" in inner:
        return f"`{inner['const']}`"
    if inner.get("type") == "array":
        if "prefixItems" in inner:
            return "[" + ", ".join(_type(one) for one in inner["prefixItems"]) + "]"
        return f"list of {_type(inner.get('items', {}))}"
    if inner.get("type") == "object" and isinstance(inner.get("additionalProperties"), dict):
        return f"object of {_type(inner['additionalProperties'])}"
    return str(inner.get("type", "any value"))
