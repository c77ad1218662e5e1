"""Networks that are trained for some steps, with what courses hang on them."""

from __future__ import annotations

import random

from tests.oracle.generation.courses.texts import some, tried, vocabulary

MODULE = """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = {first}
        self.second = {middle}
        self.last = nn.Linear({h}, {k})
        self.scale = nn.Parameter(torch.ones({h}))
        self.register_buffer('shift', torch.full(({h},), 0.1))
    def __getitem__(self, i):
        return list(self.children())[i]
    def forward(self, x):
        h = {body}
        return self.last(h)
net = Net()"""
CLOSURE = """\
opt = {optimiser}
def closure():
    opt.zero_grad(); out = net(x); loss = {loss}; loss.backward(); return loss
for step in range(2): print(opt.step(closure))"""
WITH_CLOSURE = (
    "optim.LBFGS(net.parameters(), max_iter=3)", "optim.SGD(net.parameters(), lr=0.1)",
    "optim.LBFGS(net.parameters(), lr=0.5, line_search_fn='strong_wolfe')",
)  # fmt: skip
PARAMETERS = ("net.parameters()",) * 8 + (
    "[{'params': net[0].parameters(), 'lr': 0.5}, {'params': net[-1].parameters()}]",
    "[p for p in net.parameters() if p.requires_grad]",
)
CLEAR = ("opt.zero_grad()",) * 3 + ("opt.zero_grad(set_to_none=False)", "net.zero_grad()", "pass")
BACK = ("loss.backward()",) * 5 + (
    "loss.backward(retain_graph=True)", "loss.backward(); print(x.grad)", "(loss / 2).backward()",
)  # fmt: skip
OVER_STEPS = ("self.first(x)[0][:, -1]", "self.first(x)[0].mean(1)", "self.first(x)[0].amax(1)")


def training(dice: random.Random) -> list[str]:
    """A network, an optimiser and some steps; in float64 where roundings would grow: layers that normalise, LBFGS."""
    k = dice.randint(1, 3)
    network = _network(dice, k)
    of_classes = k > 1 and dice.random() < 0.5
    target = f"torch.arange(len(x)) % {k}" if of_classes else f"torch.randn(len(x), {k})"
    lines = [*network, f"target = {target}", *some(dice, "hung_on_networks", (0, 0, 1, 1, 2))]
    optimiser = dice.choice(vocabulary("optimisers")).format(p=dice.choice(PARAMETERS))
    losses = vocabulary("losses_of_classes" if of_classes else "losses_of_numbers")
    loss = dice.choice(losses).format(o="out", k=k) + dice.choice(vocabulary("penalties"))
    if dice.random() < 0.12:
        lines.append(tried(CLOSURE.format(optimiser=dice.choice(WITH_CLOSURE), loss=loss)))
    else:
        lines += [tried(f"opt = {optimiser}"), *_steps(dice, loss)]
    lines += some(dice, "after_training", (1, 2, 3))
    lines.append("weight, bias = [*net.parameters()][:2] if len([*net.parameters()]) > 1 else (x, x)")
    if "Norm" in network[0] or any("LBFGS" in line for line in lines):
        return ["torch.set_default_dtype(torch.float64)", *lines, "torch.set_default_dtype(torch.float32)"]
    return lines


def _network(dice: random.Random, k: int) -> list[str]:
    """A network that is called ``net``, and its input ``x``."""
    n, h = dice.randint(2, 4), dice.choice((2, 4, 5))
    shape = f"{dice.randint(2, 4)}, {n}"
    asks = ", requires_grad=True" if dice.random() < 0.2 else ""
    activations, between = vocabulary("activations"), vocabulary("between")
    kind = dice.random()
    if kind < 0.5:
        layers = [activations if dice.random() < 0.6 else between for _ in range(dice.randint(1, 3))]
        inside = ", ".join(dice.choice(kinds).format(n=h) for kinds in layers)
        text = f"net = nn.Sequential(nn.Linear({n}, {h}), {inside}, nn.Linear({h}, {k}))"
    elif kind < 0.72:
        middle, body = dice.choice((*activations, *between)).format(n=h), dice.choice(vocabulary("bodies_of_modules"))
        text = MODULE.format(first=f"nn.Linear({n}, {h})", h=h, k=k, middle=middle, body=body)
    elif kind < 0.86:
        inside = dice.choice(vocabulary("images")).format(a=dice.choice(activations), k=k)
        text, shape = f"net = nn.Sequential({inside})", f"{dice.randint(2, 3)}, 1, 6, 6"
    else:
        first = dice.choice(vocabulary("sequences")).format(h=h)
        text = MODULE.format(first=first, h=h, k=k, middle="nn.Tanh()", body=dice.choice(OVER_STEPS))
        shape = f"2, {dice.randint(2, 3)}, 3"
    return [text, f"x = torch.randn({shape}{asks})"]


def _steps(dice: random.Random, loss: str) -> list[str]:
    """A loop over steps, now and then with a scheduler."""
    lines, after = [], ["opt.step()"]
    if dice.random() < 0.3:
        lines.append(tried(f"sched = {dice.choice(vocabulary('schedulers'))}"))
        after.append("sched.step(); print(sched.get_last_lr())")
    before = dice.choice(vocabulary("before_steps"))
    body = [dice.choice(CLEAR), "out = net(x)", f"loss = {loss}", dice.choice(BACK), before, *after]
    loop = [f"for step in range({dice.randint(1, 3)}):", *(f"    {x}" for x in (*body, "print(step, loss.item())"))]
    return [*lines, tried("\n".join(loop))]
