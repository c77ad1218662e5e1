"""Instrumented code tells what happens, in order, and does otherwise exactly what it did."""

from __future__ import annotations

import ast
import contextlib
import io
import sys
import types
from typing import Any

import pytest

from gradwalk.runner.hooks import Hooks
from gradwalk.runner.instrument import instrument
from gradwalk.runner.source import CellText
from tests.runner.fake import FakeRecorder, run, told

LESSON = """\
def f(a):
    b = a *2
    while b < 10:
        # a comment between the header and the body
        b = b *2
    if b > 0:
        c = b
    else:
        c = 100 * b
    return c

d = f(3)"""


def test_lesson_function_is_told_as_scopes_lines_names_and_tests() -> None:
    assert told(LESSON) == [
        ("begin", 0),
        ("line", "def f(a)"),
        ("line", "d = f(3)"),
        ("enter", "function", "f(a)"),
        ("bind", "a", 3, "local"),
        ("line", "b = a *2"),
        ("bind", "b", 6, "local"),
        ("enter", "loop", "while b < 10"),
        ("enter", "iteration", 1),
        ("line", "while b < 10"),
        ("branch", "while", "b < 10", True),
        ("line", "b = b *2"),
        ("bind", "b", 12, "local"),
        ("leave",),
        ("enter", "iteration", 2),
        ("line", "while b < 10"),
        ("branch", "while", "b < 10", False),
        ("leave",),  # the loop, and with it its last iteration
        ("enter", "branch", "if b > 0"),
        ("line", "if b > 0"),
        ("branch", "if", "b > 0", True),
        ("line", "c = b"),
        ("bind", "c", 12, "local"),
        ("leave",),
        ("line", "return c"),
        ("leave",),
        ("bind", "d", 12, "global"),
        ("end", 0, "done"),
    ]


def test_for_loop_fetches_its_items_outside_of_its_iterations() -> None:
    source = "def items():\n    for k in (1, 2):\n        print(k)\n        yield k\nfor x in items():\n    y = x"
    log = told(source, "enter", "leave", "output", "bind")
    assert [entry for entry in log if entry[-1] != "\n"] == [
        ("enter", "loop", "for x in items()"),
        ("output", 0, "stdout", "1"),
        ("enter", "iteration", 1),
        ("bind", "x", 1, "global"),
        ("bind", "y", 1, "global"),
        ("leave",),
        ("output", 0, "stdout", "2"),
        ("enter", "iteration", 2),
        ("bind", "x", 2, "global"),
        ("bind", "y", 2, "global"),
        ("leave",),
        ("leave",),
    ]


def test_elif_chain_is_one_branch_and_stops_at_the_arm_taken() -> None:
    source = "x = 2\nif x == 1:\n    y = 1\nelif x == 2:\n    y = 2\nelif x == 3:\n    y = 3"
    assert told(source, "enter", "leave", "branch", "line") == [
        ("line", "x = 2"),
        ("enter", "branch", "if x == 1"),
        ("line", "if x == 1"),
        ("branch", "if", "x == 1", False),
        ("line", "elif x == 2"),
        ("branch", "if", "x == 2", True),
        ("line", "y = 2"),
        ("leave",),
    ]


@pytest.mark.parametrize(
    ("source", "line", "label"),
    [
        ("def f():\n    return 1\nf()", "def f()", "f()"),
        ("def f(a, *b, c=(1, 2), **d): return a\nf(1)", "def f(a, *b, c=(1, 2), **d)", "f(a, *b, c=(1, 2), **d)"),
        (
            "def f(\n    a: int,\n    /,\n) -> int:\n    return a\nf(1)",
            "def f(\n    a: int,\n    /,\n) -> int",
            "f(a: int, /)",
        ),
        ("for k in (1, 2):  # note\n    0", "for k in (1, 2)", "for k in (1, 2)"),
        ("if (1 >\n    0): 0", "if (1 >\n    0)", "if (1 > 0)"),
    ],
)
def test_line_of_a_compound_statement_is_its_header(source: str, line: str, label: str) -> None:
    assert ("line", line) in told(source)
    assert told(source, "enter")[0][2] == label


