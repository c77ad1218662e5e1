"""Sentences: a key and what goes into its holes, put into words of a language.

The templates stand in ``sentences.json``, those of reasons in ``reasons.json``; the page's are written from these
(`make sentences`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Literal

Language = Literal["en", "zh"]


def _templates(language: Language) -> dict[str, str]:
    here = files("gradwalk.export.reading")
    said = (json.loads(here.joinpath(name).read_text(encoding="utf-8")) for name in ("sentences.json", "reasons.json"))
    return {key: text for part in said for key, text in part[language].items()}


TEMPLATES: dict[Language, dict[str, str]] = {"en": _templates("en"), "zh": _templates("zh")}

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
    return "".join(text for text, _ in in_parts(sentences, language))


def in_parts(sentences: list[Sentence], language: Language) -> list[tuple[str, bool]]:
    """The same in parts; true for names, code and numbers, which stood in the holes."""
    parts: list[tuple[str, bool]] = []
    for sentence in sentences:
        template = TEMPLATES[language][sentence.key]
        if parts and not re.match(r"[\s,.，。（]", template):
            parts.append((_GAP[language], False))
        for position, text in enumerate(_HOLE.split(template)):
            hole = position % 2 == 1
            parts.append((sentence.holes.get(text, ""), True) if hole else (text, False))
    return [part for part in parts if part[0]]
