"""Random programs: leaves of several shapes and dtypes, operations on what came before, writes in place, hooks, and
several passes backward.

The same number gives the same program, so that a difference can be looked at again.
"""

from __future__ import annotations

import random

import numpy as np

from tests.oracle.operations import ROUGH, Known, Shape, Variables, fit, operation
from tests.oracle.programs import Program

SHAPES: tuple[Shape, ...] = ((), (3,), (1,), (2, 3), (2, 1), (1, 3), (2, 2), (0,), (2, 0), (2, 1, 3), (4,))
VALUES = (-1.5, -0.75, -0.5, 0.25, 0.5, 1.0, 1.25)
IN_PLACE = (
    "{a}.mul_({b})", "{a}.add_({b})", "{a} -= {b}", "{a}.tanh_()", "{a}[...] = {b}", "{a} *= 0.5", "{a}.sigmoid_()",
    "{a}.zero_()", "{a}.fill_(0.5)", "{a}.copy_({b})", "{a}.clamp_(-1, 1)", "{a}.add_({b}, alpha=0.5)", "{a}.neg_()",
    "{a}.sub_(0.25)", "{a}.div_(2)", "{a}.sin_()", "{a}.masked_fill_(torch.ones({s}, dtype=torch.bool), 0.25)",
    "{a}.detach().mul_(0.5)", "{a}.data.add_(1)", "{a}.relu_()", "{a}.abs_()",
)  # fmt: skip
IN_PLACE_OF_PART = (
    "{a}[0] = 0.5", "{a}[0].mul_(2)", "{a}[-1:] += 1", "{a}[:1].zero_()", "{a}.select(0, 0).fill_(0.25)",
    "{a}[[0]] = 0.5", "{a}.narrow(0, 0, 1).sub_(1)", "{a}[{a} > 0] = 0.25", "{a}.view(-1)[0] = 1.",
    "{a}.index_fill_(0, torch.tensor([0]), 0.5)", "{a}.unbind(0)[0].add_(1)",
)  # fmt: skip
HOOKS = (
    "{a}.register_hook(lambda g: g * 2)",
    "{a}.register_hook(lambda g: print('hook', g.shape))",
    "{a}.register_hook(lambda g: g.clamp(-1, 1))",
    "{a}.retain_grad()",
    "{a}.retain_grad(); {a}.register_hook(lambda g: -g)",
    "h = {a}.register_hook(lambda g: g * 3); h.remove()",
    "{a}.grad_fn.register_prehook(lambda gs: print('before', len(gs)))",
    "{a}.grad_fn.register_hook(lambda out, given: print('after', len(out), len(given)))",
    "{a}.grad_fn.register_prehook(lambda gs: tuple(g * 0.5 for g in gs))",
)
PASSES = (
    "{y}.backward(retain_graph=True)",
    "{y}.backward()",
    "{y}.backward(inputs=[a], retain_graph=True)",
    "g, = torch.autograd.grad({y}, a, retain_graph=True, allow_unused=True); g = g if g is None else g.clone()",
    "g, = torch.autograd.grad({y}, a, create_graph=True, allow_unused=True); (g.sum() + {y}).backward(); del g",
    "g, = torch.autograd.grad({y}, a, create_graph=True); h = torch.autograd.grad((g * g).sum(), a)[0].clone()",
    "g = torch.autograd.grad({y}, [a, b], retain_graph=True, allow_unused=True, materialize_grads=True)[0].clone()",
    "torch.autograd.backward([{y}, {z}], retain_graph=True)",
    "torch.autograd.backward([{z}, {y}], [torch.tensor(0.5), None], retain_graph=True)",
    "{y}.backward(torch.tensor(2.), retain_graph=True)",
    "{y}.backward(create_graph=True); a.grad = None",
    "torch.autograd.grad([{y}, {z}], [b, a], retain_graph=True)",
    "a.grad = None; {y}.backward(retain_graph=True); a.grad.zero_()",
    "a.register_post_accumulate_grad_hook(lambda p: print(p.grad.shape)); {y}.backward(retain_graph=True)",
    "g, = torch.autograd.grad({y}, a, create_graph=True); g.sum().backward(inputs=[a, b], retain_graph=True)",
)
TRY = "try:\n    {0}\nexcept Exception as error:\n    print(type(error).__name__, error)"


def generated(number: int, steps: int = 14) -> Program:
    """The program of that number."""
    dice = random.Random(number)
    variables: Variables = {}
    lines = ["import numpy as np"]
    lines += [_leaf(dice, name, variables) for name in "abc"[: dice.randint(2, 3)]]
    for step in range(dice.randint(3, steps)):
        name = f"t{step}"
        text, known = operation(dice, variables)
        mode = dice.random()
        under = "with torch.no_grad(): " if mode < 0.05 else "with torch.enable_grad(): " if mode < 0.07 else ""
        lines.append(f"{under}{name} = {text}")
        variables[name] = known
        if known.is_floating and np.prod(known.shape) and dice.random() < 0.15:
            lines.append(_writing(dice, name, variables))
        if known.is_floating and dice.random() < 0.08:
            lines.append(TRY.format(dice.choice(HOOKS).format(a=name)))
    results = [name for name, known in variables.items() if known.is_floating and name.startswith("t")] or ["a"]
    for root in "yz":
        used = dice.choices(results, range(1, len(results) + 1), k=dice.randint(1, 3))
        lines.append(f"{root} = {' + '.join(f'{name}.sum()' for name in used)}")
    for _ in range(dice.choice((1, 1, 2, 3))):
        text = dice.choice(PASSES)
        roots = dice.choice((("y", "z"), ("z", "y")))
        lines.append(TRY.format(text.format(y=roots[0], z=roots[1])))
    lines.append(f"print({dice.choice(results)})")
    return Program(f"generated-{number}", ("\n".join(lines),))


def mixes_dtypes(program: Program) -> bool:
    """Whether roundings of float32 may show in float64."""
    text = program.cells[0]
    return ("float32" in text and "float64" in text) or ".double()" in text or ".float()" in text


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


def _writing(dice: random.Random, name: str, variables: Variables) -> str:
    """A statement that writes into a result in place; where PyTorch forbids that, its words count."""
    known = variables[name]
    others = [
        other
        for other, one in variables.items()
        if one.is_floating
        and fit(known.shape, one.shape)
        and np.broadcast_shapes(known.shape, one.shape) == known.shape
    ]
    if known.shape and known.shape[0] and known.is_exact and dice.random() < 0.4:
        text = dice.choice(IN_PLACE_OF_PART).format(a=name)
    else:
        text = dice.choice(IN_PLACE).format(a=name, b=dice.choice(others), s=known.shape)
        variables[name] = Known(known.shape, known.dtype, ROUGH)
    quiet = "    with torch.no_grad(): " if dice.random() < 0.2 else "    "
    return f"try:\n{quiet}{text}\nexcept Exception as error:\n    print(type(error).__name__, error)"
