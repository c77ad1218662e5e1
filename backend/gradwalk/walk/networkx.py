"""A run's computation graph as one of networkx's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradwalk.document.schema import Op, Trace
from gradwalk.errors import ExtraMissing

if TYPE_CHECKING:
    import networkx


def to_networkx(trace: Trace) -> networkx.MultiDiGraph:
    """A ``MultiDiGraph``: a node for each op, leaf and constant, an edge for each value that flows into an op.

    Nodes are ``"op 3"``, ``"tensor 0"``, ``"constant 3.1"`` (op 3, slot 1), with ``kind``, ``label`` and, by kind,
    ``name``, ``node`` (the name of the ``grad_fn``), ``shape``, ``dtype``, ``requires_grad``. Edges have ``slot``,
    ``argument``, ``kind`` ('tracked', 'detached' or 'constant') and ``reason``, as the trace's.
    """
    try:
        import networkx
    except ImportError:
        raise ExtraMissing("There is no networkx here: pip install 'gradwalk[networkx]'.") from None
    graph = networkx.MultiDiGraph()
    for index, op in enumerate(trace.ops):
        graph.add_node(f"op {index}", kind="op", **_op(trace, op))
    for edge in trace.edges:
        operand = trace.ops[edge.op].inputs[edge.slot]
        if edge.producer is not None:
            source = f"op {edge.producer}"
        elif operand.tensor is not None:
            source = f"tensor {operand.tensor}"
            graph.add_node(source, kind="leaf", **_tensor(trace, operand.tensor))
        else:
            source = f"constant {edge.op}.{edge.slot}"
            graph.add_node(source, kind="constant", label=operand.constant or "")
        graph.add_edge(
            source, f"op {edge.op}", slot=edge.slot, argument=operand.argument, kind=edge.kind, reason=edge.reason
        )
    return graph


def _op(trace: Trace, op: Op) -> dict[str, Any]:
    made = _tensor(trace, op.outputs[0]) if op.outputs else {"label": ""}
    label = f"{made['label']} = {op.name}" if made["label"] and not op.in_place else op.name
    node = None if op.node is None else trace.nodes[op.node].name
    return made | {"name": op.name, "label": label, "node": node}


def _tensor(trace: Trace, index: int) -> dict[str, Any]:
    tensor = trace.tensors[index]
    return {
        "label": tensor.names[0] if tensor.names else "",
        "shape": tuple(tensor.shape),
        "dtype": tensor.dtype,
        "requires_grad": tensor.requires_grad,
    }
