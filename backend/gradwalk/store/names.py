"""What a snippet is called: letters that follow from its content."""

from __future__ import annotations

from hashlib import sha256

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""What cannot be taken for something else when it is read out."""
SHORTEST = 10
LONGEST = 32


def name_of(content: str) -> str:
    """The name that ``content`` has unless another has it already."""
    return letters(sha256(content.encode()).digest())[:SHORTEST]


def letters(spelt: bytes) -> str:
    """The longest name for what has this hash; the shorter ones are its beginnings."""
    number = int.from_bytes(spelt)
    found: list[str] = []
    while len(found) < LONGEST:
        number, digit = divmod(number, len(_ALPHABET))
        found.append(_ALPHABET[digit])
    return "".join(found)
