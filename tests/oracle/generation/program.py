"""A random program: leaves of several shapes and dtypes, operations on what came before, writes in place, hooks,
mistakes, and several passes backward.

The same number gives the same program, so that a difference can be looked at again.
"""

from __future__ import annotations

import random

import numpy as np

from tests.oracle.generation.known import Known, Shape, Variables
from tests.oracle.generation.mistakes import mistake
from tests.oracle.generation.operations import operation
from tests.oracle.generation.passes import AROUND, hook, passes
from tests.oracle.generation.writing import writing
from tests.oracle.programs import Program

SHAPES: tuple[Shape, ...] = (
    (), (3,), (1,), (2, 3), (2, 1), (1, 3), (2, 2), (0,), (2, 0), (2, 1, 3), (4,), (3, 2), (3, 3), (2, 2, 2),
)  # fmt: skip
VALUES = (-1.5, -0.75, -0.5, 0.25, 0.5, 1.0, 1.25)
FUNCTION = """\
class Halved(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x / 2
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g * x"""


def generated(number: int, steps: int = 14) -> Program:
    """The program of that number."""
    dice = random.Random(number)
    variables: Variables = {}
    lines = ["import numpy as np"]
    own = dice.random() < 0.05
    lines += [FUNCTION] if own else []
    lines += [_leaf(dice, name, variables) for name in "abc"[: dice.randint(2, 3)]]
    for step in range(dice.randint(3, steps)):
        name = f"t{step}"
        text, known = operation(dice, variables)
        text = f"Halved.apply({text})" if own and known.is_floating and dice.random() < 0.3 else text
        mode = dice.random()
        under = "with torch.no_grad(): " if mode < 0.05 else "with torch.enable_grad(): " if mode < 0.07 else ""
        lines.append(f"{dice.choice(AROUND) if 0.07 < mode < 0.09 else under}{name} = {text}")
        variables[name] = known
        if known.is_floating and known.size and dice.random() < 0.15:
            lines.append(writing(dice, name, variables))
        if known.is_floating and dice.random() < 0.08:
            lines.append(hook(dice, name))
        if dice.random() < 0.04:
            lines.append(mistake(dice, variables))
    results = [name for name, known in variables.items() if known.is_floating and name.startswith("t")] or ["a"]
    return Program(
        f"generated-{number}", ("\n".join([*lines, *passes(dice, results), f"print({dice.choice(results)})"]),)
    )


def mixes_dtypes(program: Program) -> bool:
    """Whether roundings of float32 may show in float64, in which `renorm` takes its norms."""
    text = program.cells[0]
    wide = any(word in text for word in ("float64", ".double()", "float_power", ".renorm("))
    return ("float32" in text and (wide or ".float()" in text or ".half()" in text)) or (wide and "float()" in text)


def _leaf(dice: random.Random, name: str, variables: Variables) -> str:
    """A leaf; one in four asks for no gradient, one in five is float64."""
    shape = dice.choice(SHAPES)
    dtype = "float64" if dice.random() < 0.2 else "float32"
    variables[name] = Known(shape, dtype)
    values = np.array([dice.choice(VALUES) for _ in range(int(np.prod(shape)))]).reshape(shape).tolist()
    asks = name == "a" or dice.random() < 0.75
    data = (
        f"torch.zeros({shape}, dtype=torch.{dtype}" if 0 in shape else f"torch.tensor({values!r}, dtype=torch.{dtype}"
    )
    return f"{name} = {data}, requires_grad={asks})"
