"""``torch.device``: there is one, the CPU."""

from __future__ import annotations


class device:  # noqa: N801 (the name is PyTorch's)
    """Where a tensor lives. Raises RuntimeError for anything but the CPU."""

    __slots__ = ("index", "type")
    __module__ = "torch"

    type: str
    index: int | None

    def __init__(self, type: str | device = "cpu", index: int | None = None) -> None:
        name = type.type if isinstance(type, device) else type
        kind, _, number = name.partition(":")
        if kind != "cpu":
            raise RuntimeError(f"Gradwalk runs on the CPU only: device {name!r} is not here. Use device='cpu'.")
        self.type = kind
        self.index = int(number) if number else index

    def __repr__(self) -> str:
        return (
            f"device(type='{self.type}')" if self.index is None else f"device(type='{self.type}', index={self.index})"
        )

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))


CPU = device("cpu")
