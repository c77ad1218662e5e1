"""Sentences: a key and what goes into its holes, put into words of a language.

The templates stand in ``sentences.json``; the page's are written from it (`make sentences`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Literal

Language = Literal["en", "zh"]

TEMPLATES: dict[Language, dict[str, str]] = json.loads(
    files("gradwalk.export.reading").joinpath("sentences.json").read_text(encoding="utf-8")
)

_GAP: dict[Language, str] = {"en": " ", "zh": ""}
_HOLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Sentence:
    """What is said, in no language yet."""

    key: str
    holes: dict[str, str] = field(default_factory=dict)


def say(key: str, **holes: str) -> Sentence:
    """A sentence by its key."""
    return Sentence(key, holes)


def in_words(sentences: list[Sentence], language: Language) -> str:
    """One after the other, with a gap between two unless the second goes on with the first."""
    templates = TEMPLATES[language]
    text = ""
    for sentence in sentences:
        template = templates[sentence.key]
        if text and not re.match(r"[\s,.，。（]", template):
            text += _GAP[language]
        text += _HOLE.sub(lambda found, holes=sentence.holes: holes.get(found.group(1), ""), template)  # type: ignore[misc]
    return text
