"""Classes that PyTorch writes in C: Python's own messages name their module too (``'torch.Size' object``)."""

from __future__ import annotations

from typing import Any


class WrittenInC(type):
    """A class whose ``__name__`` is what others see, and whose name for Python's messages is the whole path."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> Any:
        made = super().__new__(mcs, f"{namespace['__module__']}.{name}", bases, namespace)
        made.__qualname__ = name
        return made

    @property
    def __name__(cls) -> str:  # type: ignore[override]
        return cls.__qualname__

    @property
    def path(cls) -> str:
        """What messages call it."""
        return f"{cls.__module__}.{cls.__qualname__}"


def type_name(value: object) -> str:
    """A type as CPython's C names it: with its module if it is not built in and not a class written in Python."""
    kind: Any = type(value)
    if isinstance(kind, WrittenInC):
        return kind.path
    is_python_class = kind.__flags__ & 1 << 9
    if is_python_class or kind.__module__ == "builtins":
        return str(kind.__name__)
    return f"{kind.__module__}.{kind.__name__}"
