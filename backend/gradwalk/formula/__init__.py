"""Formulas of ops as mathematics: from the text of a declaration to LaTeX and MathML."""

from .boxes import mathml_document
from .typeset import typeset

__all__ = ["mathml_document", "typeset"]
