"""Several ops of one piece of code are told apart; rounds of a for loop are counted; parameters have their names."""

from __future__ import annotations

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
    assert sent == [
        "x.",  # 3 x², of the first pass
        "PowBackward0: x ** 2.0 * 3.0 unchanged.",
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


def test_a_slope_of_zero_is_told_without_a_formula() -> None:
    code = "x = torch.tensor([0.2, 1.7], requires_grad=True)\n(torch.round(x) * 2).sum().backward()"
    assert "The gradient of torch.round(x) is [2, 2]; through RoundBackward0 it becomes [0, 0] for x." in told(code)


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
        "The gradient of b is 1; through MulBackward0 it sends 3 → b; 9 → a. That b is from iteration 1.",
        "The gradient of b is 3; through MulBackward0 it sends 9 → b; 9 → a. That b is from line 3.",
    ]
    lines = told(f"{leaf}b = a * 2\nb = b + 1\nb.backward()")
    assert [each for each in lines if " goes to " in each] == [
        "The gradient of b is 1; it goes to b unchanged. That b is from line 3.",
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
