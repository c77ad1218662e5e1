"""What a card's band says in exports: the same as on the page."""

from __future__ import annotations

import pytest

from gradwalk.document.schema import Op, Operand
from gradwalk.export.graph.titles import title_of


def op(name: str, constants: list[str | None], params: dict[str, str] | None = None) -> Op:
    inputs = [Operand(argument="self", constant=constant) for constant in constants]
    return Op(name=name, category="pointwise", inputs=inputs, params=params or {}, outputs=[0])


@pytest.mark.parametrize(
    ("title", "given"),
    [
        ("× 2", op("mul", [None, "2"])),
        ("/ 1.4142…", op("div", [None, "1.4142135623730951"])),
        ("sum(dim=0)", op("sum", [None], {"dim": "0"})),
        ("clamp(0, 1)", op("clamp", [None, "0", "1"])),
        ("nll_loss", op("nll_loss", [None, None, "None"])),
    ],
)
def test_a_title_has_the_constants_that_were_given(title: str, given: Op) -> None:
    assert title_of(given, "") == title
