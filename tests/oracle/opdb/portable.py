"""Values as JSON that loses nothing, and back again under whichever `torch` is on the path."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

DTYPES = (
    "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool", "complex64", "complex128",
)  # fmt: skip
"""What numpy and Gradwalk can carry."""


MOST_DIMENSIONS = 32


class Making(NamedTuple):
    """The public name of what was called to make a value, and with what."""

    path: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


class Unportable(Exception):
    """A value that does not leave PyTorch; the message says of what kind it is."""


class Packer:
    """Packs the arguments of one call. Tensors go to a list of their own, so that the same one twice stays one."""

    def __init__(self, torch: Any, making: Callable[[Any], Making | None] = lambda value: None) -> None:
        """`making` says how a value that is not plain data was made, where that is known."""
        self._torch = torch
        self._making = making
        self._seen: dict[int, int] = {}
        self._known: dict[int, dict[str, Any]] = {}
        self._alive: list[Any] = []
        self.tensors: list[dict[str, Any]] = []

    def know(self, value: Any, packed: dict[str, Any]) -> None:
        """From now on `value` reads as `packed`: what an earlier step of the same sample gave."""
        self._alive.append(value)
        self._known[id(value)] = packed

    def is_known(self, value: Any) -> bool:
        """Whether a value is an input or came from an earlier step."""
        return id(value) in self._known or id(value) in self._seen

    def pack(self, value: Any) -> Any:
        torch = self._torch
        if id(value) in self._known:
            return self._known[id(value)]
        made = self._making(value)
        if made is not None:
            return {"$": "made", **self.packed(made)}
        if isinstance(value, torch.Tensor):
            return {"$": "in", "index": self._index(value)}
        if value is None or isinstance(value, (bool, int, float, str)):
            return value if type(value) in (bool, int, float, str, type(None)) else _plain(value)
        if isinstance(value, np.ndarray):
            return {"$": "array", **array_data(value)}
        if isinstance(value, np.generic):
            return self.pack(value.item())
        if value is Ellipsis:
            return {"$": "ellipsis"}
        if isinstance(value, slice):
            return {"$": "slice", "items": [self.pack(part) for part in (value.start, value.stop, value.step)]}
        if isinstance(value, torch.Size):
            return {"$": "size", "items": list(value)}
        if isinstance(value, list):
            return [self.pack(item) for item in value]
        if isinstance(value, tuple):
            return {"$": "tuple", "items": [self.pack(item) for item in value]}
        if isinstance(value, dict) and all(isinstance(key, str) for key in value):
            return {"$": "dict", "items": {key: self.pack(item) for key, item in value.items()}}
        for kind in ("dtype", "memory_format", "layout"):
            if isinstance(value, getattr(torch, kind)):
                return {"$": "named", "name": str(value).removeprefix("torch.")}
        if isinstance(value, torch.device):
            return {"$": "device", "name": str(value)}
        name = getattr(value, "__name__", "")
        if callable(value) and getattr(torch.nn.functional, name, None) is value:
            return {"$": "named", "name": f"nn.functional.{name}"}
        raise Unportable(f"{type(value).__name__} as an argument")

    def packed(self, call: Making) -> dict[str, Any]:
        """A call as a step of a case."""
        kwargs = {key: self.pack(value) for key, value in call.kwargs.items()}
        return {"path": call.path, "args": [self.pack(value) for value in call.args], "kwargs": kwargs}

    def _index(self, tensor: Any) -> int:
        if id(tensor) not in self._seen:
            self._seen[id(tensor)] = len(self.tensors)
            self._alive.append(tensor)
            self.tensors.append(tensor_data(self._torch, tensor))
        return self._seen[id(tensor)]


def tensor_data(torch: Any, tensor: Any) -> dict[str, Any]:
    """A leaf like this tensor: dtype, shape, bytes; the memory under it where it is not contiguous."""
    kind = str(tensor.dtype).removeprefix("torch.")
    if tensor.layout is not torch.strided or kind not in DTYPES:
        raise Unportable(f"{kind} tensors" if kind not in DTYPES else f"{tensor.layout} tensors")
    if tensor.device.type != "cpu":
        raise Unportable(f"{tensor.device.type} tensors")
    packed: dict[str, Any] = {"dtype": kind, "shape": list(tensor.shape)}
    if tensor.requires_grad:
        packed["requires_grad"] = True
    plain = tensor.detach()
    if not plain.is_contiguous():
        packed["stride"] = list(plain.stride())
        span = (
            1 + sum((n - 1) * step for n, step in zip(plain.shape, plain.stride(), strict=True)) if plain.numel() else 0
        )
        plain = plain.as_strided((span,), (1,))
    return packed | {"data": _text(numbers_of(plain.contiguous()))}


def array_data(array: Any) -> dict[str, Any]:
    return {"dtype": str(array.dtype), "shape": list(array.shape), "data": _text(np.ascontiguousarray(array))}


def numbers_of(tensor: Any) -> Any:
    """A detached tensor's numbers; zeros that PyTorch has only promised are written out."""
    if tensor.dim() > MOST_DIMENSIONS:
        raise Unportable("more dimensions than numpy has")
    try:
        return tensor.numpy()
    except RuntimeError:
        return tensor.numpy(force=True)


