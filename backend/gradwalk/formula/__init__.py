"""Formulas of ops as mathematics: from the text of a declaration to LaTeX, MathML and a line of plain text."""

from .boxes import mathml_document
from .plain import plain
from .typeset import typeset

__all__ = ["mathml_document", "plain", "typeset"]
