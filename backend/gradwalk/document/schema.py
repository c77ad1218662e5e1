"""The trace document, schema version 1: everything that happened in one run, in one JSON file.

Conventions, true of every field below:

* An index is a position in the list of the same name: ``Event.op`` indexes ``Trace.ops``, ``Op.span`` indexes
  ``Trace.spans``, ``Op.outputs`` index ``Trace.tensors``. Every list but ``cells`` only ever grows during a run, so a
  run
  that was killed leaves a document that is whole up to that moment.
* ``events`` is the only list with an order in time. The state at step *k* is a pure fold of ``events[:k]``
  (:func:`gradwalk.document.frame.frame_at`); nothing that can be derived is stored twice.
* Lines count from 1, columns from 0 in UTF-16 code units, as in the Language Server Protocol.
* Numbers that JSON lacks travel as the strings ``"NaN"``, ``"Infinity"`` and ``"-Infinity"``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema

from gradwalk.stops import Reason
from gradwalk.text import name, visible

SCHEMA_VERSION = 1

Index = Annotated[int, Field(ge=0)]
Number = bool | int | float | Literal["NaN", "Infinity", "-Infinity"]


def _stopping_early(schema: Any) -> Any:
    if isinstance(schema, dict):
        changed = {key: _stopping_early(part) for key, part in schema.items()}
        return changed | {"fail_fast": True} if schema.get("type") == "list" else changed
    return [_stopping_early(part) for part in schema] if isinstance(schema, list) else schema


Name = Annotated[str, AfterValidator(name)]
"""A snippet can give anything a name: it is cut, and what would turn the text around it is written out."""

Words = Annotated[str, AfterValidator(visible)]
"""The same for sentences, which may be long."""


class Document(BaseModel):
    """Base of every part of the document: unknown fields are refused, so that a typo cannot pass for data."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, json_schema_serialization_defaults_required=True
    )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """As ever, but checking a list stops at its first fault: a hostile frame has room for a million of them."""
        schema: CoreSchema = _stopping_early(handler(source))
        return schema


class Span(Document):
    """A stretch of source text: the sub-expression or statement that did something."""

    cell: Index
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
    outputs: list[Output] = []


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
    parent: Index | None = Field(default=None, description="The enclosing scope; null at a cell's top level.")
    span: Index
    label: Name = Field(description="What the source says: 'f(a)', 'while b.norm() < 100'; 'fc1: Linear', 'SGD'.")
    index: int | None = Field(default=None, ge=1, description="Which iteration, from 1.")
    node: Index | None = Field(default=None, description="The node whose VJP this is.")


class Tensor(Document):
    """One tensor *object*, as it was when it was made. Two tensors with the same ``storage`` share their numbers."""

    storage: Index
    offset: Index = Field(description="Position of its first element in the storage, in elements.")
    shape: list[Index]
    strides: list[int] = Field(description="Elements to skip in the storage for one step along each dimension.")
    dtype: str = Field(description="'float32', 'int64', 'bool', ...")
    requires_grad: bool
    is_leaf: bool
    grad_fn: tuple[Index, Index] | None = Field(default=None, description="(node, output number) that made it.")
    op: Index | None = Field(default=None, description="The op application that made it; null for a .grad buffer.")
    names: list[str] = Field(default=[], description="Every variable it was ever bound to, in order, each once.")
    gradient_of: Index | None = Field(default=None, description="The tensor whose .grad this is.")


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
    data: list[Number] = Field(
        description="All elements, or the first options.max_elements of them. A complex element is two numbers, its "
        "real part and its imaginary part, as they lie in memory: a tensor of complex numbers on a real storage, or of "
        "real numbers on a complex one, counts its offset and strides in elements of its own dtype."
    )
    summary: Summary | None = Field(default=None, description="Present if and only if data is not all of it.")


class Operand(Document):
    """What went into one slot of an op: a tensor at a version, or a constant as Python writes it."""

    argument: Name = Field(description="The op's name for the slot: 'self', 'other', 'tensors[0]'.")
    tensor: Index | None = None
    version: Index | None = None
    constant: Name | None = None


class Op(Document):
    """One application of an op."""

    name: Name
    category: str = Field(description="creation, pointwise, comparison, reduction, linalg, view, in_place, exit, ...")
    inputs: list[Operand]
    params: dict[str, Name] = Field(default={}, description="Arguments that are not operands, as Python writes them.")
    outputs: list[Index] = Field(
        description="Tensors; what was written, for an in-place op; none for item() or bool()."
    )
    in_place: bool = False
    node: Index | None = Field(default=None, description="The autograd node that records it, if it is recorded.")
    formula: Index | None = None
    span: Index | None = None
    scope: Index | None = None
    during: Index | None = Field(default=None, description="The node whose VJP ran this op, under create_graph.")


