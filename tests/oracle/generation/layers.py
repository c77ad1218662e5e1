"""Random calls of `torch.nn.functional`: layers, pools, normalisations, losses."""

from __future__ import annotations

import random

from tests.oracle.generation.known import ROUGH, Known, Made, Shape, Variables, alike, integers, of_shape

Ways = list[tuple[str, Shape]]
LOSSES = (
    "F.mse_loss({a}, {b})", "F.l1_loss({a}, {b} + 4)", "F.smooth_l1_loss({a}, {b} + 4)", "F.huber_loss({a}, {b} + 5)",
    "F.binary_cross_entropy_with_logits({a}, {b}.sigmoid())",
    "F.binary_cross_entropy({a}.sigmoid(), {b}.sigmoid().detach())", "F.kl_div({a}, {b}.sigmoid(), reduction='sum')",
    "F.soft_margin_loss({a}, {b})", "F.poisson_nll_loss({a}, {b} * {b})", "F.mse_loss({a}, {b}, reduction='sum')",
    "F.kl_div({a}, {b}, log_target=True, reduction='batchmean')", "F.gaussian_nll_loss({a}, {b}, {b} * {b} + 1)",
    "F.binary_cross_entropy({a}.sigmoid(), {b}.sigmoid())",
    "F.binary_cross_entropy_with_logits({a}, {b}.sigmoid().detach(), pos_weight=torch.tensor(2., dtype={a}.dtype))",
    "F.hinge_embedding_loss({a} + 4, torch.ones({a}.shape))", "F.l1_loss({a} - 9, {b}, reduction='sum')",
)  # fmt: skip
LOSSES_OF_EACH = (
    "F.mse_loss({a}, {b}, reduction='none')", "F.smooth_l1_loss({a}, {b} + 5, beta=0.5, reduction='none')",
    "F.binary_cross_entropy_with_logits({a}, {b}.sigmoid(), reduction='none')", "F.dropout({a}, 0.5, training=False)",
    "F.kl_div({a}, {b}.sigmoid(), reduction='none')", "F.dropout({a}, 0.5)",
    "F.huber_loss({a} + 7, {b}, delta=2, reduction='none')",
    "F.binary_cross_entropy({a}.sigmoid(), {b}.sigmoid().detach(), reduction='none')", "F.dropout({a}, 0.0)",
    "F.l1_loss({a} + 9, {b}, reduction='none')",
)  # fmt: skip


