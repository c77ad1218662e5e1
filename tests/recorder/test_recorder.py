"""What happens is in the trace: where, with which numbers, and whether a gradient can flow."""

from __future__ import annotations

import pytest

from gradwalk.document.schema import Op, Trace
from gradwalk.limits import Limits
from gradwalk.recorder import Recorder

from .tracing import edges_into, events, numbers, op_named, text_of, trace_of

LEAF = "import torch\nx = torch.arange(4.0, requires_grad=True)\n"


# -- where --


def test_op_knows_the_sub_expression_that_made_it() -> None:
    trace = trace_of(LEAF + "y = 2 * torch.dot(x, x) + x.sum()")
    assert text_of(trace, op_named(trace, "dot").span) == "torch.dot(x, x)"
    assert text_of(trace, op_named(trace, "mul").span) == "2 * torch.dot(x, x)"
    assert text_of(trace, op_named(trace, "sum").span) == "x.sum()"
    assert text_of(trace, op_named(trace, "add").span) == "2 * torch.dot(x, x) + x.sum()"


def test_columns_count_utf16_units_so_that_a_browser_can_slice() -> None:
    trace = trace_of(LEAF + "'𝄞é中'; y = x * x")
    assert text_of(trace, op_named(trace, "mul").span) == "x * x"


def test_backward_knows_the_call_that_began_it() -> None:
    trace = trace_of(LEAF + "x.sum().backward()")
    [begin] = events(trace, "backward_begin")
    assert text_of(trace, begin.span) == "x.sum().backward()"


def test_op_in_a_called_function_lies_in_the_scope_of_the_call() -> None:
    trace = trace_of(LEAF + "def f(a):\n    for _ in range(2):\n        a = a * 2\n    return a\ny = f(x)")
    kinds = []
    for op in (op for op in trace.ops if op.name == "mul"):
        chain, scope = [], op.scope
        while scope is not None:
            chain.append((trace.scopes[scope].kind, trace.scopes[scope].index))
            scope = trace.scopes[scope].parent
        kinds.append(chain)
    assert kinds == [
        [("iteration", 1), ("loop", None), ("function", None)],
        [("iteration", 2), ("loop", None), ("function", None)],
    ]


NET = "import torch\nfrom torch import nn\nnet = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))\n"


def path_of(trace: Trace, op: Op) -> list[tuple[str, str]]:
    """The scopes around an op, outer before inner."""
    path: list[tuple[str, str]] = []
    scope = op.scope
    while scope is not None:
        path.append((trace.scopes[scope].kind, trace.scopes[scope].label))
        scope = trace.scopes[scope].parent
    return path[::-1]


def test_op_of_a_module_lies_in_its_call_and_in_those_around_it() -> None:
    trace = trace_of(NET + "y = net(torch.ones(1, 2))")
    first, second = [path_of(trace, op) for op in trace.ops if op.name == "addmm"]
    assert first == [("module", "Sequential"), ("module", "0: Linear")]
    assert second == [("module", "Sequential"), ("module", "2: Linear")]
    assert {text_of(trace, scope.span) for scope in trace.scopes} == {"net(torch.ones(1, 2))"}


def test_own_module_holds_its_forward_which_holds_its_layers() -> None:
    own = (
        "class Net(nn.Module):\n"
        "    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(2, 1)\n"
        "    def forward(self, x):\n        return self.fc(x)\n"
    )
    trace = trace_of(NET + own + "y = Net()(torch.ones(1, 2))")
    assert path_of(trace, op_named(trace, "addmm")) == [
        ("module", "Net"),
        ("function", "forward(self, x)"),
        ("module", "fc: Linear"),
    ]


def test_writes_of_an_optimizer_lie_in_its_step() -> None:
    optimizer = "opt = torch.optim.SGD(net.parameters(), lr=0.1)\n"
    trace = trace_of(NET + optimizer + "net(torch.ones(1, 2)).sum().backward()\nopt.step()")
    steps = [path_of(trace, op) for op in trace.ops if op.in_place]
    assert steps[-4:] == [[("optimizer", "SGD")]] * 4


