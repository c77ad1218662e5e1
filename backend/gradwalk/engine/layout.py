"""Layouts: every tensor is ``torch.strided``; the others are there to be refused."""

from __future__ import annotations

from .written_in_c import WrittenInC


class layout(metaclass=WrittenInC):  # noqa: N801 (the name is PyTorch's)
    """How elements lie in memory."""

    __module__ = "torch"

    _name: str

    def __new__(cls, *_: object, **__: object) -> layout:
        raise TypeError("cannot create 'torch.layout' instances")

    def __repr__(self) -> str:
        return f"torch.{self._name}"

    def __reduce__(self) -> str:
        return self._name


def _named(name: str) -> layout:
    made = object.__new__(layout)
    made._name = name
    return made


STRIDED = _named("strided")
SPARSE = {name: _named(name) for name in ("sparse_coo", "sparse_csr", "sparse_csc", "sparse_bsr", "sparse_bsc")}
