"""A function as cells that can be run elsewhere: its source, what it needs by name, and the call.

Only text travels. What a function refers to by name comes with it where text can say it: modules as imports, other
functions and classes as their sources, numbers, texts and containers of them as literals, tensors and arrays as lists.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import CodeType, FunctionType, ModuleType
from typing import Any

from gradwalk.errors import NotText
from gradwalk.notebook import CellSource

_FACADE = "gradwalk.torch"


def function_cells(
    function: Callable[..., object], arguments: Sequence[Any], keywords: Mapping[str, Any]
) -> list[CellSource]:
    """A cell with all that the function needs, one for each definition, and one with the call.

    Raises :class:`NotText` for what cannot be written down.
    """
    if not isinstance(function, FunctionType):
        raise NotText(f"Only a plain function can be traced, not {function!r}: write the code as text.")
    if function.__name__ == "<lambda>":
        raise NotText("A lambda has no source of its own: give it a name with def, or write the code as text.")
    needs = Needs()
    needs.collect(function)
    given = [literal(value, "an argument") for value in arguments]
    given += [f"{name}={literal(value, name)}" for name, value in keywords.items()]
    call = f"{function.__name__}({', '.join(given)})"
    for module in ("torch", "numpy"):
        if module not in needs.names and any(f"{module}." in text for text in (*given, *needs.values)):
            needs.imports.append(f"import {module}")
    head = "\n".join(needs.imports + needs.values)
    return [CellSource(text) for text in (head, *needs.sources, call) if text]


class Needs:
    """The lines and definitions that must come before a call, in an order in which they can run."""

    def __init__(self) -> None:
        self.imports: list[str] = []
        self.values: list[str] = []
        self.sources: list[str] = []
        self.names: set[str] = set()

    def collect(self, function: FunctionType) -> None:
        """Take ``function``'s source, after what it refers to."""
        self.names.add(function.__name__)
        closed = inspect.getclosurevars(function)
        known = dict(closed.globals) | dict(closed.nonlocals)
        for name in _referred(function.__code__):
            # ``getclosurevars`` does not look into the functions that are defined inside.
            if name not in known and name in function.__globals__:
                known[name] = function.__globals__[name]
        for name in sorted(known):
            self._need(name, known[name], function)
        self.sources.append(source_of(function))

    def _need(self, name: str, value: object, user: FunctionType) -> None:
        if name in self.names:
            return
        self.names.add(name)
        if isinstance(value, ModuleType):
            module = "torch" + value.__name__[len(_FACADE) :] if _is_facade(value) else value.__name__
            self.imports.append(f"import {module}" if module == name else f"import {module} as {name}")
        elif isinstance(value, FunctionType) and value.__module__ in ("__main__", user.__module__):
            self.collect(value)
        elif isinstance(value, type) and value.__module__ in ("__main__", user.__module__):
            self.sources.append(source_of(value))
        elif callable(value) and getattr(value, "__module__", None) and hasattr(value, "__qualname__"):
            module = str(value.__module__).replace(_FACADE, "torch")
            self.imports.append(f"from {module} import {value.__qualname__} as {name}")
        else:
            self.values.append(f"{name} = {literal(value, f'{name}, which {user.__name__} uses,')}")


def _is_facade(module: ModuleType) -> bool:
    return module.__name__ == _FACADE or module.__name__.startswith(f"{_FACADE}.")


def _referred(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _referred(constant)


def source_of(defined: FunctionType | type) -> str:
    """The definition as it was written, at the left margin."""
    try:
        return textwrap.dedent(inspect.getsource(defined)).rstrip()
    except (OSError, TypeError):
        raise NotText(f"The source of {defined.__name__} cannot be found: write the code as text.") from None


def literal(value: object, what: str) -> str:
    """``value`` as Python writes it; raises :class:`NotText` for what no text stands for."""
    if value is None or isinstance(value, bool | int | str | bytes | complex):
        return repr(value)
    if isinstance(value, float):
        return repr(value) if abs(value) < float("inf") else f"float('{value}')"
    if isinstance(value, list | tuple | set) and type(value) in (list, tuple, set):
        items = [literal(item, what) for item in value]
        if isinstance(value, tuple):
            return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
        left, right = "[]" if isinstance(value, list) else "{}"
        return f"{left}{', '.join(items)}{right}" if items or isinstance(value, list) else "set()"
    if type(value) is dict:
        return "{" + ", ".join(f"{literal(k, what)}: {literal(v, what)}" for k, v in value.items()) + "}"
    if hasattr(value, "tolist") and hasattr(value, "dtype"):
        return _array(value)
    raise NotText(f"{what} is {type(value).__name__}, which cannot be written as text: make it inside the function.")


def _array(value: Any) -> str:
    """A tensor of any engine, or an array of numpy's, as the call that makes it anew."""
    if not hasattr(value, "requires_grad"):
        return f"numpy.array({literal(value.tolist(), 'an array')}, dtype={str(value.dtype)!r})"
    grad = ", requires_grad=True" if value.requires_grad else ""
    return f"torch.tensor({literal(value.detach().tolist(), 'a tensor')}, dtype={value.dtype}{grad})"