def test_class_and_with_are_told_by_their_headers() -> None:
    source = "import contextlib\nclass A(object, metaclass=type):\n    0\nwith contextlib.nullcontext() as x:\n    0"
    assert [entry[1] for entry in told(source, "line") if entry[1] != "0"][1:] == [
        "class A(object, metaclass=type)", "with contextlib.nullcontext() as x",
    ]  # fmt: skip


def test_if_within_else_is_a_branch_of_its_own() -> None:
    source = "if 0 > 1:\n    pass\nelse:\n    if 1 > 0:\n        pass"
    assert told(source, "enter", "leave") == [
        ("enter", "branch", "if 0 > 1"), ("enter", "branch", "if 1 > 0"), ("leave",), ("leave",),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a = b = 1", [("a", 1), ("b", 1)]),
        ("(a, [b, *c]), d.x, e[0] = (1, (2, 3)), 4, 5", [("a", 1), ("b", 2), ("c", [3])]),
        ("n += 1", [("n", 1)]),
        ("a: int = 1\nb: int", [("a", 1)]),
        ("print((a := 2) + 1)", [("a", 2)]),
        ("[t := k for k in range(2)]", [("t", 0), ("t", 1)]),
        ("f = (lambda v: (w := v))(1)", [("f", 1)]),
        ("del n", [("n", None)]),
        ("with cm() as (a, b):\n    pass", [("a", 1), ("b", 2)]),
        ("match [1, 2, 3]:\n    case [a, *b]:\n        pass", [("a", 1), ("b", [2, 3])]),
        ("match {'k': 1}:\n    case {'k': int() as v, **rest}:\n        pass", [("v", 1), ("rest", {})]),
        ("class C:\n    a = 1", []),
        ("import math as m", []),
    ],
)
def test_each_name_that_is_bound_is_told(source: str, names: list[tuple[str, Any]]) -> None:
    prelude = (
        "import contextlib, types\nd, e, n = types.SimpleNamespace(), [0], 0\n"
        "@contextlib.contextmanager\ndef cm():\n    yield 1, 2\n"
    )
    skipped = len(told(prelude, "bind"))
    found = [entry[1:3] for entry in told(prelude + source, "bind")[skipped:]]
    assert sorted(found, key=lambda pair: pair[0]) == sorted(names, key=lambda pair: pair[0])


def test_global_and_local_names_are_told_apart() -> None:
    source = "def f(p, *, q=2):\n    global g\n    g = p\n    h = q\nf(1)"
    assert told(source, "bind") == [
        ("bind", "p", 1, "local"), ("bind", "q", 2, "local"), ("bind", "g", 1, "global"), ("bind", "h", 2, "local"),
    ]  # fmt: skip


def test_names_of_a_generator_are_not_mistaken_for_those_of_its_caller() -> None:
    source = "def g():\n    x = 5\n    yield x\nx = 1\nlist(g())"
    assert told(source, "bind", "enter") == [("bind", "x", 1, "global")]


@pytest.mark.parametrize(
    ("source", "tests"),
    [
        ("1 if [] else 2", [("ifexp", "[]", False)]),
        ("assert [0], 'never'", [("assert", "[0]", True)]),
        ("f = lambda v: 1 if v else 2\nf(0)", [("ifexp", "v", False)]),
        ("[1 if k else 2 for k in (0, 1)]", [("ifexp", "k", False), ("ifexp", "k", True)]),
        ("if (1 if 3 > 2 else 0) > 0: pass", [("ifexp", "3 > 2", True), ("if", "(1 if 3 > 2 else 0) > 0", True)]),
        ("while True: break", []),
    ],
)
def test_each_test_is_told_once(source: str, tests: list[tuple[str, str, bool]]) -> None:
    assert [entry[1:] for entry in told(source, "branch")] == tests


