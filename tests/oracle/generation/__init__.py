"""Random programs, the same for the same number: nobody wrote them with either engine in view."""

from tests.oracle.generation.program import generated, mixes_dtypes

__all__ = ["generated", "mixes_dtypes"]