def test_what_follows_a_module_that_raised_is_outside_it() -> None:
    trace = trace_of(NET + "try:\n    net(torch.ones(1, 5))\nexcept RuntimeError:\n    pass\ny = torch.ones(2) * 2")
    assert path_of(trace, op_named(trace, "mul")) == []


def test_op_of_a_recorded_backward_pass_lies_in_its_nodes_vjp() -> None:
    trace = trace_of("import torch\nx = torch.tensor(3., requires_grad=True)\n(x ** 3).backward(create_graph=True)")
    [node] = [index for index, node in enumerate(trace.nodes) if node.name == "PowBackward0" and node.op == 1]
    recorded = [op for op in trace.ops if op.during is not None]
    assert {tuple(path_of(trace, op)) for op in recorded} == {(("backward", "backward"), ("vjp", "PowBackward0"))}
    assert {trace.scopes[op.scope or 0].node for op in recorded} == {node}


def test_backward_pass_that_is_not_recorded_has_no_scope() -> None:
    assert trace_of(LEAF + "x.sum().backward()").scopes == []


def test_scopes_of_a_recorded_pass_that_raised_are_left() -> None:
    hook = "y = x * x\ny.register_hook(lambda g: 1 / 0)\n"
    code = "try:\n    y.sum().backward(create_graph=True)\nexcept ZeroDivisionError:\n    pass\nz = x / 2"
    trace = trace_of(LEAF + hook + code)
    assert path_of(trace, op_named(trace, "div")) == []


def test_parameters_of_a_module_are_named_after_its_variable() -> None:
    trace = trace_of(NET)
    named = {name for tensor in trace.tensors for name in tensor.names}
    assert named == {"net.0.weight", "net.0.bias", "net.2.weight", "net.2.bias"}


def test_names_of_parameters_end_with_their_modules_name() -> None:
    trace = trace_of(NET, "net = 3")
    names = [(event.name, event.tensor is None) for event in events(trace, "bind")]
    assert names[4:] == [("net.0.weight", True), ("net.0.bias", True), ("net.2.weight", True), ("net.2.bias", True)]


# -- whether a gradient can flow --


@pytest.mark.parametrize(
    ("code", "op", "slot", "kind", "reason"),
    [
        ("y = x * 2", "mul", 0, "tracked", None),
        ("y = x * 2", "mul", 1, "constant", "python_number"),
        ("y = x * torch.ones(4)", "mul", 1, "constant", "does_not_require_grad"),
        ("u = x.detach()", "detach", 0, "detached", "detach"),
        ("u = x.data", "data", 0, "detached", "data"),
        ("with torch.no_grad():\n    y = x * 3", "mul", 0, "detached", "no_grad"),
        ("y = x > 1", "gt", 0, "detached", "not_differentiable"),
        ("y = x.argmax()", "argmax", 0, "detached", "not_differentiable"),
        ("y = x[0].item()", "item", 0, "detached", "exit"),
        ("y = x.tolist()", "tolist", 0, "detached", "exit"),
        ("y = torch.tensor([x[1], 2.0])", "tensor", 0, "detached", "rewrap"),
    ],
)
def test_edge_says_whether_a_gradient_flows_and_why_not(
    code: str, op: str, slot: int, kind: str, reason: str | None
) -> None:
    trace = trace_of(LEAF + code)
    edge = edges_into(trace, op_named(trace, op))[slot]
    assert (edge.kind, edge.reason) == (kind, reason)


def test_detached_tensor_is_recorded_as_not_requiring_grad() -> None:
    trace = trace_of(LEAF + "y = x * x\nu = y.detach()")
    flags = {tensor.names[0]: (tensor.requires_grad, tensor.is_leaf) for tensor in trace.tensors if tensor.names}
    assert flags["u"] == (False, True)
    assert flags["y"] == (True, False)