class Saved(Document):
    """What a node keeps for its VJP, under PyTorch's name for it without the ``_saved_`` prefix."""

    name: Name
    tensor: Index | None = None
    version: Index | None = None
    text: Name = Field(default="", description="As Python writes it, where it is not a tensor.")


class Node(Document):
    """A node of the autograd graph, as PyTorch's ``grad_fn`` shows it."""

    name: Name
    next_functions: list[tuple[Index | None, Index]] = Field(
        description="(node, input number); null node: no gradient."
    )
    saved: list[Saved] = []
    variable: Index | None = Field(default=None, description="The leaf of an AccumulateGrad.")
    sequence_nr: int | None = Field(default=None, description="null for AccumulateGrad, which outranks all.")
    op: Index | None = None


EdgeKind = Literal["tracked", "detached", "constant"]
CutReason = Literal[
    "detach", "data", "no_grad", "exit", "not_differentiable", "rewrap", "does_not_require_grad", "python_number"
]


class Edge(Document):
    """A value flowing into one slot of an op. ``tracked``: a gradient can flow back along it. ``detached``: the value
    could carry one but this op cuts it. ``constant``: there is nothing to differentiate."""

    op: Index
    slot: Index
    producer: Index | None = Field(default=None, description="The op that last produced or wrote the tensor.")
    kind: EdgeKind
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
    vjps: list[Vjp] = []


class CellBegin(Document):
    """A cell starts to run."""

    kind: Literal["cell_begin"] = "cell_begin"
    cell: Index


class CellEnd(Document):
    """A cell is over."""

    kind: Literal["cell_end"] = "cell_end"
    cell: Index
    status: Literal["done", "error", "stopped"]


class Line(Document):
    """A statement is about to run."""

    kind: Literal["line"] = "line"
    span: Index
    scope: Index | None = None


class OpApplied(Document):
    """An op was applied."""

    kind: Literal["op"] = "op"
    op: Index


class Bind(Document):
    """A variable now names a tensor, or (null) no longer does."""

    kind: Literal["bind"] = "bind"
    name: Name
    tensor: Index | None = None
    scope: Index | None = Field(default=None, description="The function it is local to; null: global.")


class Write(Document):
    """A storage was written in place and is now at ``version``; its numbers are ``values[value]``."""

    kind: Literal["write"] = "write"
    storage: Index
    version: Index
    value: Index


class RequiresGrad(Document):
    """``requires_grad`` was set by hand."""

    kind: Literal["requires_grad"] = "requires_grad"
    tensor: Index
    value: bool


class Branch(Document):
    """A test came out: of ``if``, ``while``, a conditional expression or ``assert``."""

    kind: Literal["branch"] = "branch"
    statement: Literal["if", "while", "ifexp", "assert"]
    span: Index
    scope: Index | None = None
    value: bool
    tensor: Index | None = Field(default=None, description="The tensor that was asked for its truth value.")


class OutputWritten(Document):
    """A cell printed something."""

    kind: Literal["output"] = "output"
    cell: Index
    output: Index = Field(description="Position in that cell's outputs; a stdout chunk may grow by several events.")
    length: Index = Field(description="Length of the chunk's text after this event, in UTF-16 code units.")


class BackwardBegin(Document):
    """``backward()`` or ``autograd.grad()`` begins."""

    kind: Literal["backward_begin"] = "backward_begin"
    roots: list[Index] = Field(description="Tensors.")
    gradients: list[Index] = Field(description="The cotangent each root starts with: values.")
    accumulate: bool = Field(description="True for backward(), false for autograd.grad().")
    retain_graph: bool
    create_graph: bool
    span: Index | None = None
    scope: Index | None = None


class VjpRan(Document):
    """A node turned the cotangents of its outputs into those of its inputs."""

    kind: Literal["vjp"] = "vjp"
    node: Index
    cotangents_in: list[Index | None] = Field(description="Values, by output number.")
    cotangents_out: list[Index | None] = Field(description="Values, by slot of next_functions.")
    unreduced: list[Index | None] = Field(
        default=[], description="By slot: the cotangent before it was summed over broadcast axes, where it was."
    )


class Accumulate(Document):
    """A leaf's ``.grad`` received a cotangent."""

    kind: Literal["accumulate"] = "accumulate"
    node: Index
    tensor: Index = Field(description="The leaf.")
    grad: Index = Field(description="The tensor that is now its .grad.")
    contribution: Index = Field(description="Value.")
    result: Index = Field(description="Value: .grad afterwards.")
    first: bool = Field(description="True if .grad was None before.")


class Capture(Document):
    """``autograd.grad`` took a gradient out instead of accumulating it; or ``retain_grad`` kept it."""

    kind: Literal["capture"] = "capture"
    tensor: Index
    contribution: Index = Field(description="Value.")


class Free(Document):
    """A node's saved tensors were released: a second backward through it will fail."""

    kind: Literal["free"] = "free"
    node: Index


class BackwardEnd(Document):
    """The backward pass that began last is over."""

    kind: Literal["backward_end"] = "backward_end"


