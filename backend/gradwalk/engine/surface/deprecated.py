"""Overloads of PyTorch's first years, with numbers between the tensors (``add(x, alpha, y)``), as calls of today's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..warn import warn_once_for_all
from .argument_parser import matching
from .signatures import Signature

_PLACE = "(Triggered internally at /__w/pytorch/pytorch/torch/csrc/utils/python_arg_parser.cpp:1841.)"


def successor(
    taken: Signature, signatures: Sequence[Signature], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Signature | None:
    """The overload that takes by name the numbers which this one takes by position; None if there is none, or if it
    takes these arguments just as they are."""
    if not taken.is_deprecated:
        return None
    places = {parameter.name for parameter in taken.parameters if not parameter.keyword_only}
    for signature in signatures:
        named = {parameter.name for parameter in signature.parameters if parameter.keyword_only}
        if not signature.is_deprecated and places & named:
            return None if matching([signature], args, kwargs) else signature
    return None


def rearranged(
    taken: Signature, today: Signature, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a call of the old overload, in the places that they have in today's. ``args`` are without the
    tensor a method is called on."""
    given = dict(zip((parameter.name for parameter in taken.parameters), args, strict=False))
    given |= {
        parameter.name: kwargs[name] for parameter in taken.parameters for name in parameter.names if name in kwargs
    }
    places = [parameter.name for parameter in today.parameters if not parameter.keyword_only]
    return tuple(given.pop(name) for name in places), given


def warn_of(taken: Signature, signatures: Sequence[Signature]) -> None:
    """Say that the overload is deprecated, as PyTorch does at the first such call of a process."""
    others = "".join(f"\n\t{x.name}{x}" for x in signatures if not x.is_deprecated)
    warn_once_for_all(
        "deprecated overload",
        f"This overload of {taken.name} is deprecated:\n\t{taken.name}{taken}\n"
        f"Consider using one of the following signatures instead:{others} {_PLACE}",
    )
