"""Several ops of one piece of code are told apart; rounds of a for loop are counted; parameters have their names."""

from __future__ import annotations

import pytest

from gradwalk.export.reading.naming import code_of
from gradwalk.export.reading.narrate import narrate
from gradwalk.export.reading.run import Run
from gradwalk.export.reading.sentences import in_words
from gradwalk.export.reading.steps import steps_of
from tests.recorder.tracing import trace_of

FOLLOWED = "a new leaf. Autograd follows everything that is computed from it."
LAYER = "torch.nn.Linear(1, 1, bias=False)"


def told(code: str) -> list[str]:
    trace = trace_of(f"import torch\n{code}\n")
    run = Run(trace)
    return [in_words(narrate(run, step), "en") for step in steps_of(trace)][1:]


def test_an_index_of_two_is_told_as_the_two_that_it_takes() -> None:
    _, first, second = told("m = torch.tensor([[1., 2.]])\ne = m[0, 1]")
    assert first.startswith("m[0, 1] · select gives [1, 2].")
    assert second.startswith("e = m[0, 1] = 2.")


def test_what_is_asked_for_its_truth_is_told_as_the_value_of_its_code() -> None:
    loop = told("b = torch.tensor(30.)\nwhile b.norm() < 100:\n    b = b * 2")
    asked = [each.split(". ")[0] for each in loop if " gives " in each and "<" in each]
    assert asked == ["b.norm() < 100 gives True", "b.norm() < 100 gives True", "b.norm() < 100 gives False"]


def test_what_a_write_takes_in_is_not_taken_for_the_value_of_the_call() -> None:
    clip = "torch.nn.utils.clip_grad_norm_([p], 1.0)"
    said = told(f"p = torch.tensor([3., 4.], requires_grad=True)\n(p * p).sum().backward()\n{clip}")
    assert [each for each in said if each.startswith(f"{clip} gives")] == []
    assert any(each.startswith(f"{clip} · clamp gives 0.1.") for each in said)
    assert any(each.startswith(f"{clip} writes into p.grad itself: now [0.6, 0.8]") for each in said)


def test_what_a_function_was_before_its_gradient_is_not_taken_for_the_value_of_the_call() -> None:
    call = "torch.func.grad(torch.sum)(x)"
    said = told(f"x = torch.tensor([3., 4.])\nprint({call})")
    assert [each for each in said if each.startswith(f"{call} gives")] == []
    assert any(each.startswith(f"{call} · sum gives 7.") for each in said)
    assert said[-1] == "The cell shows tensor([1., 1.])"


def test_what_runs_again_for_the_same_code_is_called_by_it() -> None:
    assert [each.split(".")[0] for each in told("x = torch.ones(2)\ny = [x * i for i in range(2)]")[1:]] == [
        "x * i gives [0, 0]",
        "x * i gives [1, 1]",
    ]


def test_what_a_function_of_pytorchs_does_inside_is_not_taken_for_its_value() -> None:
    call = "jacobian(lambda t: t * 3, torch.ones(2))"
    said = told(f"from torch.autograd.functional import jacobian\nj = {call}")
    *inside, value = [each for each in said if call in each.partition(" gives ")[0]]
    assert [each for each in inside if f"{call} · " not in each] == []
    assert value.startswith(f"j = {call} = [[3, 0], [0, 3]].")


def test_an_op_of_a_vjp_is_called_by_what_it_computes() -> None:
    twice = "(g,) = torch.autograd.grad(x ** 3, x, create_graph=True)\ng.backward()"
    said = told(f"x = torch.tensor(2., requires_grad=True)\n{twice}")
    sent = [each.split(" goes to ")[1] for each in said if "goes to" in each]
    assert "through MulBackward0 it becomes 1 for PowBackward0: x ** 2.0 * 3.0." in " ".join(said)
    assert sent == [
        "x.",  # 3 x², of the first pass
        "PowBackward0: x ** 2.0.",
        "x.",  # 6 x, of the second
    ]


def test_a_result_that_is_followed_from_here_on_is_told_as_that() -> None:
    _, product = told("w = (torch.ones(2) * 3).requires_grad_()")
    assert product.endswith(" so nothing is recorded. From here on autograd follows w.")
    _, filled = told("w = torch.zeros(2).fill_(3).requires_grad_()")
    assert filled.endswith("now [3, 3], version 1. From here on autograd follows w.")
    *_, step = told("w = torch.ones(2, requires_grad=True)\nwith torch.no_grad():\n    w -= 1")
    assert step == "w -= 1 writes into w itself: now [0, 0], version 1."


