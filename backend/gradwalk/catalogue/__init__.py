"""What can be used in a snippet: every op with its formulas, every public name; drawn from the declarations alone."""

from .contents import catalogue

__all__ = ["catalogue"]