def test_truth_value_is_asked_for_once() -> None:
    source = (
        "class T:\n    def __bool__(self):\n        print('asked', end=' ')\n        return False\n"
        "t = T()\nif t: pass\nwhile t: pass\n1 if t else 2\ntry:\n    assert t\nexcept AssertionError: pass"
    )
    assert "".join(entry[3] for entry in told(source, "output") if entry[2] == "stdout").split() == ["asked"] * 4


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    for k in range(3):\n        if k == 1:\n            return k\nf()",
        "for k in range(3):\n    while True:\n        if k: break\n        k += 1\n    else:\n        pass",
        "def f(n):\n    if n:\n        return f(n - 1)\n    raise ValueError\ntry: f(3)\nexcept ValueError: 0",
        "def f():\n    return f()\ntry:\n    f()\nexcept RecursionError:\n    pass",
        "for k in range(2):\n    try:\n        continue\n    finally:\n        pass",
        "def g():\n    while True:\n        if (yield 1):\n            break\nfor k in g():\n    break",
        "async def c():\n    for k in range(2):\n        pass\nr = c()\nr.close()",
        "for k in 5:\n    pass",
    ],
)
def test_scopes_are_left_however_their_code_ends(source: str) -> None:
    recorder, _ = run(source)
    assert recorder.open == []


PROGRAMS = {
    "super and class cell": """
class A:
    def __init__(self): self.v = [1]
    @property
    def w(self): return __class__
class B(A):
    "a docstring"
    k = 3
    for i in range(2): k += i
    def __init__(self):
        super().__init__()
        self.v.append(2)
    __hidden = 1
    def see(self): return self.__hidden, sorted(vars(type(self)))
b = B()
result = b.v, b.w.__name__, B.__doc__, B.k, b.see()""",
    "closures, nonlocal, global": """
n = 0
def outer():
    c = 0
    def inner():
        nonlocal c
        global n
        c += 1
        n = n + c
        return c
    return [inner() for _ in range(3)], c
result = outer(), n""",
    "locals show nothing else": """
def f(a, *b, c=1, **d):
    for x in (1, 2):
        if x: y = x
    return sorted(locals())
class C:
    if True: z = 1
    seen = sorted(locals())
result = f(1), C.seen, sorted(k for k in globals() if not k.startswith("__"))""",
    "generators, comprehensions, unpacking": """
def g(n):
    "doc"
    for k in range(n):
        got = yield k
        if got: yield got
    return "end"
def d(): return (yield from g(2))
it = g(3); next(it); sent = it.send("x")
result = list(g(3)), sent, list(d()), {k: v for k, v in zip("ab", [1, 2]) if v > 1}, g.__doc__""",
    "else, finally, with, match": """
out = []
for k in range(5):
    if k == 3: break
else: out.append("no")
while k: k -= 1
else: out.append("else")
try:
    try: 1 / 0
    finally: out.append("finally")
except ZeroDivisionError as e: out.append(str(e))
except: out.append("bare")
else: out.append("never")
import contextlib
with contextlib.suppress(KeyError), contextlib.nullcontext(4) as v:
    out.append(v); {}["a"]
match [1, {"k": (2, 3)}]:
    case [1, {"k": (x, y)}] if x < y: out.append((x, y))
    case _: out.append("_")
result = out""",
    "decorators, dataclasses, defaults": """
import dataclasses, functools
@functools.lru_cache(maxsize=None)
def fib(n: int, step=1 if True else 2) -> int:
    return n if n < 2 else fib(n - 1) + fib(n - 2)
@dataclasses.dataclass
class P:
    x: int
    y: int = dataclasses.field(default=2)
result = fib(20), P(1), fib.__wrapped__.__annotations__, (lambda a, b=1 if 0 else 5: a + b)(1)""",
    "returns through finally": """
def f(k):
    try:
        while True:
            if k: return "a"
            raise ValueError
    except (ValueError, BaseException): return "b"
    finally:
        if k == 2: return "c"
result = f(0), f(1), f(2)""",
    "exception groups and star": """
out = []
try: raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
except* ValueError as e: out.append(len(e.exceptions))
except* TypeError: out.append("t")
result = out""",
    "coroutines": """
async def a(n):
    if n: return n + await a(n - 1)
    return 0
def drive(c):
    try: c.send(None)
    except StopIteration as e: return e.value
result = drive(a(3))""",
    "elif, nested functions, deleted names": """
def f(x):
    if x < 0: return "neg"
    elif x == 0: return "zero"
    elif (y := x * 2) > 10: return y
    else:
        del x
        return "small"
result = [f(k) for k in (-1, 0, 3, 9)]""",
}  # fmt: skip


