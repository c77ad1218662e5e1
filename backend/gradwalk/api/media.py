"""The types of body that code may come in."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import Message
from typing import Literal

Form = Literal["json", "python", "notebook"]
TYPES: Mapping[str, Form] = {
    "application/json": "json",
    "text/x-python": "python",
    "application/x-ipynb+json": "notebook",
}
ACCEPTED = ", ".join(TYPES)


def media_type(content_type: str) -> Message:
    """A ``Content-Type`` header taken apart."""
    message = Message()
    message["content-type"] = content_type or "application/octet-stream"
    return message


def is_json(content_type: str) -> bool:
    """Whether a body of this type is JSON."""
    name = media_type(content_type).get_content_type()
    return name == "application/json" or (name.startswith("application/") and name.endswith("+json"))
