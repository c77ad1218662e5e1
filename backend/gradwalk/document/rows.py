"""What there is in a run: the source that did something, tensors and their numbers, ops, and the graph that they leave.

Each is a row of the trace's list of that name, and an index is a position in one of them.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gradwalk.document.fields import (
    CellIndex,
    Document,
    FormulaIndex,
    Index,
    Name,
    NodeIndex,
    Number,
    OpIndex,
    ScopeIndex,
    SpanIndex,
    TensorIndex,
    ValueIndex,
)


class Span(Document):
    """A stretch of source text: the sub-expression or statement that did something."""

    cell: CellIndex
    line: int = Field(ge=1)
    column: Index
    end_line: int = Field(ge=1)
    end_column: Index


class Output(Document):
    """One chunk of what a cell printed, as a notebook shows it."""

    kind: Literal["stdout", "stderr", "echo", "error", "warning"]
    text: str


class Cell(Document):
    """A notebook cell, its outputs in order, and how far it got."""

    source: str
    execution_count: int | None = Field(default=None, description="The number a notebook shows: In [n].")
    status: Literal["done", "error", "stopped", "not_run"] = "not_run"
    outputs: list[Output] = Field(default=[])


class Scope(Document):
    """A call, a loop, one iteration of it, an ``if``, a module at work, an optimizer's step, a backward pass that is
    itself recorded (``create_graph``) or one node's VJP in it: the boxes that ops are drawn in.

    An ``iteration`` holds the ops of its test as well as those of its body; the last iteration of a ``while`` is the
    one
    whose test failed. A ``branch`` holds the ops of the ``if``'s test and of the arm that was taken. The ``span`` of a
    ``module`` or ``optimizer`` is the snippet's expression that called it, directly or
    through others; so it is for a ``backward`` and its ``vjp``s.
    """

    kind: Literal["function", "loop", "iteration", "branch", "module", "optimizer", "backward", "vjp"]
    parent: ScopeIndex | None = Field(default=None, description="The enclosing scope; null at a cell's top level.")
    span: SpanIndex
    label: Name = Field(description="What the source says: 'f(a)', 'while b.norm() < 100'; 'fc1: Linear', 'SGD'.")
    index: int | None = Field(default=None, ge=1, description="Which iteration, from 1.")
    node: NodeIndex | None = Field(default=None, description="The node whose VJP this is.")


class Tensor(Document):
    """One tensor *object*, as it was when it was made. Two tensors with the same ``storage`` share their numbers."""

    storage: Index
    offset: Index = Field(default=0, description="Position of its first element in the storage, in elements.")
    shape: list[Index]
    strides: list[int] = Field(description="Elements to skip in the storage for one step along each dimension.")
    dtype: str = Field(description="'float32', 'int64', 'bool', ...")
    requires_grad: bool
    is_leaf: bool = False
    grad_fn: tuple[NodeIndex, Index] | None = Field(default=None, description="(node, output number) that made it.")
    op: OpIndex | None = Field(default=None, description="The op application that made it; null for a .grad buffer.")
    names: list[str] = Field(default=[], description="Every variable it was ever bound to, in order, each once.")
    gradient_of: TensorIndex | None = Field(default=None, description="The tensor whose .grad this is.")


class Histogram(Document):
    """Counts of the finite elements over equal bins from ``low`` to ``high``."""

    low: float
    high: float
    counts: list[int]


class Summary(Document):
    """What is said of a value too large to be listed whole. Statistics are over its finite elements; of complex numbers
    over their absolute values."""

    min: Number | None
    max: Number | None
    mean: Number | None
    norm: Number | None = Field(description="Euclidean norm.")
    nan: int
    infinite: int
    histogram: Histogram | None = None


class Value(Document):
    """Numbers: either the content of a storage at a version (``shape`` is then flat, ``data`` in memory order), or a
    cotangent (``shape`` is its own, ``data`` row-major)."""

    storage: Index | None = None
    version: Index | None = None
    shape: list[Index]
    dtype: str
    data: list[Number] | ValueIndex = Field(
        description="All elements, or the first options.max_elements of them. A complex element is two numbers, its "
        "real part and its imaginary part, as they lie in memory: a tensor of complex numbers on a real storage, or of "
        "real numbers on a complex one, counts its offset and strides in elements of its own dtype. Or an index: of a "
        "value before, which lists the same elements of the same dtype, and has the same summary if it has one."
    )
    summary: Summary | None = Field(default=None, description="Present if and only if data is a list of not all of it.")


class Operand(Document):
    """What went into one slot of an op: a tensor at a version, or a constant as Python writes it."""

    argument: Name = Field(description="The op's name for the slot: 'self', 'other', 'tensors[0]'.")
    tensor: TensorIndex | None = None
    version: Index | None = None
    constant: Name | None = None


class Op(Document):
    """One application of an op."""

    name: Name
    category: str = Field(description="creation, pointwise, comparison, reduction, linalg, view, in_place, exit, ...")
    inputs: list[Operand]
    params: dict[str, Name] = Field(default={}, description="Arguments that are not operands, as Python writes them.")
    outputs: list[TensorIndex] = Field(
        description="Tensors; what was written, for an in-place op; none for item() or bool()."
    )
    in_place: bool = False
    node: NodeIndex | None = Field(default=None, description="The autograd node that records it, if it is recorded.")
    formula: FormulaIndex | None = None
    span: SpanIndex | None = None
    scope: ScopeIndex | None = None
    during: NodeIndex | None = Field(default=None, description="The node whose VJP ran this op, under create_graph.")


class Saved(Document):
    """What a node keeps for its VJP, under PyTorch's name for it without the ``_saved_`` prefix."""

    name: Name
    tensor: TensorIndex | None = None
    version: Index | None = None
    text: Name = Field(default="", description="As Python writes it, where it is not a tensor.")


class Node(Document):
    """A node of the autograd graph, as PyTorch's ``grad_fn`` shows it."""

    name: Name
    next_functions: list[tuple[NodeIndex | None, Index]] = Field(
        description="(node, input number); null node: no gradient."
    )
    saved: list[Saved] = Field(default=[])
    variable: TensorIndex | None = Field(default=None, description="The leaf of an AccumulateGrad.")
    sequence_nr: int | None = Field(default=None, description="null for AccumulateGrad, which outranks all.")
    op: OpIndex | None = None


EdgeKind = Literal["tracked", "detached", "constant"]
CutReason = Literal[
    "detach", "data", "no_grad", "exit", "not_differentiable", "rewrap", "does_not_require_grad", "python_number"
]


class Edge(Document):
    """A value flowing into one slot of an op. ``tracked``: a gradient can flow back along it. ``detached``: the value
    could carry one but this op cuts it. ``constant``: there is nothing to differentiate."""

    op: OpIndex
    slot: Index
    producer: OpIndex | None = Field(default=None, description="The op that last produced or wrote the tensor.")
    kind: EdgeKind = "tracked"
    reason: CutReason | None = Field(default=None, description="Why no gradient flows; null if and only if tracked.")


class Mathematics(Document):
    """One formula, three ways."""

    text: str = Field(description="A Python expression over argument names, 'grad' (the cotangent) and 'result'.")
    latex: str
    mathml: str


class Vjp(Document):
    """How the cotangent of one input comes from the cotangent of the output."""

    argument: str
    formula: Mathematics


class Formula(Document):
    """An op's forward formula and the VJP of each differentiable argument, from the op's only declaration."""

    op: str
    forward: Mathematics | None = None
    vjps: list[Vjp] = Field(default=[])