def execute(source: str, instrumented: bool) -> dict[str, Any]:
    """What a program leaves in `result`, with or without hooks."""
    recorder = FakeRecorder()
    recorder.add_source(0, source, "", "<cell 0>")
    tree = ast.parse(source)
    if instrumented:
        instrument(tree, CellText.of(0, source), recorder)
    module = types.ModuleType("__main__")
    module.__dict__["__builtins__"] = vars(sys.modules["builtins"]) | Hooks(recorder).by_name()
    module.__dict__["__builtins__"]["<gradwalk: limit>"] = KeyboardInterrupt
    before, sys.modules["__main__"] = sys.modules["__main__"], module
    try:
        exec(compile(tree, "<cell 0>", "exec"), module.__dict__)
    finally:
        sys.modules["__main__"] = before
    return module.__dict__


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_does_what_it_did(name: str) -> None:
    assert repr(execute(PROGRAMS[name], True)["result"]) == repr(execute(PROGRAMS[name], False)["result"])


PROBED = """
def probe(*values):
    frame = sys._getframe(1)
    code = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    seen.append(code)
    return values[0] if values else 0
import sys
seen = []
def f(a):
    while probe(a) < 3 and (probe(1)
                            or probe()):
        a = probe(a) + (1 if probe(a, 2) > -1 else probe(3))
    return [probe(k) for k in range(probe(2))] if probe(a) else probe()
for k in probe([1, 2]): f(probe(k))
with open(__file__) if probe(0) else __import__("contextlib").nullcontext(probe(1)) as é: é = probe(é); é += probe(2)
assert probe(1), probe()
match probe(1):
    case 1 if probe(4): (w := probe(5))
    case _: pass
class C(probe(object)):
    x = probe(6)
y = probe(7)
"""


def test_sub_expressions_keep_their_exact_positions() -> None:
    plain, instrumented = execute(PROBED, False)["seen"], execute(PROBED, True)["seen"]
    assert len(plain) > 30
    assert instrumented == plain


def test_future_imports_and_docstrings_stay_first() -> None:
    recorder, outcome = run('"""doc"""\nfrom __future__ import annotations\nx: undefined = 1', "def f(a: b): ...\nf")
    assert outcome["status"] == "ok"
    assert recorder.outputs == [(1, "echo", "<function __main__.f(a: 'b')>")]


def test_code_nested_as_deeply_as_python_allows_still_runs() -> None:
    source = "".join("    " * k + f"for k{k} in range(1):\n" for k in range(19)) + "    " * 19 + "print('in')"
    recorder, outcome = run(source)
    assert (outcome["status"], recorder.outputs) == ("ok", [(0, "stdout", "in\n")])


def test_long_chains_of_operators_and_elifs_run() -> None:
    chain = "x = " + " + ".join(["1"] * 500)
    arms = "".join(f"elif x == {k}:\n    y = {k}\n" for k in range(300))
    elifs = f"if x < 0:\n    y = 0\n{arms}else:\n    y = -1"
    assert run(chain, elifs, "x, y")[0].outputs == [(2, "echo", "(500, -1)")]


def test_hidden_names_stay_out_of_sight() -> None:
    recorder, _ = run("x = 1\ndef f():\n    y = 2\n    return dir()\nprint(dir(), f())")
    assert "gradwalk" not in recorder.outputs[0][2]


def test_printing_goes_on_where_it_went_when_the_run_is_over() -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        run("print('inside')")
        sys.stdout.write("outside")
    assert printed.getvalue() == "outside"
