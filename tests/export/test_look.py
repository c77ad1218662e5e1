"""The colours are the page's."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from gradwalk.export.look import PALETTES, THEMES, Theme

TOKENS = Path(__file__).parents[2] / "frontend" / "src" / "style" / "tokens.css"


@pytest.mark.parametrize("theme", THEMES)
def test_a_palette_has_the_page_s_colours(theme: Theme) -> None:
    light, dark = TOKENS.read_text(encoding="utf-8").split(':root[data-theme="dark"]')
    tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light if theme == "light" else dark))
    own = {name.replace("_", "-"): colour for name, colour in asdict(PALETTES[theme]).items()}
    assert own == {name: tokens[name] for name in own}
