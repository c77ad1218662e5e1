"""Random writes in place: into whole tensors and parts, through views and behind autograd's back.

What `masked_scatter_` writes is a copy: PyTorch does not look whether it reads what it has just written.

Where PyTorch forbids a write, its words count.
"""

from __future__ import annotations

import random

import numpy as np

from tests.oracle.generation.known import ROUGH, TRY, Known, Variables, fit, truths

IN_PLACE = (
    "{a}.mul_({b})", "{a}.add_({b})", "{a} -= {b}", "{a}.tanh_()", "{a}[...] = {b}", "{a} *= 0.5", "{a}.sigmoid_()",
    "{a}.zero_()", "{a}.fill_(0.5)", "{a}.copy_({b})", "{a}.clamp_(-1, 1)", "{a}.add_({b}, alpha=0.5)", "{a}.neg_()",
    "{a}.sub_(0.25)", "{a}.div_(2)", "{a}.sin_()", "{a}.masked_fill_(torch.ones({s}, dtype=torch.bool), 0.25)",
    "{a}.detach().mul_(0.5)", "{a}.data.add_(1)", "{a}.relu_()", "{a}.abs_()", "{a}.addcmul_({b}, {b}, value=0.5)",
    "{a}.lerp_({b}, 0.5)", "{a}.pow_(2)", "{a}.square_()", "{a} /= {b} * {b} + 1", "{a}.addcdiv_({b}, {b} * {b} + 1)",
    "{a}.exp2_().tanh_()", "{a}.mul_({b}.detach())", "{a}[:] = {b}", "{a}.copy_({b}.double())",
    "{a}.set_({b}.clone()) if False else {a}.mul_(1)", "F.relu({a}, inplace=True)", "F.leaky_relu_({a}, 0.5)",
    "F.elu({a}, inplace=True)", "{a}.fill_({b}.flatten()[0] if {b}.numel() else 0.)", "{a}.atan_()", "{a}.cos_()",
    "{a}.erf_()", "{a}.mul_(2).sub_(0.5)", "{a}.view(-1).mul_(2)", "{a}.unsqueeze(0).add_(1)", "{a}.T.mul_(2)",
    "{a}.detach_()", "{a}.requires_grad_()", "{a}.cumsum_(0)", "{a}.lerp_({b}, {b}.sigmoid())",
    "{a}.silu_() if False else {a}.cosh_()", "{a}.zero_().add_({b})", "{a}.unsqueeze_(0)", "{a}.squeeze_()",
    "torch.add({a}, 1, out={a})", "{a}.hypot_({b} * {b} + 1)", "{a}.masked_fill_({m}, 0.25)",
    "{a}.index_put_(({m},), torch.tensor(0.5, dtype={a}.dtype))", "{a}[{m}] = 0.5", "{a}[{m}] *= 2",
    "{a}.masked_scatter_({m}, {b}.flatten().clone())", "{a}.data = {a}.data * 2", "{a}.data.zero_()",
    "{a}.clamp_min_(0)",
)  # fmt: skip
IN_PLACE_EXACT = ("{a}.floor_()", "{a}.remainder_(1)", "{a}.round_()", "{a}.sign_()", "{a}.trunc_()", "{a}.fmod_(1)")
"""Jumps."""
IN_PLACE_OF_PART = (
    "{a}[0] = 0.5", "{a}[0].mul_(2)", "{a}[-1:] += 1", "{a}[:1].zero_()", "{a}.select(0, 0).fill_(0.25)",
    "{a}[[0]] = 0.5", "{a}.narrow(0, 0, 1).sub_(1)", "{a}[{a} > 0] = 0.25", "{a}.view(-1)[0] = 1.",
    "{a}.index_fill_(0, torch.tensor([0]), 0.5)", "{a}.unbind(0)[0].add_(1)", "{a}[0] = {a}[-1]", "{a}[::2].mul_(0.5)",
    "{a}[..., 0] = 0.25", "{a}[..., -1].add_({a}[..., 0])", "{a}.flatten()[0].add_(1)", "{a}.t()[0] = 0.5",
    "{a}[0][None].tanh_()", "{a}.index_add_(0, torch.tensor([0]), {a}[:1].detach())",
    "{a}.scatter_(0, torch.zeros({s}, dtype=torch.int64)[:1], 0.5)", "{a}.chunk(2)[0].mul_(2)",
    "{a}.split(1)[0].zero_()", "{a}[torch.tensor([0])] += 1", "{a}[0] -= {a}[0]", "{a}.transpose(0, -1)[0].mul_(2)",
    "{a}.squeeze()[...] = 1.", "{a}.index_copy_(0, torch.tensor([0]), {a}[-1:] * 2)",
    "{a}.as_strided((1,), (1,)).add_(1)", "{a}.expand(2, *{a}.shape)[0].mul_(2)", "{a}[0, ...] = {a}[0] * 2",
    "{a}.swapaxes(0, -1).add_(1)", "{a}.unfold(0, 1, 1)[0].mul_(2)", "{a}.diagonal().fill_(0.5)",
    "{a}.detach()[0] = 1.", "{a}.data[0] = 2.", "{a}[0].copy_({a}[-1])", "{a}[:, 0] = 1.", "{a}[0, 0] += 0.5",
    "{a}[1:][:1].mul_(2)", "{a}[[0, 0]] = {a}[[0, -1]]", "{a}[-1] = torch.tensor(0.5)",
    "{a}.put_(torch.tensor([0]), torch.tensor([0.5], dtype={a}.dtype))", "{a}[0].unsqueeze(0).mul_(2)",
    "{a}.movedim(0, -1)[..., 0].fill_(0.5)", "{a}.tril_()", "{a}.t_()", "{a}.transpose_(0, -1)", "{a}.resize_(1)",
    "{a}.index_put_((torch.tensor([0, 0]),), {a}[0].detach(), accumulate=True)",
)  # fmt: skip


def writing(dice: random.Random, newest: str, variables: Variables) -> str:
    """A statement that writes into the newest result, or now and then into any variable, in place."""
    floating = [name for name, known in variables.items() if known.is_floating and known.size]
    name = dice.choice(floating) if dice.random() < 0.3 else newest
    known = variables[name]
    others = [
        other
        for other, one in variables.items()
        if one.is_floating
        and fit(known.shape, one.shape)
        and np.broadcast_shapes(known.shape, one.shape) == known.shape
    ]
    if known.shape and known.shape[0] and known.is_exact and dice.random() < 0.45:
        text = dice.choice(IN_PLACE_OF_PART).format(a=name, s=known.shape)
    else:
        mask = truths(dice, known.shape)[0]
        ways = (*IN_PLACE, *IN_PLACE_EXACT) if known.is_exact else IN_PLACE
        text = dice.choice(ways).format(a=name, b=dice.choice(others), s=known.shape, m=mask)
        variables[name] = Known(known.shape, known.dtype, ROUGH)
    _touch_all(variables)
    quiet = "with torch.no_grad(): " if dice.random() < 0.2 else ""
    return TRY.format(f"{quiet}{text}")


def _touch_all(variables: Variables) -> None:
    """What one variable's write did may show in any other, which may be its view."""
    for name, known in variables.items():
        variables[name] = Known(known.shape, known.dtype, known.roundings + 1)
