"""Random hooks, and passes backward: of one and several roots, again, with a graph of their own, into few leaves."""

from __future__ import annotations

import random

from tests.oracle.generation.known import TRY

HOOKS = (
    "{a}.register_hook(lambda g: g * 2)", "{a}.register_hook(lambda g: print('hook', g.shape))",
    "{a}.register_hook(lambda g: g.clamp(-1, 1))", "{a}.retain_grad()",
    "{a}.retain_grad(); {a}.register_hook(lambda g: -g)", "h = {a}.register_hook(lambda g: g * 3); h.remove()",
    "{a}.grad_fn.register_prehook(lambda gs: print('before', len(gs)))",
    "{a}.grad_fn.register_hook(lambda out, given: print('after', len(out), len(given)))",
    "{a}.grad_fn.register_prehook(lambda gs: tuple(g * 0.5 for g in gs))",
    "{a}.grad_fn.register_hook(lambda out, given: tuple(None if g is None else g * 2 for g in out))",
    "{a}.register_hook(lambda g: g.sum())", "{a}.register_hook(lambda g: g.double())",
    "{a}.register_hook(lambda g: 1)", "{a}.register_hook(lambda g: {a}.detach() * g)",
    "{a}.register_hook(lambda g: {a} * g)", "{a}.register_hook(lambda g: print(g.requires_grad, g.dtype, g.stride()))",
    "kept = []; {a}.register_hook(lambda g: kept.append(g.clone()))", "{a}.register_hook(lambda g: g.mul_(2))",
    "a.register_hook(lambda g: g * 0.5)", "a.register_hook(lambda g: print('leaf', g.shape, torch.is_grad_enabled()))",
    "b.register_hook(lambda g: print('other leaf', g.shape))", "{a}.register_hook(lambda g: torch.zeros_like(g))",
    "{a}.retain_grad(); {a}.retain_grad(); print({a}.retains_grad)",
    "{a}.register_post_accumulate_grad_hook(lambda t: None)",
)  # fmt: skip
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
    "g = torch.autograd.grad({y}, a, create_graph=True)[0]; (g ** 3).sum().backward(create_graph=True); a.grad = None",
    "{y}.backward(); {y}.backward()",
    "{y}.backward(retain_graph=True); {y}.backward(); {z}.backward()",
    "{y}.backward(inputs=[{t}], retain_graph=True)",
    "g = torch.autograd.grad({y}, [{t}, a], retain_graph=True, allow_unused=True)[0]; del g",
    "g, = torch.autograd.grad({t}, a, torch.ones_like({t}), retain_graph=True, allow_unused=True)",
    "{t}.backward(torch.full_like({t}, 0.5), retain_graph=True)",
    "{t}.backward(retain_graph=True)",
    "{t}.sum().backward(retain_graph=True); {y}.backward(retain_graph=True)",
    "{t}.backward(torch.ones(7))",
    "torch.autograd.grad({y}, {y}, create_graph=True)",
    "g, = torch.autograd.grad({y}, b, create_graph=True); h, = torch.autograd.grad(g.sum(), a, allow_unused=True)",
    "with torch.no_grad(): {y}.backward(retain_graph=True)",
    "torch.autograd.backward({y}, inputs=[b], retain_graph=True, create_graph=False)",
    "torch.autograd.backward(({y}, {t}.sum()), retain_graph=True)",
    "{y}.backward(retain_graph=True)\n    with torch.no_grad(): a -= 0.1 * a.grad\n    a.grad = None; {y}.backward()",
    "{y}.backward(retain_graph=True); a.grad.mul_(2); {z}.backward(retain_graph=True)",
    "{y}.backward(retain_graph=True); kept = a.grad; {z}.backward(retain_graph=True); print(kept is a.grad); del kept",
    "{y}.backward(torch.ones(2))",
    "{y}.detach().backward()",
    "print({y}.grad_fn.name(), [None if f is None else f.name() for f, _ in {y}.grad_fn.next_functions])",
    "g = torch.autograd.grad({y}, a, torch.tensor(0.5), create_graph=True)[0]; print(g.requires_grad)",
    "({y} + {z}).backward(create_graph=True); g = a.grad.sum(); a.grad = None; g.backward(); b.grad = None",
    "({y} * {z}).backward(inputs=[a, b])",
    "g, h = torch.autograd.grad({y} * {z}, [a, b], None, True, True, allow_unused=True)\n    (g * g).sum().backward()",
    "g = torch.autograd.grad({y}, a, is_grads_batched=False, retain_graph=True)[0].clone()",
    "with torch.enable_grad(): ({y} ** 2).backward()",
    "a.requires_grad_(False); {y}.backward(retain_graph=True)",
    "{y}.backward(retain_graph=True); a.grad.requires_grad_(); print(a.grad.is_leaf)",
    "{y}.backward(gradient=None, retain_graph=None, create_graph=False, inputs=None)",
)
"""`kept` is deleted after use: PyTorch's formulas write in place, which shows in the version of a gradient that was
added to. Whether it is the same tensor is printed."""

AROUND = (
    "with torch.autograd.graph.saved_tensors_hooks(lambda t: print('keep', tuple(t.shape)) or t, lambda t: t): ",
    "with torch.autograd.graph.saved_tensors_hooks(lambda t: t.detach().numpy(), torch.from_numpy): ",
    "with torch.autograd.graph.save_on_cpu(): ",
    "with torch.autograd.graph.disable_saved_tensors_hooks('no hooks'): ",
    "with torch.set_grad_enabled(False): ",
)
"""What may stand in front of an operation. `inference_mode` is only among the mistakes, where words are compared and
what it makes is not: versions differ there."""


def hook(dice: random.Random, name: str) -> str:
    """A statement that hangs something on a tensor or its node."""
    return TRY.format(dice.choice(HOOKS).format(a=name))


def passes(dice: random.Random, results: list[str]) -> list[str]:
    """One to three passes backward from the sums of some results."""
    lines = []
    for root in "yz":
        used = dice.choices(results, range(1, len(results) + 1), k=dice.randint(1, 3))
        lines.append(f"{root} = {' + '.join(f'{name}.sum()' for name in used)}")
    for _ in range(dice.choice((1, 1, 2, 3))):
        y, z = dice.choice((("y", "z"), ("z", "y")))
        text = dice.choice(PASSES)
        lines.append(TRY.format(text.format(y=y, z=z, t=dice.choice(results))))
    return lines
