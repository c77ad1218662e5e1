"""What a notebook shows for the value of a cell's last expression: the text of each type, laid out as IPython does."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gradwalk.runner.layout import Layout

MAX_WIDTH = 79
MAX_ITEMS = 1000
"""A sequence is cut after so many items."""


def pretty(value: object) -> str:
    """The text under a cell whose last expression has this value."""
    printer = Printer(MAX_WIDTH)
    printer.pretty(value)
    return str(printer)


class Printer(Layout):
    """A layout that knows how to write values."""

    def __init__(self, max_width: int) -> None:
        super().__init__(max_width)
        self._within: list[int] = []

    def pretty(self, value: Any) -> None:
        """Write ``value``; a value inside itself is cut short."""
        cycle = id(value) in self._within
        self._within.append(id(value))
        self.begin_group()
        try:
            _writer_of(value)(value, self, cycle)
        finally:
            self.end_group()
            self._within.pop()

    def items(self, items: Iterable[Any]) -> Iterator[Any]:
        """``items`` with a comma and a possible line end between each two of them, and cut where there are too many."""
        for position, item in enumerate(items):
            if position:
                self.text(",")
                self.breakable()
            if position == MAX_ITEMS:
                self.text("...")
                return
            yield item

    def call(self, name: str, *arguments: Any, **keywords: Any) -> None:
        """Write a call as Python writes it."""
        written = [("", argument) for argument in arguments] + [(key + "=", value) for key, value in keywords.items()]
        with self.group(), self.group(len(name) + 1, name + "(", ")"):
            for position, (prefix, argument) in enumerate(written):
                if position:
                    self.text(",")
                    self.breakable()
                if prefix:
                    with self.group(len(prefix), prefix):
                        self.pretty(argument)
                else:
                    self.pretty(argument)


Writer = Callable[[Any, Printer, bool], None]


class _Text:
    """Stands for itself where a value is expected."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:
        printer.text(self.text)


def _writer_of(value: Any) -> Writer:
    if value is None or value is Ellipsis or value is NotImplemented or isinstance(value, bool):
        return _repr
    for cls in _class_of(value).__mro__:
        writer = _BY_TYPE.get(cls) or _BY_NAME.get(f"{cls.__module__}.{cls.__name__}")
        if writer:
            return writer
        own = cls.__dict__
        if callable(own.get("_repr_pretty_")):
            return cls._repr_pretty_  # type: ignore[no-any-return]  # as IPython: whatever the class says it is
        if cls is not object and callable(own.get("__repr__")):
            return _repr
    return _plain_object


def _class_of(value: Any) -> Any:
    try:
        return value.__class__ or type(value)
    except Exception:  # a property that raises must not hide the value
        return type(value)


def _repr(value: Any, printer: Printer, cycle: bool) -> None:
    with printer.group():
        for position, line in enumerate(repr(value).splitlines()):
            if position:
                printer.break_()
            printer.text(line)


def _plain_object(value: Any, printer: Printer, cycle: bool) -> None:
    with printer.group(1, "<", ">"):
        printer.pretty(_class_of(value))
        printer.text(f" at {id(value):#x}" + (" ..." if cycle else ""))


def _sequence(start: str, end: str) -> Writer:
    def write(value: Any, printer: Printer, cycle: bool) -> None:
        if cycle:
            printer.text(start + "..." + end)
            return
        with printer.group(len(start), start, end):
            for item in printer.items(value):
                printer.pretty(item)
            if len(value) == 1 and isinstance(value, tuple):
                printer.text(",")

    return write


def _set(start: str, end: str) -> Writer:
    def write(value: Any, printer: Printer, cycle: bool) -> None:
        if cycle or not len(value):
            printer.text(start + "..." + end if cycle else type(value).__name__ + "()")
            return
        with printer.group(len(start), start, end):
            for item in printer.items(value if len(value) >= MAX_ITEMS else _sorted(value)):
                printer.pretty(item)

    return write


