"""Layouts: every tensor is ``torch.strided``; the others are there to be refused."""

from __future__ import annotations

from .written_in_c import WrittenInC


class layout(metaclass=WrittenInC):  # noqa: N801 (the name is PyTorch's)
    """How elements lie in memory."""

    __module__ = "torch"

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return f"torch.{self._name}"

    def __reduce__(self) -> str:
        return self._name


STRIDED = layout("strided")
SPARSE = {name: layout(name) for name in ("sparse_coo", "sparse_csr", "sparse_csc", "sparse_bsr", "sparse_bsc")}