def as_array(packed: dict[str, Any]) -> Any:
    """The numbers of a packed tensor in its shape; of a strided one, those that its shape reaches."""
    flat = np.frombuffer(base64.b64decode(packed["data"]), packed["dtype"])
    if "stride" in packed:
        steps = tuple(step * flat.itemsize for step in packed["stride"])
        return (
            np.lib.stride_tricks.as_strided(flat, packed["shape"], steps)
            if flat.size
            else flat.reshape(packed["shape"])
        )
    return flat.reshape(packed["shape"])


def make_tensor(torch: Any, packed: dict[str, Any]) -> Any:
    """The tensor that was packed, as a new leaf in memory of its own, which can be resized."""
    if "stride" in packed:
        flat = np.frombuffer(base64.b64decode(packed["data"]), packed["dtype"]).copy()
        tensor = torch.from_numpy(flat).clone().as_strided(tuple(packed["shape"]), tuple(packed["stride"])).detach()
    else:
        tensor = torch.from_numpy(as_array(packed).copy()).clone()
    return tensor.requires_grad_() if packed.get("requires_grad") else tensor


def unpack(torch: Any, packed: Any, tensors: list[Any], results: list[Any]) -> Any:
    """The value that was packed; `tensors` are the inputs, `results` what earlier steps gave."""
    if isinstance(packed, list):
        return [unpack(torch, item, tensors, results) for item in packed]
    if not isinstance(packed, dict):
        return packed
    kind = packed["$"]
    if kind == "in":
        return tensors[packed["index"]]
    if kind == "step":
        found = results[packed["index"]]
        return found if packed["item"] is None else found[packed["item"]]
    if kind == "made":
        args = [unpack(torch, item, tensors, results) for item in packed["args"]]
        kwargs = {key: unpack(torch, item, tensors, results) for key, item in packed["kwargs"].items()}
        return lookup(torch, packed["path"])(*args, **kwargs)
    if kind == "named":
        return lookup(torch, packed["name"])
    if kind == "device":
        return torch.device(packed["name"])
    if kind == "array":
        return as_array(packed).copy()
    if kind == "ellipsis":
        return Ellipsis
    if kind == "dict":
        return {key: unpack(torch, item, tensors, results) for key, item in packed["items"].items()}
    items = [unpack(torch, item, tensors, results) for item in packed["items"]]
    return slice(*items) if kind == "slice" else torch.Size(items) if kind == "size" else tuple(items)


def lookup(torch: Any, path: str) -> Any:
    """What stands under a dotted name in `torch`."""
    for name in path.split("."):
        torch = getattr(torch, name)
    return torch


def written(case: dict[str, Any]) -> str:
    """A case's last call as a user would write it, tensors as dtype and shape; of modules, how they are made too."""
    if "kind" in case:
        return "; ".join(_written_call(step, case) for step in case["steps"])
    return _written_call(case["steps"][-1], case)


def _written_call(step: dict[str, Any], case: dict[str, Any]) -> str:
    arguments = [_written(item, case) for item in step["args"]]
    arguments += [f"{key}={_written(item, case)}" for key, item in step["kwargs"].items()]
    return f"{step['path']}({', '.join(arguments)})"


def _written(packed: Any, case: dict[str, Any]) -> str:
    if isinstance(packed, list):
        return f"[{', '.join(_written(item, case) for item in packed)}]"
    if not isinstance(packed, dict):
        return repr(packed)
    kind = packed["$"]
    if kind == "in":
        tensor = case["tensors"][packed["index"]]
        return f"{tensor['dtype']}{tensor['shape']}{' strided' if 'stride' in tensor else ''}"
    if kind in ("step", "array"):
        return str(kind)
    if kind == "made":
        return _written_call(packed, case)
    if "name" in packed:
        return str(packed["name"])
    items = packed.get("items", [])
    parts = [_written(item, case) for item in (items.values() if isinstance(items, dict) else items)]
    return f"{kind}({', '.join(parts)})"


def number(value: Any) -> Any:
    """A Python number as JSON; what JSON cannot carry as text."""
    return value if not isinstance(value, float) or math.isfinite(value) else repr(value)


def _plain(value: Any) -> Any:
    for kind in (bool, int, float, str):
        if isinstance(value, kind) and hasattr(value, "__class__") and type(value).__mro__[1] is kind:
            return kind(value)
    raise Unportable(f"{type(value).__name__} as an argument")


def _text(array: Any) -> str:
    return str(base64.b64encode(array.tobytes()), "ascii")