def _sorted(items: Iterable[Any]) -> list[Any]:
    listed = list(items)
    for key in (None, str):
        try:
            return sorted(listed, key=key)
        except Exception:  # what cannot be ordered is ordered by its text, else not at all
            continue
    return listed


def _mapping(start: str, end: str) -> Writer:
    def write(value: Any, printer: Printer, cycle: bool) -> None:
        if cycle:
            printer.text("{...}")
            return
        with printer.group(len(start), start, end):
            for key in printer.items(value.keys()):
                printer.pretty(key)
                printer.text(": ")
                printer.pretty(value[key])

    return write


def _constructed(arguments: Callable[[Any], tuple[list[Any], dict[str, Any]]]) -> Writer:
    """A container that shows itself as a call of its class."""

    def write(value: Any, printer: Printer, cycle: bool) -> None:
        positional, keywords = ([_Text("...")], {}) if cycle else arguments(value)
        printer.call(value.__class__.__name__, *positional, **keywords)

    return write


def _namespace(value: Any, printer: Printer, cycle: bool) -> None:
    printer.call("namespace", *([_Text("...")] if cycle else []), **({} if cycle else value.__dict__))


def _super(value: Any, printer: Printer, cycle: bool) -> None:
    with printer.group(8, "<super: ", ">"):
        printer.pretty(value.__thisclass__)
        printer.text(",")
        printer.breakable()
        printer.pretty(value.__self__)


def _pattern(value: Any, printer: Printer, cycle: bool) -> None:
    quoted = _Text("r" + repr(value.pattern).replace("\\\\", "\\"))
    named = ("IGNORECASE", "LOCALE", "MULTILINE", "DOTALL", "UNICODE", "VERBOSE", "DEBUG")
    flags = "|".join("re." + name for name in named if value.flags & getattr(re, name))
    printer.call("re.compile", quoted, *([_Text(flags)] if value.flags else []))


def _type(value: Any, printer: Printer, cycle: bool) -> None:
    if next(cls for cls in type(value).__mro__ if "__repr__" in vars(cls)) is not type:
        _repr(value, printer, cycle)
    else:
        printer.text(_qualified(value.__module__, value.__qualname__))


def _function(value: Any, printer: Printer, cycle: bool) -> None:
    name = _qualified(value.__module__, value.__qualname__)
    try:
        signature = str(inspect.signature(value))
    except ValueError:
        signature = ""
    printer.text(f"<function {name}{signature}>")


def _exception(value: Any, printer: Printer, cycle: bool) -> None:
    cls = value.__class__
    printer.call(_qualified(cls.__module__, cls.__qualname__), *value.args)


def _qualified(module: str | None, name: str) -> str:
    return name if module in (None, "", "builtins") else f"{module}.{name}"


_BY_TYPE: dict[type, Writer] = {
    int: _repr,
    float: _repr,
    str: _repr,
    bytes: _repr,
    tuple: _sequence("(", ")"),
    list: _sequence("[", "]"),
    dict: _mapping("{", "}"),
    types.MappingProxyType: _mapping("mappingproxy({", "})"),
    set: _set("{", "}"),
    frozenset: _set("frozenset({", "})"),
    super: _super,
    re.Pattern: _pattern,
    type: _type,
    types.FunctionType: _function,
    types.BuiltinFunctionType: _function,
    types.SimpleNamespace: _namespace,
    BaseException: _exception,
}

_BY_NAME: dict[str, Writer] = {
    "collections.defaultdict": _constructed(lambda value: ([value.default_factory, dict(value)], {})),
    "collections.OrderedDict": _constructed(lambda value: ([list(value.items())] if value else [], {})),
    "collections.deque": _constructed(
        lambda value: ([list(value)], {} if value.maxlen is None else {"maxlen": value.maxlen})
    ),
    "collections.Counter": _constructed(lambda value: ([dict(value)] if value else [], {})),
    "collections.UserList": _constructed(lambda value: ([value.data], {})),
}