def test_what_a_hook_makes_of_a_gradient_is_no_sum() -> None:
    def arrivals(hook: str, uses: str) -> list[str]:
        code = f"x = torch.tensor([1., 2.], requires_grad=True)\nx.register_hook({hook})\n({uses}).sum().backward()"
        return [each.partition(" x.grad was")[0] for each in told(code) if "x.grad was" in each]

    assert arrivals("lambda g: g * 10", "x * 2 + x * 3") == ["[3, 3] + [2, 2] reaches x; a hook makes [50, 50] of it."]
    assert arrivals("lambda g: g.clamp(max=1)", "x * 2") == ["[2, 2] reaches x; a hook makes [1, 1] of it."]
    assert arrivals("lambda g: g / 0", "x * 2") == ["[2, 2] reaches x; a hook makes [inf, inf] of it."]
    assert arrivals("lambda g: g * float('nan')", "x * 2") == ["[2, 2] reaches x; a hook makes [nan, nan] of it."]
    # One that only looks changes nothing; nor do what is rounded, and what has no number.
    assert arrivals("print", "x * 2 + x * 3") == ["2 contributions reach x: [3, 3] + [2, 2] = [5, 5]."]
    assert arrivals("print", "x.bfloat16() * 0.1 + x.bfloat16() * 0.3")[0].startswith("2 contributions reach x: ")
    infinite = arrivals("print", "x * float('inf') - x * float('inf')")
    assert infinite == ["2 contributions reach x: [-inf, -inf] + [inf, inf] = [nan, nan]."]


def test_what_is_below_zero_is_taken_away_from_a_sum() -> None:
    said = told("x = torch.tensor(2., requires_grad=True)\n(x * -5 + x * 3).backward()")
    assert said[-1].startswith("2 contributions reach x: 3 − 5 = -2.")


def test_a_slope_of_zero_is_told_without_a_formula() -> None:
    code = "x = torch.tensor([0.2, 1.7], requires_grad=True)\n(torch.round(x) * 2).sum().backward()"
    assert (
        "The gradient of torch.round(x) is [2, 2]; through RoundBackward0 it becomes [0, 0] for x."
        " A small change of x changes nothing here: the slope is 0." in told(code)
    )


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("(x * y).sum()", "grad * y = [3, 4] → x; grad * x = [1, 2] → y."),
        # A slope that is 1 by chance does not hide the rule.
        ("torch.exp(x - x)", "grad * torch.exp(x - x) = [1, 1] goes to x - x."),
        ("x + y", "sends [1, 1] → x; [1, 1] → y. In a sum each term has slope 1."),
        ("x.sum()", "it becomes [1, 1] for x. Each element was added once, so each gets all of it."),
        ("x.mean()", "grad / 2 = [0.5, 0.5] goes to x. Each element made up 1/2 of the mean, so each gets that part"),
        ("torch.stack([x, y]).mean(0)", "Each element made up 1/2 of the mean"),
        ("x[1]", "it becomes [0, 1] for x. It goes to the elements that were taken; the others had no part"),
        ("x.max(dim=0).values", "it becomes [0, 1] for x. It goes to the elements that were taken;"),
        ("x.reshape(2, 1)", "it becomes [1, 1] for x. Elements were only arranged anew"),
        ("torch.stack([x, y])", "sends [1, 1] → x; [1, 1] → y. Each gets the part that stems from it."),
        ("x.unbind()[1]", "What came for the parts is put together; a part that nothing came for counts as 0."),
        ("x.expand(3, 2)", "it becomes [3, 3] for x. x was broadcast: what its copies get"),
        (
            "x + torch.ones(3, 2)",
            "x was broadcast: what its copies get adds up to [3, 3].",
        ),
        ("torch.ones(3, 2) @ x", "torch.ones(3, 2).T @ grad = [3, 3] goes to x."),
        ("torch.stack([y, y]).T @ x", "torch.stack([y, y]) @ grad = [7, 7] → x"),
        ("x.norm()", "grad * x / x.norm() = [0.4472, 0.8944] goes to x."),
        ("F.mse_loss(x, y)", "grad * 2 * (x - y) / 2 = [-2, -2] → x;"),
        ("F.mse_loss(x, y, reduction='sum')", "grad * 2 * (x - y) = [-4, -4] → x;"),
    ],
)
def test_a_step_back_says_by_which_rule_it_gives_what_it_gives(code: str, said: str) -> None:
    leaves = "x = torch.tensor([1., 2.], requires_grad=True)\ny = torch.tensor([3., 4.], requires_grad=True)\n"
    result = f"import torch.nn.functional as F\n{leaves}(({code}) * 1).sum().backward()"
    assert said in " ".join(told(result))