def test_detached_tensor_is_a_constant_to_the_op_that_uses_it() -> None:
    trace = trace_of(LEAF + "u = (x * x).detach()\nz = u + x")
    from_u, from_x = edges_into(trace, op_named(trace, "add"))
    assert (from_u.kind, from_u.reason) == ("constant", "does_not_require_grad")
    assert from_x.kind == "tracked"
    assert from_u.producer == trace.ops.index(op_named(trace, "detach"))


# -- numbers --


def test_gradient_arrives_contribution_by_contribution() -> None:
    trace = trace_of("import torch\nx = torch.tensor(3.0, requires_grad=True)\ny = x * x + x\ny.backward()")
    sink = next(index for index, node in enumerate(trace.nodes) if node.name == "AccumulateGrad")
    arrived = [
        numbers(trace, value)
        for event in events(trace, "vjp")
        for (node, _), value in zip(trace.nodes[event.node].next_functions, event.cotangents_out, strict=True)
        if node == sink
    ]
    assert arrived == [[1.0], [3.0], [3.0]]
    [accumulate] = events(trace, "accumulate")
    assert numbers(trace, accumulate.contribution) == [7.0]


def test_cotangent_before_it_is_summed_over_broadcast_axes_is_kept() -> None:
    trace = trace_of("import torch\nb = torch.zeros(1, requires_grad=True)\n(torch.ones(4, 3) + b).sum().backward()")
    [add] = [event for event in events(trace, "vjp") if trace.nodes[event.node].name == "AddBackward0"]
    assert trace.values[add.unreduced[1]].shape == [4, 3]
    assert numbers(trace, add.cotangents_out[1]) == [12.0]


def test_second_backward_adds_to_the_same_grad() -> None:
    trace = trace_of(LEAF + "x.sum().backward()\n(x * x).sum().backward()")
    first, second = events(trace, "accumulate")
    assert first.grad == second.grad
    assert (first.first, second.first) == (True, False)
    assert numbers(trace, second.result) == [1.0, 3.0, 5.0, 7.0]


def test_zeroing_a_grad_is_told_with_its_leaf() -> None:
    trace = trace_of(LEAF + "x.sum().backward()\nx.grad.zero_()\nx.grad = None")
    zeroed, cleared = events(trace, "grad_cleared")
    assert trace.tensors[zeroed.tensor].names == ["x"]
    assert numbers(trace, zeroed.result) == [0.0] * 4
    assert cleared.result is None


def test_non_finite_numbers_survive_as_themselves() -> None:
    trace = trace_of("import torch\ny = torch.tensor([-1.0, 0.0, 1.0, 2.0]).log()")
    result = trace.tensors[op_named(trace, "log").outputs[0]]
    [value] = [index for index, v in enumerate(trace.values) if v.storage == result.storage]
    assert numbers(trace, value)[:3] == ["NaN", "-Infinity", 0.0]


def test_float32_is_written_as_short_as_it_reads_back() -> None:
    trace = trace_of("import torch\ny = torch.tensor([0.1])")
    assert '"data":[0.1]' in trace.model_dump_json()


def test_large_value_is_its_first_elements_and_a_summary() -> None:
    trace = trace_of("import torch\ny = torch.arange(100.0)", max_elements=10)
    [value] = trace.values
    assert value.data == [float(i) for i in range(10)]
    assert value.summary is not None
    assert (value.summary.min, value.summary.max, value.summary.mean) == (0.0, 99.0, 49.5)
    assert value.summary.histogram is not None
    assert value.summary.histogram.counts == [5] * 20


def test_histogram_counts_an_edge_with_what_is_above_it_and_the_greatest_with_what_is_below() -> None:
    trace = trace_of(
        "import torch\ny = torch.cat((torch.arange(21.0), torch.tensor([0.5, float('nan')])))", max_elements=1
    )
    summary = trace.values[-1].summary
    assert summary is not None
    assert (summary.min, summary.max, summary.nan) == (0.0, 20.0, 1)
    assert summary.histogram is not None
    assert summary.histogram.counts == [2] + [1] * 18 + [2]


