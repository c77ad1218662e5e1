"""Expressions whose layout is recorded from IPython by `record_echo.py` and asked of the runner by its tests."""

from __future__ import annotations

import collections
import dataclasses
import enum
import fractions
import re
import types
from typing import Any


class Block:
    """A value whose repr is a block of lines, as a tensor's is."""

    def __init__(self, lines: int, width: int) -> None:
        self.lines, self.width = lines, width

    def __repr__(self) -> str:
        return "\n".join("x" * self.width for _ in range(self.lines))


class Named(tuple[int, ...]):
    """A tuple that says what it is, as torch.Size does."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Named({list(self)})"


class Plain(list[int]):
    """A list by another name: laid out as a list."""


class Loud(type):
    """Classes of it say themselves what they are called."""

    def __repr__(cls) -> str:
        return "LOUD"


class Called(metaclass=Loud):
    """One of them."""


class Failed(Exception):
    """An exception of the snippet's own."""


class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Record:
    x: int = 1
    y: str = "a"


Point = collections.namedtuple("Point", "x y")


def function(a: int, b: float = 2.0, *rest: str, key: object = None) -> None:
    """A function with a signature."""


def cyclic(kind: str) -> Any:
    """A container that holds itself."""
    holder: Any = {"list": [1], "dict": {"a": 1}, "tuple": ([],)}[kind]
    (holder[0] if kind == "tuple" else holder).append(holder) if kind != "dict" else holder.update(self=holder)
    return holder


NAMESPACE: dict[str, Any] = {
    **{name: value for name, value in globals().items() if not name.startswith("_")},
    "collections": collections, "fractions": fractions, "re": re, "types": types,
}  # fmt: skip

EXPRESSIONS = [
    # scalars, text
    "1", "True", "...", "NotImplemented", "1e100", "-0.0", "float('nan')", "10**50", "'a\\nb'", "['a\\nb']",
    "b'ab'", "''",
    "'x' * 200", "['x' * 200] * 2", "fractions.Fraction(1, 2)", "slice(1, 2)", "range(3)", "1j",
    # tuples as lessons end with: short ones on a line, long ones an element a line
    "(1,)", "()", "(Block(1, 20), None)", "(Block(1, 39), Block(1, 36))", "(Block(1, 39), Block(1, 37))",
    "(Block(1, 40), Block(1, 37))", "(Block(1, 60), Block(1, 30), 1, 2)", "(Block(2, 10), Block(2, 10))",
    "(Block(2, 10), 1, 2)", "(1, Block(2, 10), 2)", "[Block(3, 5)]", "(1, (2, Block(2, 30)), 3)",
    "[(Block(1, 30), Block(1, 30)), (Block(1, 30), Block(1, 30))]", "Block(0, 0)", "(Block(0, 0), 1)",
    "[[Block(1, 90)]]",
    # containers within containers
    "list(range(30))", "[list(range(10)) for _ in range(4)]", "[list(range(30)) for _ in range(2)]",
    "{'weights': Block(2, 20), 'bias': Block(1, 20)}", "{i: {'a': i} for i in range(20)}",
    "{'w' * 20: ('x' * 30, 'y' * 30)}", "{(1, 2): [3, 4], 'k' * 30: list(range(20))}",
    "{('a' * 30, 1): ('b' * 30, 'c' * 30, 'd' * 30)}", "{'a': {'b': {'c': list(range(25))}}}", "{}", "[]",
    "[[], {}, ()]",
    "{3, 1, 2}", "set()", "frozenset()", "frozenset({2, 1})", "{1, 'a'}", "set(range(40))",
    "cyclic('list')", "cyclic('dict')", "cyclic('tuple')",
    # cut where they are long
    "list(range(999))[-1:]", "list(range(1000))", "list(range(1001))", "tuple(range(1500))", "set(range(999))",
    "set(range(1000))", "dict.fromkeys(range(1001))", "[0] * 1200",
    # the collections module
    "collections.OrderedDict()", "collections.OrderedDict(a=1, b=[2])",
    "collections.OrderedDict((f'layer{i}.weight', Block(1, 30)) for i in range(4))",
    "collections.defaultdict(list, a=[1])", "collections.defaultdict(int, {i: list(range(20)) for i in range(3)})",
    "collections.Counter('abca')", "collections.Counter()", "collections.deque([1, 2])",
    "collections.deque([1, 2, 3], maxlen=2)", "collections.deque([list(range(20))] * 3, maxlen=5)",
    "collections.UserList([1])", "collections.ChainMap({1: 2})", "types.MappingProxyType({'a': 1})",
    "types.SimpleNamespace(a=1, b=list(range(30)))", "Point(1, 2)", "[Point(1, 2)] * 8",
    # classes and what they make
    "Named([2, 3])", "(Named([2, 3]), Named([]))", "Plain([1, 2])", "Record()",
    "[Record(i, 'y' * 20) for i in range(3)]",
    "Colour.RED", "Colour", "Record", "Called", "int", "[int, str]", "type", "object", "collections.OrderedDict",
    # functions, modules, exceptions, patterns
    "function", "len", "(lambda x, *y: x)", "print", "Failed('x')", "ValueError()", "ValueError('a', 1)",
    "[ValueError('x' * 40, 'y' * 40)]", "KeyError('a')", "re.compile('a\\\\d')",
    "re.compile('a', re.IGNORECASE | re.DOTALL)",
    "super(Plain, Plain([1]))",
]  # fmt: skip
