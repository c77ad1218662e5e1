"""Text from the snippet made fit for the trace: encodable, visible, of bounded length."""

from __future__ import annotations

from gradwalk.text import clean, name


def shown(text: str) -> str:
    """``text`` as a name, a label or a constant of the trace."""
    return name(clean(text))
