"""The templates of sentences: the page's are the package's, and both languages have the same holes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sentences import modules

from gradwalk.export.reading.sentences import TEMPLATES


@pytest.mark.parametrize(("path", "text"), [pytest.param(*each, id=each[0].name) for each in modules()])
def test_the_page_has_the_same_templates(path: Path, text: str) -> None:
    assert path.read_text(encoding="utf-8") == text, "run `make sentences`"


def test_both_languages_have_the_same_sentences_with_the_same_holes() -> None:
    assert list(TEMPLATES["en"]) == list(TEMPLATES["zh"])
    for key, english in TEMPLATES["en"].items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", TEMPLATES["zh"][key])), key