def test_one_huge_number_many_times_has_a_histogram() -> None:
    trace = trace_of("import torch\ny = torch.full((100,), 1e17)", max_elements=10)
    [value] = trace.values
    assert value.summary is not None
    assert value.summary.histogram is not None
    assert sum(value.summary.histogram.counts) == 100


# -- storages and versions --


def test_view_and_detach_share_the_storage_and_a_write_moves_its_version() -> None:
    trace = trace_of(LEAF + "a = x * 1\nv = a[1:3]\nd = a.detach()\nd.add_(1)")
    by_name = {name: tensor for tensor in trace.tensors for name in tensor.names}
    assert by_name["a"].storage == by_name["v"].storage == by_name["d"].storage
    assert by_name["v"].offset == 1
    [write] = events(trace, "write")
    assert (write.storage, write.version) == (by_name["a"].storage, 1)
    assert numbers(trace, write.value) == [1.0, 2.0, 3.0, 4.0]


def test_op_after_an_in_place_write_comes_from_the_write() -> None:
    trace = trace_of(LEAF + "a = x * 1\na.add_(1)\nb = a.sum()")
    [edge] = edges_into(trace, op_named(trace, "sum"))
    assert edge.producer == trace.ops.index(op_named(trace, "add_"))


def test_indices_that_hooks_keep_are_packed_as_tensors_are() -> None:
    hooks = "with torch.autograd.graph.saved_tensors_hooks(lambda t: t.clone(), lambda t: t):\n    "
    trace = trace_of(LEAF + hooks + "y = x[torch.tensor([0, 2])]")
    [node] = [node for node in trace.nodes if node.name == "IndexBackward0"]
    assert {saved.name: saved.text for saved in node.saved}["indices"] == "(packed,)"


def test_saved_tensor_remembers_the_version_it_was_saved_at() -> None:
    trace = trace_of(LEAF + "a = x * 1\na.add_(1)\nb = a * a")
    node = trace.nodes[trace.ops[-1].node or 0]
    assert {(saved.name, saved.version) for saved in node.saved} == {("self", 1), ("other", 1)}


# -- names, branches, output --


def test_names_come_and_go() -> None:
    trace = trace_of(LEAF + "y = z = x * 2\ny = 3")
    assert trace.tensors[op_named(trace, "mul").outputs[0]].names == ["y", "z"]
    assert [(event.name, event.tensor is None) for event in events(trace, "bind")][-1] == ("y", True)


def test_branch_says_which_way_and_which_tensor_decided() -> None:
    trace = trace_of(LEAF + "if x.sum() > 10:\n    y = 1\nelse:\n    y = 2")
    [branch] = events(trace, "branch")
    assert (branch.statement, branch.value) == ("if", False)
    assert branch.tensor == op_named(trace, "gt").outputs[0]


def test_ops_that_a_vjp_applies_are_told_from_those_of_the_snippet() -> None:
    trace = trace_of(LEAF + "g, = torch.autograd.grad((x ** 3).sum(), x, create_graph=True)")
    assert [op.name for op in trace.ops if op.during is None] == ["arange", "pow", "sum"]
    assert all(trace.nodes[op.during].name for op in trace.ops if op.during is not None)
    assert any(op.during is not None for op in trace.ops)


def test_formula_on_screen_is_the_text_that_runs() -> None:
    trace = trace_of(LEAF + "y = x ** 3")
    formula = trace.formulas[op_named(trace, "pow").formula or 0]
    assert [vjp.argument for vjp in formula.vjps] == ["self"]
    assert formula.vjps[0].formula.latex == r"\overline{\mathrm{result}} \cdot 3 \cdot {\mathrm{self}}^{2}"


def test_record_ends_at_the_limit_on_ops_and_keeps_what_was_before() -> None:
    trace = trace_of(LEAF + "for _ in range(12_000):\n    x.sum()\nprint('done')")
    assert trace.outcome.status == "ok"
    assert len(trace.ops) == Limits().ops
    assert trace.cells[0].outputs[0].text == "done\n"