def test_what_was_written_over_gets_nothing_and_the_reason_is_told() -> None:
    code = "x = torch.tensor([1., 2.], requires_grad=True)\ny = x * 3\ny[0] = 7\ny.sum().backward()"
    [written] = [each for each in told(code) if "CopySlices" in each and "gradient" in each]
    assert written.endswith("it becomes [0, 1] for y. The elements that were written over no longer count: they get 0.")


def test_the_first_gradient_is_explained() -> None:
    leaf = "x = torch.tensor([1., 2.], requires_grad=True)\n"
    [own] = [each for each in told(f"{leaf}y = x.sum()\ny.backward()") if "begins" in each]
    assert own.endswith("with gradient 1. Anything's slope by itself is 1.")
    [given] = [each for each in told(f"{leaf}y = x * x\ny.backward(torch.tensor([1., 10.]))") if "begins" in each]
    assert given.endswith("with gradient [1, 10]. The call gave it: it says how much each element counts.")


def test_a_line_that_goes_on_behind_a_backslash_is_one() -> None:
    assert told("x = torch.ones(2) \\\n    + torch.ones(2)")[-1].startswith(
        "x = torch.ones(2) + torch.ones(2) = [2, 2]."
    )


def test_a_layer_makes_leaves_that_have_their_names() -> None:
    made, parameter, filled = told(f"net = torch.nn.Sequential({LAYER})")
    assert made == f"{LAYER} · empty = [[0]]: a new tensor, and nothing asks for its gradient yet."
    assert parameter == (
        f"net.0.weight = [[0]]: {FOLLOWED} It shares its numbers with {LAYER} · empty: writing to one writes to both."
    )
    assert filled.startswith(f"{LAYER} writes into net.0.weight itself: now [[")


def test_rounds_of_a_for_loop_are_counted_to_its_end() -> None:
    head = "for i in range(2)"
    assert told(f"{head}:\n    for j in []:\n        pass") == [
        f"{head}: iteration 1 of the loop begins.",
        "for j in []: the loop ends.",
        f"{head}: iteration 2 of the loop begins.",
        "for j in []: the loop ends.",
        f"{head}: the loop ends.",
    ]
    # A loop that ends early says nothing more, and an error is no end.
    assert told(f"{head}:\n    break\nx = 1")[-1] == "Line 4: x = 1"


def test_an_if_says_which_branch_runs_and_which_test_is_next() -> None:
    code = """\
a = 3
for b in (1, 2, 9):
    if a < b:
        c = 1
    # between
    elif (
        a < b + 2
    ):
        c = 2
    else:
        c = 3
    if a == b: c = 4
d = 5"""
    only = "Only what runs is recorded."
    next_test = "a < b is False: elif ( a < b + 2 ) is asked next."
    passed_over = "a == b is False, and there is no else: nothing runs."
    assert [each for each in told(code) if " is True" in each or " is False" in each] == [
        next_test,
        f"a < b + 2 is False: the else-branch runs. {only}",
        passed_over,
        next_test,
        f"a < b + 2 is True: the elif-branch runs. {only}",
        passed_over,
        f"a < b is True: the if-branch runs. {only}",
        passed_over,
    ]


def test_what_gets_a_gradient_is_told_from_others_of_its_name() -> None:
    leaf = "a = torch.tensor(3., requires_grad=True)\n"
    loop = told(f"{leaf}b = a * 1\nfor i in range(2):\n    b = b * a\nb.backward()")
    assert [each for each in loop if " → " in each] == [
        f"The gradient of b is {gradient}; MulBackward0 sends {sent} → a. That b is from {place}."
        for gradient, sent, place in [
            (1, "grad * a = 3 → b; grad * b = 9", "iteration 1"),
            (3, "grad * a = 9 → b; grad * b = 9", "line 3"),
        ]
    ]
    lines = told(f"{leaf}b = a * 2\nb = b + 1\nb.backward()")
    assert [each for each in lines if " goes to " in each] == [
        "The gradient of b is 1; it goes to b unchanged. That b is from line 3. In a sum each term has slope 1.",
        "The gradient of b is 1; grad * 2 = 2 goes to a.",
    ]


def test_what_a_functions_own_backward_runs_is_called_by_its_code() -> None:
    trace = trace_of("""\
import torch
class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x
    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * 2 * x
x = torch.ones(2, requires_grad=True)
Square.apply(x).sum().backward()
""")
    run = Run(trace)
    ran = [code_of(run, index) for index, op in enumerate(trace.ops) if op.during is not None]
    assert ran[-2:] == ["grad * 2", "grad * 2 * x"]
