"""Random programs of the engine's core: leaves of several shapes, a dozen ops that use what came before, one backward.

The same number gives the same program, so that a difference can be looked at again.
"""

from __future__ import annotations

import random

import numpy as np

from tests.oracle.programs import Program

Shape = tuple[int, ...]
SHAPES: tuple[Shape, ...] = ((), (3,), (1,), (2, 3), (2, 1), (1, 3))
UNARY = (
    "{a}.sin()",
    "{a}.cos()",
    "{a}.tanh()",
    "{a}.sigmoid()",
    "{a}.relu()",
    "{a}.abs()",
    "-{a}",
    "{a} * {a}",
    "{a} ** 2",
)
GUARDED = (
    "({a} * {a} + 1).log()",
    "({a} * {a} + 0.5).sqrt()",
    "1 / ({a} * {a} + 1)",
    "{a}.tanh().exp()",
    "2 ** {a}.tanh()",
)
SCALAR = ("{a} * 2", "0.5 * {a}", "{a} + 1", "3 - {a}", "{a} / 4", "{a} - 0.25", "{a}.detach() * {a}", "{a}.clone()")
BINARY = ("{a} + {b}", "{a} - {b}", "{a} * {b}", "{a} / ({b} * {b} + 1)", "({a} * {a} + 1) ** {b}.tanh()")
IN_PLACE = ("{a}.mul_({b})", "{a}.add_({b})", "{a} -= {b}", "{a}.tanh_()", "{a}[...] = {b}", "{a} *= 0.5", "{a}.exp_()")
ENDINGS = (
    "y.backward()",
    "y.backward(retain_graph=True); y.backward()",
    "g, = torch.autograd.grad(y, a, allow_unused=True); g = None if g is None else g.clone()",
    "g, = torch.autograd.grad(y, a, create_graph=True, allow_unused=True); (g.sum() + y).backward(); del g",
    "y.backward(inputs=[a])",
)
REDUCTIONS = ("{a}.sum()", "{a}.mean()", "{a}.norm()")


def generated(number: int, steps: int = 12) -> Program:
    """The program of that number."""
    dice = random.Random(number)
    lines, shapes = [], {}
    for name in "abc"[: dice.randint(2, 3)]:
        shapes[name] = dice.choice(SHAPES)
        count = int(np.prod(shapes[name]))
        values = np.array([dice.choice((-1.5, -0.75, -0.5, 0.25, 0.5, 1.0, 1.25)) for _ in range(count)])
        text = values.reshape(shapes[name]).tolist()
        lines.append(f"{name} = torch.tensor({text!r}, requires_grad={dice.random() < 0.85 or name == 'a'})")
    for step in range(steps):
        name = f"t{step}"
        text, shapes[name] = _operation(dice, shapes)
        lines.append(f"{name} = {text}")
        if dice.random() < 0.15:
            lines.append(_writing(dice, name, shapes))
    used = dice.sample([f"t{step}" for step in range(steps)], 3)
    lines += [f"y = {' + '.join(f'{name}.sum()' for name in used)}"]
    lines += ["if y.requires_grad:", f"    {dice.choice(ENDINGS)}"]
    return Program(f"generated-{number}", ("\n".join(lines),))


def _operation(dice: random.Random, shapes: dict[str, Shape]) -> tuple[str, Shape]:
    """An expression over names that exist, the latest more likely, and its shape."""
    names = list(shapes)
    weights = range(1, len(names) + 1)
    a = dice.choices(names, weights)[0]
    kind = dice.random()
    if kind < 0.4:
        b = dice.choice([name for name in names if _fit(shapes[a], shapes[name])])
        return dice.choice(BINARY).format(a=a, b=b), np.broadcast_shapes(shapes[a], shapes[b])
    if kind < 0.8:
        return dice.choice(UNARY + GUARDED + SCALAR).format(a=a), shapes[a]
    if kind < 0.87 or not shapes[a]:
        return dice.choice(REDUCTIONS).format(a=a), ()
    return _shaping(dice, a, shapes[a])


def _writing(dice: random.Random, name: str, shapes: dict[str, Shape]) -> str:
    """A statement that writes into a result in place; where PyTorch forbids that, its words count."""
    others = [other for other in shapes if _together(shapes[name], shapes[other]) == shapes[name]]
    return dice.choice(IN_PLACE).format(a=name, b=dice.choice(others))


def _together(a: Shape, b: Shape) -> Shape | None:
    return np.broadcast_shapes(a, b) if _fit(a, b) else None


def _fit(a: Shape, b: Shape) -> bool:
    return all(n in (1, m) or m == 1 for n, m in zip(reversed(a), reversed(b), strict=False))


def _shaping(dice: random.Random, a: str, shape: Shape) -> tuple[str, Shape]:
    """A view, a selection or a reduction of one dimension."""
    dim = dice.randrange(len(shape))
    options: list[tuple[str, Shape]] = [
        (f"{a}.sum({dim})", shape[:dim] + shape[dim + 1 :]),
        (f"{a}.mean({dim}, keepdim=True)", (*shape[:dim], 1, *shape[dim + 1 :])),
        (f"{a}[0]", shape[1:]),
        (f"{a}[-1:]", (1, *shape[1:])),
        (f"{a}.unsqueeze(0).squeeze(0)", shape),
        (f"{a}.reshape(-1).view({', '.join(map(str, shape))})", shape),
    ]
    if len(shape) == 2:
        options += [
            (f"{a}.t().t()", shape),
            (f"{a}.T.reshape({shape[0]}, {shape[1]})", shape),
            (f"({a} @ {a}.t())[0, 0]", ()),
        ]
    return dice.choice(options)
