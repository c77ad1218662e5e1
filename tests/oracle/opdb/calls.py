"""Turns a sample of PyTorch's database into the public calls a user would write."""

from __future__ import annotations

import contextlib
import operator
from collections.abc import Callable, Iterator
from typing import Any

from tests.oracle.opdb.portable import Packer, Unportable, lookup

Steps = list[dict[str, Any]]


def forms(torch: Any, info: Any) -> Iterator[tuple[str, Any]]:
    """Each way to call an operator: what to call it in the table, and what is called."""
    yield "function", info.op
    if info.method_variant is not None and info.method_variant is not info.op:
        yield "method", info.method_variant
    for form, variant in (
        ("in place", info.inplace_variant),
        ("operator", info.operator_variant),
        ("in-place operator", info.inplace_operator_variant),
    ):
        if variant is not None:
            yield form, variant
    for alias in info.aliases:
        for form, variant in ((alias.name, alias.op), (f"{alias.name} in place", alias.inplace_variant)):
            if variant is not None:
                yield f"alias {form}", variant


def packed_call(torch: Any, form: str, variant: Any, name: str, sample: Any) -> dict[str, Any]:
    """The case of one sample: its input tensors and the calls made on them. Raises Unportable where that cannot be."""
    packer = Packer(torch)
    args, kwargs = (sample.input, *sample.args), dict(sample.kwargs)
    path = _path(torch, variant, name)
    if path is None:
        steps = _traced(torch, packer, variant, args, kwargs)
    else:
        packed = [packer.pack(arg) for arg in args]
        steps = [{"path": path, "args": packed, "kwargs": {key: packer.pack(v) for key, v in kwargs.items()}}]
    if "in place" in form or "in-place" in form:
        _clone_first(steps)
    return {"tensors": packer.tensors, "steps": steps}


def _clone_first(steps: Steps) -> None:
    """In-place methods are tried on a copy, since a leaf that requires grad refuses them."""
    first = steps[0]["args"][0]
    if len(steps) > 1 or not isinstance(first, dict) or first["$"] != "in":
        raise Unportable("an in-place form of more than one call")
    steps.insert(0, {"path": "Tensor.clone", "args": [first], "kwargs": {}})
    steps[1]["args"][0] = {"$": "step", "index": 0, "item": None}


def _path(torch: Any, variant: Any, name: str) -> str | None:
    """The public name of a callable; None if it is a wrapper of the test suite."""
    own = str(getattr(variant, "__name__", ""))
    if getattr(operator, own, None) is variant:
        return f"operator.{own}"
    for path in (name, own):
        for prefix in ("", "Tensor.", "nn.functional.", "linalg.", "special."):
            try:
                if lookup(torch, prefix + path) is variant:
                    return prefix + path
            except AttributeError:
                continue
    return None


def _traced(torch: Any, packer: Packer, variant: Callable[..., Any], args: Any, kwargs: Any) -> Steps:
    """The public calls that a wrapper makes, found by watching it make them."""
    calls: list[tuple[str, Any, Any]] = []

    class Watch(torch.overrides.TorchFunctionMode):  # type: ignore[misc]
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            # packed before the call, which may write to them
            record = [packer.pack(arg) for arg in args], {k: packer.pack(v) for k, v in (kwargs or {}).items()}
            calls.append((torch.overrides.resolve_name(func) or repr(func), *record))
            result = func(*args, **(kwargs or {}))
            _know(torch, packer, result, len(calls) - 1)
            return result

    # A call that fails is the last, and a fact like any other.
    with (
        Watch(),
        contextlib.suppress(RuntimeError, TypeError, ValueError, IndexError),
    ):
        variant(*args, **kwargs)
    steps: Steps = [{"path": _public(path), "args": a, "kwargs": k} for path, a, k in calls]
    if not steps:
        raise Unportable("a wrapper that calls nothing public")
    return _needed(steps)


def _know(torch: Any, packer: Packer, result: Any, step: int) -> None:
    items = enumerate(result) if isinstance(result, (tuple, list)) else [(None, result)]
    for item, value in items:
        if isinstance(value, torch.Tensor) and not packer.is_known(value):
            packer.know(value, {"$": "step", "index": step, "item": item})


def _public(path: str) -> str:
    path = path.removeprefix("torch.").removeprefix("functional.")
    inner = path.removeprefix("Tensor.").split(".")[0]
    if path.startswith(("ops.", "_")) or "._" in path.replace(".__", "") or (inner[:1] == "_" and inner[:2] != "__"):
        raise Unportable("a wrapper that calls something internal")
    return path


def _needed(steps: Steps) -> Steps:
    """The last step and those whose results it uses, numbered anew."""
    needed, waiting = set(), [len(steps) - 1]
    while waiting:
        step = waiting.pop()
        if step not in needed:
            needed.add(step)
            waiting += _references(steps[step])
    order = sorted(needed)
    places = {old: new for new, old in enumerate(order)}
    return [_renumbered(steps[index], places) for index in order]


def _references(packed: Any) -> list[int]:
    if isinstance(packed, list):
        return [found for item in packed for found in _references(item)]
    if not isinstance(packed, dict):
        return []
    if packed.get("$") == "step":
        return [packed["index"]]
    return [found for item in packed.values() for found in _references(item)]


def _renumbered(packed: Any, places: dict[int, int]) -> Any:
    if isinstance(packed, list):
        return [_renumbered(item, places) for item in packed]
    if not isinstance(packed, dict):
        return packed
    if packed.get("$") == "step":
        return packed | {"index": places[packed["index"]]}
    return {key: _renumbered(item, places) for key, item in packed.items()}
