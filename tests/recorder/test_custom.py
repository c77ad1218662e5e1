"""Custom Functions and hooks in the trace."""

from __future__ import annotations

from tests.recorder.tracing import edges_into, events, numbers, op_named, text_of, trace_of

SQUARE = """import torch
class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, scale):
        ctx.save_for_backward(a)
        return a * a * scale
    @staticmethod
    def backward(ctx, g):
        a, = ctx.saved_tensors
        return g * 2 * a, None
x = torch.tensor([1., 2.], requires_grad=True)
y = Square.apply(x, 3)
"""


def test_a_custom_function_is_an_op_with_its_node() -> None:
    trace = trace_of(SQUARE)
    op = op_named(trace, "Square")
    assert op.category == "custom"
    assert text_of(trace, op.span) == "Square.apply(x, 3)"
    assert [(x.argument, x.constant) for x in op.inputs] == [("a", None), ("scale", "3")]
    assert [edge.kind for edge in edges_into(trace, op)] == ["tracked", "constant"]
    assert op.node is not None
    node = trace.nodes[op.node]
    assert node.name == "SquareBackward"
    assert [saved.tensor for saved in node.saved] == [op.inputs[0].tensor]
    assert trace.tensors[op.outputs[0]].grad_fn == (op.node, 0)


def test_ops_inside_forward_are_recorded_without_nodes() -> None:
    trace = trace_of(SQUARE)
    inner = [op for op in trace.ops if op.name == "mul"]
    assert [op.node for op in inner] == [None, None]


def test_ops_inside_backward_belong_to_the_node() -> None:
    trace = trace_of(SQUARE + "y.sum().backward()")
    node = op_named(trace, "Square").node
    assert [op.name for op in trace.ops if op.during == node] == ["mul", "mul"]
    [ran] = [event for event in events(trace, "vjp") if event.node == node]
    assert numbers(trace, ran.cotangents_out[0]) == [2.0, 4.0]


def test_a_function_written_in_place_has_the_node_of_its_result() -> None:
    trace = trace_of("""import torch
class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a):
        a.mul_(2)
        ctx.mark_dirty(a)
        return a
    @staticmethod
    def backward(ctx, g):
        return g * 2
x = torch.ones(2, requires_grad=True)
y = x * 1
Double.apply(y).sum().backward()""")
    op = op_named(trace, "Double_")
    assert op.in_place
    assert op.node is not None
    assert trace.nodes[op.node].name == "DoubleBackward"


def test_what_a_hook_made_of_a_gradient_is_what_the_node_receives() -> None:
    trace = trace_of("""import torch
x = torch.ones(2, requires_grad=True)
y = x * 3
y.register_hook(lambda g: g * 10)
y.sum().backward()""")
    [product] = [op for op in trace.ops if op.name == "mul" and op.node is not None]
    [ran] = [event for event in events(trace, "vjp") if event.node == product.node]
    assert numbers(trace, ran.cotangents_in[0]) == [10.0, 10.0]
    [in_hook] = [op for op in trace.ops if op.name == "mul" and op.node is None]
    assert text_of(trace, in_hook.span) == "g * 10"
