"""Mathematics as boxes within boxes, printable as LaTeX and as MathML.

The two printers are all that knows either notation; :mod:`gradwalk.formula.typeset` builds the boxes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})


def escape(text: str) -> str:
    """Text as it stands in MathML. ``html.escape`` does the same, and comes with a long table of names."""
    return text.translate(_MARKUP)


class Box(Protocol):
    """A piece of a formula."""

    def latex(self) -> str: ...

    def mathml(self) -> str: ...


_LATEX_LETTERS = {"π": r"\pi", "α": r"\alpha", "β": r"\beta", "σ": r"\sigma", "∞": r"\infty", "–": r"\text{–}"}


class Name:
    """A variable or a function; one letter is slanted, a word stands upright."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def latex(self) -> str:
        plain = _LATEX_LETTERS.get(self.text, self.text.replace("_", r"\_"))
        return plain if len(self.text) == 1 else rf"\mathrm{{{plain}}}"

    def mathml(self) -> str:
        return f"<mi>{escape(self.text)}</mi>"


class Number:
    """A number, as Python writes it."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def latex(self) -> str:
        return {"inf": r"\infty", "-inf": r"-\infty"}.get(self.text, self.text)

    def mathml(self) -> str:
        text = {"inf": "∞", "-inf": "−∞"}.get(self.text, self.text.replace("-", "−"))
        return f"<mn>{escape(text)}</mn>"


_LATEX_SIGNS = {
    "·": r"\cdot", "−": "-", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "∑": r"\sum", "∧": r"\wedge", "": r"\,",
    "⊤": r"\top", "⊙": r"\odot",
}  # fmt: skip


class Sign:
    """An operator, given as the character it is in MathML."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def latex(self) -> str:
        return _LATEX_SIGNS.get(self.text, self.text)

    def mathml(self) -> str:
        return f"<mo>{escape(self.text)}</mo>"


class Row:
    """Pieces side by side."""

    __slots__ = ("parts",)

    def __init__(self, parts: Sequence[Box]) -> None:
        self.parts = parts

    def latex(self) -> str:
        return " ".join(part.latex() for part in self.parts)

    def mathml(self) -> str:
        return f"<mrow>{''.join(part.mathml() for part in self.parts)}</mrow>"


class Fenced:
    """Something between a left and a right delimiter that grow with it."""

    __slots__ = ("inside", "left", "right")

    def __init__(self, inside: Box, left: str = "(", right: str = ")") -> None:
        self.inside, self.left, self.right = inside, left, right

    def latex(self) -> str:
        left, right = (rf"\{d}" if d in "{}" else {"‖": r"\|"}.get(d, d) for d in (self.left, self.right))
        return rf"\left{left} {self.inside.latex()} \right{right}"

    def mathml(self) -> str:
        left, right = (f'<mo fence="true">{escape(d)}</mo>' for d in (self.left, self.right))
        return f"<mrow>{left}{self.inside.mathml()}{right}</mrow>"


class Fraction:
    """One piece over another."""

    __slots__ = ("above", "below")

    def __init__(self, above: Box, below: Box) -> None:
        self.above, self.below = above, below

    def latex(self) -> str:
        return rf"\frac{{{self.above.latex()}}}{{{self.below.latex()}}}"

    def mathml(self) -> str:
        return f"<mfrac>{self.above.mathml()}{self.below.mathml()}</mfrac>"


class Superscript:
    """A piece with another raised behind it."""

    __slots__ = ("base", "raised")

    def __init__(self, base: Box, raised: Box) -> None:
        self.base, self.raised = base, raised

    def latex(self) -> str:
        return f"{{{self.base.latex()}}}^{{{self.raised.latex()}}}"

    def mathml(self) -> str:
        return f"<msup>{self.base.mathml()}{self.raised.mathml()}</msup>"


class Root:
    """A square root."""

    __slots__ = ("inside",)

    def __init__(self, inside: Box) -> None:
        self.inside = inside

    def latex(self) -> str:
        return rf"\sqrt{{{self.inside.latex()}}}"

    def mathml(self) -> str:
        return f"<msqrt>{self.inside.mathml()}</msqrt>"


class Bar:
    """A bar over a name: its cotangent."""

    __slots__ = ("inside",)

    def __init__(self, inside: Box) -> None:
        self.inside = inside

    def latex(self) -> str:
        return rf"\overline{{{self.inside.latex()}}}"

    def mathml(self) -> str:
        return f'<mover accent="true">{self.inside.mathml()}<mo stretchy="true">¯</mo></mover>'


def mathml_document(box: Box) -> str:
    """A whole ``<math>`` element."""
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{box.mathml()}</math>'
