"""What an error is about: the tensor that was refused, or the node whose VJP failed. Who shows the error can ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from .graph import Node
    from .tensor import Tensor

E = TypeVar("E", bound=BaseException)


class Subject(NamedTuple):
    """Either may be unknown."""

    tensor: Tensor | None = None
    node: Node | None = None


def about(error: E, tensor: Tensor | None = None, node: Node | None = None) -> E:
    """The error, which from now on knows what it is about. What is known of it already stays: it is nearer to the
    cause."""
    known = subject_of(error) or Subject()
    error.__dict__["_subject"] = Subject(
        tensor if known.tensor is None else known.tensor, node if known.node is None else known.node
    )
    return error


def subject_of(error: BaseException) -> Subject | None:
    """What an error is about; None where nobody said."""
    subject = getattr(error, "__dict__", {}).get("_subject")
    return subject if type(subject) is Subject else None