class GradCleared(Document):
    """``x.grad = None`` (``grad`` and ``result`` null) or ``x.grad.zero_()``."""

    kind: Literal["grad_cleared"] = "grad_cleared"
    tensor: Index = Field(description="The leaf.")
    grad: Index | None = None
    result: Index | None = Field(default=None, description="Value.")


class WarningRaised(Document):
    """Python warned."""

    kind: Literal["warning"] = "warning"
    category: Name
    message: Words
    span: Index | None = None


class ErrorRaised(Document):
    """The run ended in an exception; see ``outcome.error``."""

    kind: Literal["error"] = "error"
    span: Index | None = None


class Gap(Document):
    """Here ran what is not on record line by line, because the run was past the limit on lines; what it did to tensors
    is, and so is all that ran last."""

    kind: Literal["gap"] = "gap"
    lines: Index = Field(description="Statements.")
    tests: Index = Field(description="Tests of anything but tensors.")


Event = Annotated[
    CellBegin | CellEnd | Line | OpApplied | Bind | Write | RequiresGrad | Branch | OutputWritten
    | BackwardBegin | VjpRan | Accumulate | Capture | Free | BackwardEnd | GradCleared | WarningRaised | ErrorRaised
    | Gap,
    Field(discriminator="kind"),
]  # fmt: skip


class RaisedError(Document):
    """The exception that ended the run."""

    type: Name
    message: Words
    cell: Index | None = None
    span: Index | None = Field(default=None, description="The innermost expression of the snippet's own that failed.")
    traceback: str = Field(description="Python's traceback, cut to the snippet's own frames.")
    tensor: Index | None = Field(default=None, description="The tensor that was refused, where one was.")
    node: Index | None = Field(default=None, description="The node whose VJP failed, in a backward pass.")
    operands: list[Index] = Field(
        default=[], description="The tensors that the call at the span, or the one in it that failed, was given."
    )


Status = Literal["ok", "error", "timeout", "cpu", "memory", "limit", "killed"]


class Stop(Document):
    """Why a run was stopped, in parts from which the sentence can be made in any language."""

    reason: Reason = Field(
        description="What it used up (cpu, wall, memory, ops, record), what it did (forbidden, crash, killed, exit, "
        "unfinished, nonsense) or what befell it (restart, silence)."
    )
    limit: float | None = Field(default=None, description="The most it may use: seconds, bytes or operations.")
    signal: str | None = Field(default=None, description="What killed a crash.")
    exit_status: int | None = Field(default=None, description="The exit status it chose.")
    cell: Index | None = None
    line: int | None = Field(default=None, ge=1, description="Where in that cell it was, if that is known.")
    loop: Literal["for", "while"] | None = Field(default=None, description="The innermost loop it was in, if any.")
    iteration: int | None = Field(default=None, ge=1, description="Which iteration of that loop, from 1.")


class Outcome(Document):
    """How the run ended. Whatever it says, everything recorded before that moment is in the document."""

    status: Status
    message: Words = Field(default="", description="The reason in one sentence; empty if all went well.")
    error: RaisedError | None = None
    stop: Stop | None = Field(default=None, description="The same in parts, if it was stopped.")


def _number(value: object) -> object:
    if isinstance(value, bool | str):
        raise ValueError("give a number")
    return value


NUMBER = BeforeValidator(_number)
"""Of what a client sends ``1.0`` is a whole number, as JSON has it; what else Python takes for a number is not."""


class Override(Document):
    """Numbers in the place of what an op gave: what if this tensor had been something else?"""

    op: Annotated[int, Field(ge=0, lt=2**31), NUMBER] = Field(
        description="Position of the op in the trace's ops: no view; one in place fills the memory that it writes into."
    )
    data: list[Annotated[float, NUMBER]] = Field(
        max_length=1000, description="All elements of its first output (or of that memory), row-major."
    )


class Options(Document):
    """What a client may ask of a run."""

    seed: Annotated[int, Field(ge=0, lt=2**64), NUMBER] | None = Field(
        default=None, description="As torch.manual_seed(seed) before the first cell."
    )
    max_elements: Annotated[int, Field(ge=1, le=10_000), NUMBER] = Field(
        default=1000, description="Longest value listed whole."
    )
    overrides: list[Override] = Field(default=[], max_length=16, description="What if: results replaced as they come.")


class Generator(Document):
    """What wrote the document."""

    name: Literal["gradwalk"] = "gradwalk"
    version: str


class Trace(Document):
    """One run of one snippet."""

    schema_version: Literal[1] = 1
    generator: Generator
    options: Options
    cells: list[Cell]
    spans: list[Span] = []
    scopes: list[Scope] = []
    tensors: list[Tensor] = []
    values: list[Value] = []
    ops: list[Op] = []
    nodes: list[Node] = []
    edges: list[Edge] = []
    formulas: list[Formula] = []
    events: list[Event] = []
    outcome: Outcome