def layer(dice: random.Random, a: str, variables: Variables) -> Made | None:
    """A layer or loss on this tensor, with weights from others of its dtype."""
    known = variables[a]
    shape = known.shape
    if not shape or not known.size:
        return None
    b = dice.choice(alike(variables, known))
    ways: Ways = [(text.format(a=a, b=b), ()) for text in dice.sample(LOSSES, 3)]
    ways += [(text.format(a=a, b=b), shape) for text in dice.sample(LOSSES_OF_EACH, 2)]
    *before, n = shape
    if n > 1:
        weights = of_shape(variables, (n,), dtype=known.dtype)
        w = f", {dice.choice(weights)}" if weights and dice.random() < 0.6 else ""
        ways += [
            (f"F.layer_norm({a}, ({n},){w})", shape),
            (f"F.rms_norm({a}, ({n},){w})", shape),
            (f"F.normalize({a} + 2, dim=-1)", shape),
            (f"F.pad({a}, (1, 2))", (*before, n + 3)),
            (f"F.pad({a}, (-1, 1), value=0.5)", (*before, n)),
            (f"F.softmax({a}, -1)", shape),
            (f"F.log_softmax({a}, dim=0)", shape),
            (f"F.softmin({a}, -1)", shape),
            (f"F.glu({a}, -1)", (*before, n // 2)) if n % 2 == 0 else (f"F.softmax({a}, 0)", shape),
            (f"F.cosine_similarity({a} + 2, {b}, dim=-1)", tuple(before)),
            (f"F.pairwise_distance({a} + 9, {b})", tuple(before)),
        ]
    if len(shape) == 1:
        ways += [
            (f"F.cross_entropy({a}, torch.tensor({dice.randrange(n)}))", ()),
            (f"F.conv1d({a}[None, None], {a}[None, None, :1])[0, 0]", (n,)),
            (f"F.one_hot(torch.arange({n})) * {a}", (n, n)),
            (f"F.embedding({integers(dice, (2,), n)}, {a}[:, None])", (2, 1)),
        ]
    if len(shape) == 2:
        ways += _of_batch(dice, a, b, *shape)
    if len(shape) == 3:
        ways += _of_channels(dice, a, *shape)
    text, made = dice.choice(ways)
    return text, Known(made, known.dtype, ROUGH)


def _of_batch(dice: random.Random, a: str, b: str, n: int, m: int) -> Ways:
    classes = integers(dice, (n,), m)
    ways: Ways = [
        (f"F.cross_entropy({a}, {classes})", ()),
        (f"F.cross_entropy({a}, {classes}, reduction='none')", (n,)),
        (f"F.cross_entropy({a}, {classes}, label_smoothing=0.1)", ()),
        (f"F.cross_entropy({a}, {b}.softmax(1))", ()),
        (f"F.cross_entropy({a}, {classes}, weight=torch.arange(1., {m + 1}, dtype={a}.dtype), reduction='sum')", ()),
        (f"F.nll_loss({a}.log_softmax(1), {classes})", ()),
        (f"F.nll_loss({a}, {classes}, ignore_index=0, reduction='sum')", ()),
        (f"F.multi_margin_loss({a} * 0.1 + torch.arange({m}), {classes})", ()),
        (f"F.embedding({integers(dice, (2, 2), n)}, {a})", (2, 2, m)),
        (f"F.conv1d({a}[None], {a}[None, :, :1])[0]", (1, m)),
        (f"F.avg_pool1d({a}, {m})", (n, 1)),
        (f"F.adaptive_avg_pool1d({a}, 1)", (n, 1)),
        (f"F.triplet_margin_loss({a}, {b} + 3, {a} - 1)", ()),
        (f"F.margin_ranking_loss({a}.sum(1) + 9, {b}.sum(1), torch.ones({n}, dtype={a}.dtype))", ()),
        (f"F.linear({a}, {b})", (n, n)),
        (f"F.linear({a}, {a}[:1], {a}[0, :1])", (n, 1)),
        (f"F.pad({a}[None], (1, 1), mode='replicate')[0]", (n, m + 2)),
        (f"F.max_pool1d({a}, 1)", (n, m)),
        (f"F.interpolate({a}[None], scale_factor=2)[0]", (n, 2 * m)),
        (f"F.interpolate({a}[None], size=3, mode='linear')[0]", (n, 3)),
        (f"F.conv2d({a}[None, None], {a}[None, None, :1, :1])[0, 0]", (n, m)),
        (f"F.conv_transpose1d({a}[None], {a}[:, None, :1])[0]", (1, m)),
        (f"F.avg_pool2d({a}[None], 1)[0]", (n, m)),
        (f"F.adaptive_avg_pool2d({a}[None], 1)[0]", (1, 1)),
        (f"F.unfold({a}[None, None], 1)[0, 0]", (n * m,)),
    ]
    if n > 1:
        ways += [
            (f"F.batch_norm({a}, None, None, training=True)", (n, m)),
            (f"F.batch_norm({a}, torch.zeros({m}, dtype={a}.dtype), torch.ones({m}, dtype={a}.dtype))", (n, m)),
            (f"F.batch_norm({a}, None, None, {b}[0], {b}[1], training=True)", (n, m)),
        ]
    return ways


def _of_channels(dice: random.Random, a: str, n: int, m: int, k: int) -> Ways:
    ways: Ways = [
        (f"F.conv1d({a}, {a}[:1])", (n, 1, 1)),
        (f"F.conv1d({a}, {a}[:1], padding=1)", (n, 1, 3)),
        (f"F.conv1d({a}, {a}[:, :, :1], {a}[:, 0, 0])", (n, n, k)),
        (f"F.conv2d({a}[None], {a}[None])[0]", (1, 1, 1)),
        (f"F.avg_pool1d({a}, 2, padding=1)" if k > 1 else f"F.avg_pool1d({a}, 1)", (n, m, k // 2 + 1 if k > 1 else k)),
        (f"F.instance_norm({a})" if k > 1 else f"{a} * 1", (n, m, k)),
        (f"F.group_norm({a}, 1)" if m * k > 1 else f"{a} * 1", (n, m, k)),
        (f"F.cross_entropy({a}, {integers(dice, (n, k), m)})", ()),
        (f"F.interpolate({a}, size=2)", (n, m, 2)),
        (f"F.pad({a}, (1, 0, 0, 1))", (n, m + 1, k + 1)),
        (f"F.pad({a}, (1, 1), 'circular')", (n, m, k + 2)),
        (f"F.adaptive_avg_pool1d({a}, 1)", (n, m, 1)),
        (f"F.scaled_dot_product_attention({a}, {a}, {a})", (n, m, k)),
        (f"F.scaled_dot_product_attention({a}, {a} * 0.5, {a}, is_causal=True)", (n, m, k)),
    ]
    return ways
