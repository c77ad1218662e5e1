"""The text of files that a person names."""

from __future__ import annotations

from pathlib import Path

from gradwalk.errors import UnreadableCode


def text_of_file(path: Path) -> str:
    """The text of a file; raises :class:`UnreadableCode` where there is none."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableCode(f"cannot read {path}: {error.strerror}") from error
    return text_of(data, str(path))


def text_of(data: bytes, name: str) -> str:
    """The text that bytes are, in UTF-8, of what is called so; raises :class:`UnreadableCode` if they are none."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableCode(f"cannot read {name}: it is not UTF-8 text") from error
