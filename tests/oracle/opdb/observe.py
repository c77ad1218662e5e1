"""Makes the calls of one case and writes down all that can be seen of them, under PyTorch and Gradwalk alike."""

from __future__ import annotations

import base64
import importlib
import re
import warnings
from typing import Any

import numpy as np

from tests.oracle.nndb.running import run_module, run_optimiser
from tests.oracle.opdb.portable import DTYPES, Unportable, array_data, make_tensor, number, numbers_of
from tests.oracle.opdb.running import run_calls

RUNS = {"call": run_calls, "module": run_module, "optimiser": run_optimiser}
NODES = 120
"""Of a larger graph the first so many nodes are compared."""


def observe(torch: Any, case: dict[str, Any]) -> dict[str, Any]:
    """The facts of a case: result, graph, gradients, or the error."""
    tensors = [make_tensor(torch, packed) for packed in case["tensors"]]
    torch.manual_seed(0)
    facts: dict[str, Any] = {}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            versions = [tensor._version for tensor in tensors]
            result, leaves, more = RUNS[case.get("kind", "call")](torch, case, tensors)
        except Exception as error:
            return {"error": [type(error).__name__, tidied(str(error))]}
        facts["result"] = _described(torch, result, tensors)
        if case.get("form") != "fused":  # PyTorch's fused steps write without counting a version
            facts |= _changed(tensors, versions)
        facts |= {name: _described(torch, value, tensors) for name, value in more.items()}
        outputs = [item for item in _tensors(torch, result) if item.requires_grad]
        if outputs:
            facts["graph"] = _graph([output.grad_fn for output in outputs])
            facts["saved"] = [_saved(output.grad_fn) for output in outputs]
            facts |= _gradients(torch, outputs, [t for t in leaves if t.requires_grad], case.get("second", False))
    words = [f"{item.category.__name__}: {tidied(str(item.message))}" for item in caught]
    return facts | ({"warnings": words} if words else {})


def tidied(words: str) -> str:
    """Without what differs from one run or build to the next."""
    words = re.sub(r"0x[0-9a-f]{6,}", "0x...", words)
    words = re.sub(r"\nException raised from .*", "", words, flags=re.DOTALL)
    return re.sub(r" ?\(?Triggered internally at [^)]*\)?", "", words)


def _tensors(torch: Any, value: Any) -> list[Any]:
    if isinstance(value, torch.Tensor):
        return [value]
    return [found for item in value for found in _tensors(torch, item)] if isinstance(value, (list, tuple)) else []


def _described(torch: Any, value: Any, inputs: list[Any]) -> Any:
    if isinstance(value, torch.Tensor):
        record = _numbers(torch, value)
        if value.requires_grad:
            record["requires_grad"] = True
        same = next((index for index, tensor in enumerate(inputs) if tensor is value), None)
        return record if same is None else record | {"is_input": same}
    if isinstance(value, torch.Size):
        return {"type": "Size", "items": list(value)}
    if isinstance(value, (list, tuple)):
        return {"type": type(value).__name__, "items": [_described(torch, item, inputs) for item in value]}
    if isinstance(value, dict):
        items = [_described(torch, item, inputs) for item in value.values()]
        return {"type": type(value).__name__, "keys": [str(key) for key in value], "items": items}
    if isinstance(value, (bool, int, float)):
        return {"type": type(value).__name__, "number": number(value)}
    if value is None or isinstance(value, str):
        return {"type": type(value).__name__, "text": value}
    return {"type": type(value).__name__, "text": str(value).removeprefix("torch.")}


def _numbers(torch: Any, tensor: Any) -> dict[str, Any]:
    kind = str(tensor.dtype).removeprefix("torch.")
    if tensor.device.type != "cpu":
        raise Unportable(f"{tensor.device.type} results")
    if tensor.layout is not torch.strided or kind not in DTYPES:
        raise Unportable(f"{kind} results" if kind not in DTYPES else f"{tensor.layout} results")
    plain = tensor.detach()
    record = {"dtype": kind, "shape": [int(n) for n in plain.shape]}
    if not plain.is_contiguous():
        record["stride"] = [int(n) for n in plain.stride()]
    return record | {"data": base64.b64encode(np.ascontiguousarray(numbers_of(plain)).tobytes()).decode()}


def _changed(tensors: list[Any], versions: list[int]) -> dict[str, Any]:
    """The inputs that the call has written to."""
    found = {
        str(index): array_data(numbers_of(tensor.detach()))
        for index, (tensor, version) in enumerate(zip(tensors, versions, strict=True))
        if tensor._version != version
    }
    return {"changed": found} if found else {}


def _graph(roots: list[Any]) -> list[Any]:
    """The nodes behind the outputs, breadth first: name, and the place in this list and input number of each next."""
    order: list[Any] = list(dict.fromkeys(root for root in roots if root is not None))
    places = {node: index for index, node in enumerate(order)}
    for node in order:
        for following, _ in node.next_functions:
            if following is not None and following not in places and len(order) < NODES:
                places[following] = len(order)
                order.append(following)
    return [
        [node.name(), [None if to is None else [places.get(to, "far"), number] for to, number in node.next_functions]]
        for node in order
    ]


def _saved(node: Any) -> list[str]:
    return [] if node is None else sorted(name for name in dir(node) if name.startswith("_saved_"))


def _gradients(torch: Any, outputs: list[Any], inputs: list[Any], second: bool) -> dict[str, Any]:
    """Gradients of the inputs for fixed cotangents, and of those for fixed cotangents once more."""
    try:
        first = _grad(torch, outputs, inputs, second)
    except Exception as error:
        return {"grads": {"error": [type(error).__name__, tidied(str(error))]}}
    facts: dict[str, Any] = {"grads": [None if grad is None else _numbers(torch, grad) for grad in first]}
    again = [grad for grad in first if grad is not None and grad.requires_grad]
    if second and again:
        try:
            facts["second"] = [None if g is None else _numbers(torch, g) for g in _grad(torch, again, inputs, False)]
        except Exception as error:
            facts["second"] = {"error": [type(error).__name__, tidied(str(error))]}
    return facts


def _grad(torch: Any, outputs: list[Any], inputs: list[Any], create_graph: bool) -> Any:
    cotangents = [_cotangent(torch, output) for output in outputs]
    return torch.autograd.grad(outputs, inputs, cotangents, create_graph=create_graph, allow_unused=True)


def _cotangent(torch: Any, output: Any) -> Any:
    """Small numbers of both signs that no symmetry cancels."""
    count = int(output.numel())
    numbers = ((np.arange(count) * 7 % 11) - 4.5) / 4
    if output.is_complex():
        numbers = numbers + 1j * ((np.arange(count) * 5 % 7) - 2.5) / 4
    return torch.from_numpy(numbers.reshape(tuple(output.shape))).to(output.dtype)


def import_torch() -> Any:
    torch = importlib.import_module("torch")
    if hasattr(torch, "set_num_threads"):
        torch.set_num_threads(1)
    for name in ("nn.functional", "linalg", "special", "fft", "autograd"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                importlib.import_module(f"torch.{name}")
            except ImportError:
                continue
    return torch