def test_tensors_of_the_snippet_die_when_it_lets_them() -> None:
    code = "import torch, weakref\nx = torch.ones(3)\ny = x * 2\nr = weakref.ref(y)\ndel y\nprint(r() is None)"
    trace = trace_of(code)
    assert trace.cells[0].outputs[0].text == "True\n"


def test_recorder_is_an_observer_that_needs_no_runner() -> None:
    frames: list[object] = []
    recorder = Recorder(frames.append, {"max_elements": 10})
    recorder.finish({"status": "ok", "message": "", "error": None})
    assert frames == [{"outcome": {"status": "ok", "message": "", "error": None}}]


def test_node_that_saves_its_result_points_at_it() -> None:
    trace = trace_of(LEAF + "y = x.exp()")
    exp = op_named(trace, "exp")
    assert exp.node is not None
    [saved] = trace.nodes[exp.node].saved
    assert (saved.name, saved.tensor) == ("result", exp.outputs[0])


def test_write_through_data_shows_in_the_tensor_without_moving_its_version() -> None:
    trace = trace_of(LEAF + "a = x * 1\na.data[0] = 9.0\nb = a.sum()")
    a = next(tensor for tensor in trace.tensors if "a" in tensor.names)
    [write] = [event for event in events(trace, "write") if event.storage == a.storage]
    assert write.version == 0
    assert numbers(trace, write.value) == [9.0, 1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("source", "about"),
    [
        ("y = x * x\ny.sum().backward()\ny.sum().backward()", "node MulBackward0"),
        ("y = x.exp()\ny += 1\ny.sum().backward()", "node ExpBackward0"),
        ("y = x * x\ny.backward()", "tensor y"),
        ("y = x.detach() * 2\ny.sum().backward()", "tensor y.sum()"),
        ("x += 1", "tensor x"),
        ("x[0] = 1", "tensor x"),
        ("x.numpy()", "tensor x"),
        ("y = x * 2\ny.requires_grad = False", "tensor y"),
        ("z = torch.ones(1, requires_grad=True)\ntorch.autograd.grad(x.sum(), z)", "tensor z"),
        ("y = torch.arange(3)\ny.requires_grad_()", "tensor y"),
        ("x @ torch.ones(5)", "nothing"),
        ("try:\n    x += 1\nexcept RuntimeError:\n    x.foo", "nothing"),
    ],
)
def test_an_error_says_which_tensor_was_refused_or_which_node_failed(source: str, about: str) -> None:
    trace = trace_of(f"import torch\nx = torch.arange(4., requires_grad=True)\n{source}")
    error = trace.outcome.error
    assert error is not None
    told = "nothing"
    if error.node is not None:
        told = f"node {trace.nodes[error.node].name}"
    elif error.tensor is not None:
        tensor = trace.tensors[error.tensor]
        made = trace.ops[tensor.op] if tensor.op is not None else None
        told = f"tensor {tensor.names[0] if tensor.names else made and text_of(trace, made.span)}"
    if about == "tensor y.sum()":
        assert error.tensor is not None
        assert trace.tensors[error.tensor].op == len(trace.ops) - 1
    else:
        assert told == about


def test_bfloat16_is_in_the_trace_by_name_with_the_numbers_that_it_holds() -> None:
    trace = trace_of("import torch\nx = torch.tensor([0.1, float('inf')], dtype=torch.bfloat16)\ny = x * 2")
    assert [(value.dtype, value.data) for value in trace.values] == [
        ("bfloat16", [0.10009765625, "Infinity"]),
        ("bfloat16", [0.2001953125, "Infinity"]),
    ]
    long = trace_of("import torch\ntorch.ones(8, dtype=torch.bfloat16)", max_elements=4)
    [value] = long.values
    assert value.summary is not None
    assert (value.data, value.summary.mean, value.summary.histogram.counts[10]) == ([1.0] * 4, 1.0, 8)  # type: ignore[union-attr]
