"""Statements as a learner gets them wrong, or nearly: what they print or which words they fail with counts."""

from __future__ import annotations

import random

from tests.oracle.generation.known import TRY, Variables

MISTAKES = (
    "with torch.inference_mode(): h = {a} * 2\n    print(h.requires_grad, h.is_inference()); (h * {b}).sum()",
    "with torch.inference_mode(): h = {a} * 2\n    h.add_(1); {a}.add_(h)", "with torch.inference_mode(): {a}.add_(1)",
    "print(({a} + torch.ones(7)).shape)", "print(({a} @ {b}).shape)", "print({a}.view(7).shape)",
    "print({a}.reshape(5, -1).shape)", "print({a}[9])", "print({a}.squeeze(5).shape)", "print({a}.sum(7))",
    "print(torch.cat([{a}, {b}]).shape)", "print(torch.stack([{a}, {b}]).shape)", "print(type({a}.item()))",
    "{a}.backward()", "print({a}.numpy().shape)", "{a}.long().requires_grad_()", "print({a}.expand(3, 7).shape)",
    "print({a}.t().shape)", "print({a}.permute(0).shape)", "print({a}.transpose(0, 1).shape)",
    "print(torch.mm({a}, {b}).shape)", "print(torch.mv({a}, {b}).shape)", "print(torch.dot({a}, {b}).shape)",
    "print({a}.gather(0, torch.tensor([0])).shape)", "print(F.linear({a}, {b}).shape)",
    "print(F.cross_entropy({a}, {b}).shape)", "print(F.mse_loss({a}, {b}).shape)", "{a}.add_({b})",
    "{a}.detach().mul_({b}.detach())", "print(torch.where({a}, {a}, {b}).shape)",
    "print({a}.index_select(0, torch.tensor([5])).shape)", "print(float({a}) > 99)", "print(bool({a} > 99))",
    "print(len({a}))", "print([x.shape for x in {a}])", "print({a}.unfold(0, 9, 1).shape)",
    "print({a}.narrow(0, 1, 9).shape)", "{a}.retain_grad()", "{a}.requires_grad_(False)", "{a}.grad.zero_()",
    "print({a}.grad)", "print({a}.chunk(0))", "print({a}.split(0))", "print({a}.argmax(0).shape)",
    "print({a}.max(0)[0].shape)", "print({a} + 'x')", "print(torch.sin('x'))",
    "print({a}.is_leaf, {a}.requires_grad, {a}.grad_fn is None)", "print({a}.stride(), {a}.is_contiguous())",
    "print({a}._version, {a}._is_view(), {a}.dim(), {a}.numel())",
    "print({a}.grad_fn.next_functions[0][1] if {a}.grad_fn else None)", "print({a}.bmm({b}).shape)",
    "print({a}[{b}].shape)", "print({a}[{a} > 99].shape)", "print({a}[0, 0, 0, 0])", "print({a}['x'])",
    "print({a}[1.5])", "print({a}.diagonal(0, 0, 0).shape)", "print(torch.einsum('ij,jk->ik', {a}, {b}).shape)",
    "print({a}.mean(-3).shape)", "print(torch.nn.functional.relu({a}.long()).dtype)",
    "print({a}.unflatten(0, (2, 5)).shape)", "print({a}.movedim(0, 4).shape)", "print({a}.repeat(2).shape)",
    "print({a}.flip(3).shape)", "print({a}.roll(1, 5).shape)", "print({a}.tile(2, 2).shape)",
    "print(torch.outer({a}, {b}).shape)", "print({a}.softmax(4).shape)", "print({a}.sigmoid(2).shape)",
    "print({a}.sum(axis=0).shape)", "print({a}.foo)", "print(torch.addmm({a}, {b}, {b}).shape)",
    "print({a}.view(-1, -1).shape)", "print({a}.std())", "print({a}.var(0).shape)",
    "print({a}.tolist() == {b}.tolist())", "print(torch.equal({a}, {b}), torch.is_tensor({a}))",
    "print(torch.allclose({a}, {b}))", "print(torch.autograd.grad({a}.sum(), {b}))",
    "print(torch.autograd.grad({a}, {a}))", "{a}.register_hook(1)",
    "print({a}.dtype, {b}.dtype, ({a}.sum() + {b}.sum()).dtype)", "print(torch.result_type({a}, {b}))",
    "print({a}.topk(5)[0].shape)", "print({a}.kthvalue(9)[0].shape)", "print({a}.T.shape)", "print({a}.mT.shape)",
    "print({a}.masked_fill({b}, 0).shape)", "print({a}.masked_select({b} > 0).dim())",
    "print({a}.scatter(0, {b}, 1.).shape)", "print(torch.conv1d({a}, {b}).shape)",
    "print(F.layer_norm({a}, (5,)).shape)", "print(F.nll_loss({a}, torch.tensor([0, 1])).shape)",
    "print(F.embedding({a}, {b}).shape)", "print(F.one_hot({a}).shape)", "print(F.pad({a}, (1, 1, 1, 1, 1, 1)).shape)",
    "print(F.batch_norm({a}, None, None).shape)", "print(F.dropout({a}, 2.0).shape)", "print({a}.clamp().shape)",
    "print({a}.to('cuda').shape)", "print({a}.new_tensor([1, 2]).dtype)", "print(torch.tensor({a}).requires_grad)",
    "print(torch.tensor([[1, 2], [3]]))", "print(torch.arange({a}.numel()).view({a}.shape).shape)",
    "print(torch.linalg.inv({a}).shape)", "print(torch.linalg.det({a}).shape)", "print({a}.trace().shape)",
    "print({a}.tril().shape)", "print(torch.cross({a}, {b}).shape)", "print(torch.kron({a}, {b}).shape)",
    "print(torch.vstack([{a}, {b}]).shape)", "print(torch.hstack([{a}, {b}]).shape)",
    "print({a}.as_strided((9,), (1,)).shape)", "print(torch.broadcast_tensors({a}, {b})[0].shape)",
    "print(hash({a}) == hash({a}), {a} is {a}.data)", "print({a}.pow({b}).shape)", "print({a} ** 'x')",
    "print({a} // {b} is None)", "print(({a} == {b}).shape)", "print(({a} < {b}).sum().dtype)",
    "print({a} in [{b}] if {a}.numel() == 1 else 0)", "print(-({a} > 0))", "print(({a} > 0) - ({b} > 0))",
    "print(~{a})", "print(({a} & {b}).shape)",
)  # fmt: skip


def mistake(dice: random.Random, variables: Variables) -> str:
    """The statement; what it raises is printed."""
    a, b = (dice.choice(list(variables)) for _ in "ab")
    return TRY.format(dice.choice(MISTAKES).format(a=a, b=b))
