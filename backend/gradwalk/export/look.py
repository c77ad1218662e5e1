"""How an export looks: theme, direction, language, scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gradwalk.errors import BadLook

Theme = Literal["light", "dark"]
Direction = Literal["TB", "LR"]
Language = Literal["en", "zh"]

THEMES: tuple[Theme, ...] = ("light", "dark")
DIRECTIONS: tuple[Direction, ...] = ("TB", "LR")
LANGUAGES: tuple[Language, ...] = ("en", "zh")
SMALLEST, LARGEST = 0.25, 4.0


@dataclass(frozen=True)
class Look:
    """``direction`` is where a graph flows: from top to bottom or from left to right. ``scale`` enlarges a picture, by
    0.25 to 4. Without ``fold`` every iteration and scope is drawn open. ``server`` is the address of a server: a file
    that plays by itself then has a link that opens its code there, and none otherwise.

    Raises :class:`BadLook` for anything else than these.
    """

    theme: Theme = "light"
    direction: Direction = "TB"
    language: Language = "en"
    scale: float = 1.0
    fold: bool = True
    server: str | None = None

    def __post_init__(self) -> None:
        for name, known in (("theme", THEMES), ("direction", DIRECTIONS), ("language", LANGUAGES)):
            value = getattr(self, name)
            if value not in known:
                raise BadLook(f"There is no {name} {value!r}: take {' or '.join(known)}.")
        if not SMALLEST <= self.scale <= LARGEST:
            raise BadLook(f"A scale of {self.scale!r} is too small or too large: take {SMALLEST} to {LARGEST:g}.")
        if self.server is not None and not self.server.startswith(("http://", "https://")):
            raise BadLook(f"{self.server!r} is no address of a server: give one like https://gradwalk.example.")


@dataclass(frozen=True)
class Palette:
    """The page's colours under its own names (`frontend/src/style/tokens.css`; a test holds them equal)."""

    ink: str
    ink_2: str
    muted: str
    line_strong: str
    ground: str
    surface: str
    raised: str
    forward: str
    forward_strong: str
    forward_soft: str
    backward: str
    backward_strong: str
    backward_soft: str
    backward_line: str
    off: str
    off_soft: str
    edge: str
    hover: str
    faint: str
    lit: str
    lit_edge: str


PALETTES: dict[Theme, Palette] = {
    "light": Palette(
        ink="#172031", ink_2="#364156", muted="#5c677b", faint="#667084", line_strong="#c3cbd8",
        ground="#f3f5f9", surface="#ffffff", raised="#fafbfd", hover="#eef1f6",
        forward="#1d5fae", forward_strong="#14498a", forward_soft="#e7f0fb",
        backward="#b24e05", backward_strong="#8f3d00", backward_soft="#fdf0e2", backward_line="#e0a673",
        off="#7d889b", off_soft="#f6f7fa", edge="#56627a", lit="#ffe88a", lit_edge="#d9a400",
    ),
    "dark": Palette(
        ink="#eaeef5", ink_2="#cdd5e2", muted="#a2adbf", faint="#8d98ab", line_strong="#3b4558",
        ground="#0f131a", surface="#161b24", raised="#1a202b", hover="#222a37",
        forward="#79b4f8", forward_strong="#a9d0ff", forward_soft="#182b45",
        backward="#ffab5e", backward_strong="#ffc78f", backward_soft="#3a2611", backward_line="#98612c",
        off="#8a95a8", off_soft="#1a1f29", edge="#99a5ba", lit="#503f04", lit_edge="#e0b422",
    ),
}  # fmt: skip
