"""Makes the calls of a case under whichever `torch` is on the path."""

from __future__ import annotations

import importlib
import operator
from typing import Any, NamedTuple

from tests.oracle.opdb.portable import unpack


class Ran(NamedTuple):
    """What a case gave: its result, the leaves that it can be differentiated by, and what else is to be compared."""

    result: Any
    leaves: list[Any]
    more: dict[str, Any]


def run_calls(torch: Any, case: dict[str, Any], tensors: list[Any]) -> Ran:
    """The case's calls one after another; the last one's result counts."""
    results: list[Any] = []
    for step in case["steps"]:
        args = [unpack(torch, item, tensors, results) for item in step["args"]]
        kwargs = {key: unpack(torch, item, tensors, results) for key, item in step["kwargs"].items()}
        results.append(_callable(torch, step["path"], args)(*args, **kwargs))
    return Ran(results[-1], tensors, {})


def _callable(torch: Any, path: str, args: list[Any]) -> Any:
    module, _, name = path.rpartition(".")
    if module == "operator":
        return getattr(operator, name)
    if name == "__get__":
        attribute = module.rpartition(".")[2]
        return lambda tensor: getattr(tensor, attribute)
    if module == "Tensor":
        bound = getattr(args[0], name)
        return lambda _, *rest, **kwargs: bound(*rest, **kwargs)
    place = torch
    for part in module.split(".") if module else ():
        place = (
            importlib.import_module(f"{place.__name__}.{part}") if not hasattr(place, part) else getattr(place, part)
        )
    return getattr(place, name)
