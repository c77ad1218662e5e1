"""Text from the snippet made fit for the trace: of bounded length, encodable."""

from __future__ import annotations

from gradwalk.text import clean

LONGEST = 200
"""Characters of a name, a label or a constant that are kept."""


def shown(text: str) -> str:
    """``text``, cut in the middle if it is long."""
    text = clean(text)
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return f"{text[:half]}…{text[-half:]}"
