"""Random products of vectors and matrices, and what linear algebra asks of a well-behaved matrix."""

from __future__ import annotations

import random

from tests.oracle.generation.known import ROUGH, Known, Made, Shape, Variables

Ways = list[tuple[str, Shape]]


def product(dice: random.Random, a: str, variables: Variables) -> Made | None:
    """A product, of this tensor with itself or with another of its dtype."""
    known = variables[a]
    if not known.size:
        return None  # how a transposed tensor without elements would lie in memory is nobody's business
    b = dice.choice([name for name, other in variables.items() if other.dtype == known.dtype])
    shape = variables[b].shape
    ways: Ways = []
    if len(known.shape) == 1:
        ways += _of_vector(a, known.shape[0], b, shape)
    if len(known.shape) == 2:
        ways += _of_matrix(a, *known.shape, b, shape)
    if len(known.shape) == 3:
        n, m, k = known.shape
        ways += [
            (f"{a} @ {a}.mT", (n, m, m)),
            (f"torch.bmm({a}, {a}.transpose(1, 2))", (n, m, m)),
            (f"torch.baddbmm({a} @ {a}.mT, {a}, {a}.mT, beta=0.5)", (n, m, m)),
            (f"torch.einsum('nij,nkj->nik', {a}, {a})", (n, m, m)),
            (f"torch.tensordot({a}, {a}, dims=([0, 2], [0, 2]))", (m, m)),
            (f"{a} @ {a}[0].T", (n, m, m)),
            (f"{a}.mT @ {a}", (n, k, k)),
            (f"torch.addbmm({a}[0] @ {a}[0].T, {a}, {a}.mT)", (m, m)),
            (f"F.scaled_dot_product_attention({a}, {a}, {a})", known.shape),
        ]
        ways += [(f"{a} @ {b}", (n, m))] if shape == (k,) else []
    if not ways:
        return None
    text, made = dice.choice(ways)
    return text, Known(made, known.dtype, ROUGH)


def _of_vector(a: str, n: int, b: str, shape: Shape) -> Ways:
    ways: Ways = [
        (f"torch.outer({a}, {a})", (n, n)),
        (f"torch.kron({a}, {a})", (n * n,)),
        (f"{a} @ torch.eye({n}, dtype={a}.dtype)", (n,)),
        (f"torch.addr(torch.eye({n}, dtype={a}.dtype), {a}, {a})", (n, n)),
        (f"torch.vander({a}, 3)", (n, 3)),
        (f"torch.cdist({a}[:, None], {a}[:, None] * 0.5 + 1.5)", (n, n)),
        (f"torch.linalg.norm({a})", ()),
        (f"torch.tensordot({a}, {a}, 1)", ()),
        (f"torch.einsum('i,j->ij', {a}, {a})", (n, n)),
        (f"torch.einsum('i->', {a})", ()),
    ]
    if shape == (n,):
        ways += [
            (f"torch.dot({a}, {b})", ()),
            (f"{a} @ {b}", ()),
            (f"torch.einsum('i,i->i', {a}, {b})", (n,)),
            (f"torch.inner({a}, {b})", ()),
            (f"torch.outer({a}, {b})", (n, n)),
            (f"{a}.dot({b})", ()),
            (f"torch.vdot({a}, {b})", ()),
            (f"F.cosine_similarity({a}, {b} + 2, dim=0)", ()),
            (f"torch.einsum('i,i', {a}, {b})", ()),
        ]
        ways += [(f"torch.linalg.cross({a}, {b})", (3,)), (f"torch.cross({a}, {b}, dim=0)", (3,))] if n == 3 else []
    ways += (
        [(f"{a} @ {b}", (shape[1],)), (f"F.linear({a}, {b}.T)", (shape[1],))]
        if len(shape) == 2 and shape[0] == n
        else []
    )
    return ways


def _of_matrix(a: str, n: int, m: int, b: str, shape: Shape) -> Ways:
    square = f"({a} @ {a}.T + 2 * torch.eye({n}, dtype={a}.dtype))"
    ways: Ways = [
        (f"{a} @ {a}.t()", (n, n)),
        (f"torch.einsum('ij,kj->ik', {a}, {a})", (n, n)),
        (f"{a}.mm({a}.T)", (n, n)),
        (f"torch.addmm({a} @ {a}.T, {a}, {a}.T, beta=0.5, alpha=2)", (n, n)),
        (f"torch.einsum('ij->ji', {a})", (m, n)),
        (f"torch.einsum('ij->i', {a})", (n,)),
        (f"{a}.T.matmul({a})", (m, m)),
        (f"torch.linalg.multi_dot([{a}, {a}.T, {a}])", (n, m)),
        (f"torch.addmv({a}[:, 0], {a}, {a}[0])", (n,)),
        (f"torch.kron({a}, {a}[:1])", (n, m * m)),
        (f"torch.linalg.norm({a}, 'fro')", ()),
        (f"torch.cdist({a}, {a} + 2)", (n, n)),
        (f"torch.tensordot({a}, {a}, dims=([1], [1]))", (n, n)),
        (f"{a}.matmul({a}[0])", (n,)),
        (f"torch.linalg.inv({square})", (n, n)),
        (f"torch.linalg.det({square})", ()),
        (f"torch.linalg.solve({square}, {a})", (n, m)),
        (f"torch.linalg.cholesky({square})", (n, n)),
        (f"torch.linalg.slogdet({square})[1]", ()),
        (f"torch.logdet({square})", ()),
        (f"{square}.trace()", ()),
        (f"torch.linalg.matrix_power({square}, 2)", (n, n)),
        (f"{square}.inverse()", (n, n)),
        (f"torch.linalg.matrix_norm({a})", ()),
        (f"{square}.matrix_exp() * 0.01", (n, n)),
        (f"F.normalize({a} + 2)", (n, m)),
        (f"torch.linalg.solve_triangular({square}, {a}, upper=True)", (n, m)),
        (f"torch.cov({a})", (n, n)) if m > 2 < n else (f"{a}.sum()", ()),
        (f"torch.cumulative_trapezoid({a})" if m > 1 else f"{a} * 1", (n, max(m - 1, 1))),
    ]
    if shape == (m,):
        ways += [
            (f"{a} @ {b}", (n,)),
            (f"{a}.mv({b})", (n,)),
            (f"F.linear({b}, {a})", (n,)),
            (f"torch.einsum('ij,j->i', {a}, {b})", (n,)),
        ]
    if shape == (n,):
        ways += [
            (f"F.linear({a}[0], {a}, {b})", (n,)),
            (f"{b} @ {a}", (m,)),
            (f"torch.einsum('ij,i->j', {a}, {b})", (m,)),
        ]
    if len(shape) == 2 and shape[1] == m:
        ways += [
            (f"F.linear({a}, {b})", (n, shape[0])),
            (f"{b} @ {a}.mT", (shape[0], n)),
            (f"torch.inner({a}, {b})", (n, shape[0])),
        ]
        ways += [(f"torch.cdist({a}, {b} + 2)", (n, shape[0])), (f"F.linear({a}, {b}, {b}[:, 0])", (n, shape[0]))]
    if len(shape) == 2 and shape[0] == m:
        ways += [(f"{a} @ {b}", (n, shape[1])), (f"torch.mm({a}, {b})", (n, shape[1]))]
    return ways
