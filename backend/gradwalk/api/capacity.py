"""What a server does for all and for each, as it tells those who ask."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, ClassVar, Self, get_type_hints

from pydantic import BaseModel, Field, create_model

from gradwalk.api.settings import Settings
from gradwalk.limits import Limits


@dataclass(frozen=True, slots=True)
class Capacity:
    """Those of the settings that a client can run into."""

    __pydantic_config__: ClassVar[dict[str, bool]] = {"use_attribute_docstrings": True}

    running: int
    """Runs at once."""
    queue: int
    """Requests that wait for their run; more are sent away (503)."""
    client_running: int
    """Runs at once of one client, by its address."""
    client_queue: int
    """Requests of one client that wait."""
    renders: int
    """Pictures and long cuts of traces made at once."""
    client_render_queue: int
    """Requests of one client that wait for theirs."""
    render_seconds: float
    """How long one may take."""
    body_seconds: float
    """How long a client may take to send a request's headers, and again its body."""
    silence_seconds: float
    """How long an answer in lines is silent at most."""
    cache_bytes: int
    """Memory for traces that were run lately."""
    cache_disk_bytes: int
    """How much of the disk they may take; 0 if none are kept there."""
    snippet_burst: int
    """Snippets that one client may make or delete at once, and then one every so often."""
    snippet_seconds: float
    """How often that is."""
    snippet_days: int | None
    """Snippets that nobody has read for so many days are cleared away; none are if null."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Those of a server with these settings."""
        chosen = {field.name: getattr(settings, field.name) for field in fields(cls)}
        return cls(**chosen | ({} if settings.cache_directory else {"cache_disk_bytes": 0}))


def _of_a_run() -> dict[str, Any]:
    """The limits as fields of a model, with the words that stand under each."""
    words = _words_under_fields(Limits)
    return {name: (kind, Field(description=words[name])) for name, kind in get_type_hints(Limits).items()}


def _words_under_fields(kind: type) -> dict[str, str]:
    """What stands under each field in the source of a class."""
    [definition] = ast.parse(inspect.getsource(kind)).body
    assert isinstance(definition, ast.ClassDef)
    found = {}
    for field, words in pairwise(definition.body):
        if isinstance(field, ast.AnnAssign) and isinstance(words, ast.Expr):
            found[ast.unparse(field.target)] = ast.literal_eval(words.value)
    return found


ServerLimits: type[BaseModel] = create_model(
    "ServerLimits",
    __doc__="The limits of one run, and how much the server does.",
    **_of_a_run(),
    server=(Capacity, Field(description="What holds for all requests together, and for those of one client.")),
)
