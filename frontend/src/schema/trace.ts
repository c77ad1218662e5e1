// Generated from trace.schema.json by `npm run schema`; do not edit.

export type Event =
  | CellBegin
  | CellEnd
  | Line
  | OpApplied
  | Bind
  | Write
  | RequiresGrad
  | Branch
  | OutputWritten
  | BackwardBegin
  | VjpRan
  | Accumulate
  | Capture
  | Free
  | BackwardEnd
  | GradCleared
  | WarningRaised
  | ErrorRaised
  | Gap;

/**
 * One run of one snippet.
 */
export interface Trace {
  schema_version: 1;
  generator: Generator;
  options: Options;
  cells: Cell[];
  spans: Span[];
  scopes: Scope[];
  tensors: Tensor[];
  values: Value[];
  ops: Op[];
  nodes: Node[];
  edges: Edge[];
  formulas: Formula[];
  events: Event[];
  outcome: Outcome;
}
/**
 * What wrote the document.
 */
export interface Generator {
  name: "gradwalk";
  version: string;
}
/**
 * What a client may ask of a run.
 */
export interface Options {
  /**
   * As torch.manual_seed(seed) before the first cell.
   */
  seed: number | null;
  /**
   * Longest value listed whole.
   */
  max_elements: number;
  /**
   * What if: results replaced as they come.
   *
   * @maxItems 16
   */
  overrides:
    | []
    | [Override]
    | [Override, Override]
    | [Override, Override, Override]
    | [Override, Override, Override, Override]
    | [Override, Override, Override, Override, Override]
    | [Override, Override, Override, Override, Override, Override]
    | [Override, Override, Override, Override, Override, Override, Override]
    | [Override, Override, Override, Override, Override, Override, Override, Override]
    | [Override, Override, Override, Override, Override, Override, Override, Override, Override]
    | [Override, Override, Override, Override, Override, Override, Override, Override, Override, Override]
    | [
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
      ]
    | [
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
      ]
    | [
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
      ]
    | [
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
      ]
    | [
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
      ]
    | [
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
        Override,
      ];
}
/**
 * Numbers in the place of what an op gave: what if this tensor had been something else?
 */
export interface Override {
  /**
   * Position of the op in the trace's ops: no view; one in place fills the memory that it writes into.
   */
  op: number;
  /**
   * All elements of its first output (or of that memory), row-major.
   *
   * @maxItems 1000
   */
  data: number[];
}
/**
 * A notebook cell, its outputs in order, and how far it got.
 */
export interface Cell {
  source: string;
  /**
   * The number a notebook shows: In [n].
   */
  execution_count: number | null;
  status: "done" | "error" | "stopped" | "not_run";
  outputs: Output[];
}
/**
 * One chunk of what a cell printed, as a notebook shows it.
 */
export interface Output {
  kind: "stdout" | "stderr" | "echo" | "error" | "warning";
  text: string;
}
/**
 * A stretch of source text: the sub-expression or statement that did something.
 */
export interface Span {
  cell: number;
  line: number;
  column: number;
  end_line: number;
  end_column: number;
}
/**
 * A call, a loop, one iteration of it, an ``if``, a module at work, an optimizer's step, a backward pass that is
 * itself recorded (``create_graph``) or one node's VJP in it: the boxes that ops are drawn in.
 *
 * An ``iteration`` holds the ops of its test as well as those of its body; the last iteration of a ``while`` is the
 * one
 * whose test failed. A ``branch`` holds the ops of the ``if``'s test and of the arm that was taken. The ``span`` of a
 * ``module`` or ``optimizer`` is the snippet's expression that called it, directly or
 * through others; so it is for a ``backward`` and its ``vjp``s.
 */
export interface Scope {
  kind: "function" | "loop" | "iteration" | "branch" | "module" | "optimizer" | "backward" | "vjp";
  /**
   * The enclosing scope; null at a cell's top level.
   */
  parent: number | null;
  span: number;
  /**
   * What the source says: 'f(a)', 'while b.norm() < 100'; 'fc1: Linear', 'SGD'.
   */
  label: string;
  /**
   * Which iteration, from 1.
   */
  index: number | null;
  /**
   * The node whose VJP this is.
   */
  node: number | null;
}
/**
 * One tensor *object*, as it was when it was made. Two tensors with the same ``storage`` share their numbers.
 */
export interface Tensor {
  storage: number;
  /**
   * Position of its first element in the storage, in elements.
   */
  offset: number;
  shape: number[];
  /**
   * Elements to skip in the storage for one step along each dimension.
   */
  strides: number[];
  /**
   * 'float32', 'int64', 'bool', ...
   */
  dtype: string;
  requires_grad: boolean;
  is_leaf: boolean;
  /**
   * (node, output number) that made it.
   */
  grad_fn: [number, number] | null;
  /**
   * The op application that made it; null for a .grad buffer.
   */
  op: number | null;
  /**
   * Every variable it was ever bound to, in order, each once.
   */
  names: string[];
  /**
   * The tensor whose .grad this is.
   */
  gradient_of: number | null;
}
/**
 * Numbers: either the content of a storage at a version (``shape`` is then flat, ``data`` in memory order), or a
 * cotangent (``shape`` is its own, ``data`` row-major).
 */
export interface Value {
  storage: number | null;
  version: number | null;
  shape: number[];
  dtype: string;
  /**
   * All elements, or the first options.max_elements of them. A complex element is two numbers, its real part and its imaginary part, as they lie in memory: a tensor of complex numbers on a real storage, or of real numbers on a complex one, counts its offset and strides in elements of its own dtype. Or an index: of a value before, which lists the same elements of the same dtype, and has the same summary if it has one.
   */
  data: (boolean | number | ("NaN" | "Infinity" | "-Infinity"))[] | number;
  /**
   * Present if and only if data is a list of not all of it.
   */
  summary: Summary | null;
}
/**
 * What is said of a value too large to be listed whole. Statistics are over its finite elements; of complex numbers
 * over their absolute values.
 */
export interface Summary {
  min: boolean | number | ("NaN" | "Infinity" | "-Infinity") | null;
  max: boolean | number | ("NaN" | "Infinity" | "-Infinity") | null;
  mean: boolean | number | ("NaN" | "Infinity" | "-Infinity") | null;
  /**
   * Euclidean norm.
   */
  norm: boolean | number | ("NaN" | "Infinity" | "-Infinity") | null;
  nan: number;
  infinite: number;
  histogram: Histogram | null;
}
/**
 * Counts of the finite elements over equal bins from ``low`` to ``high``.
 */
export interface Histogram {
  low: number;
  high: number;
  counts: number[];
}
/**
 * One application of an op.
 */
export interface Op {
  name: string;
  /**
   * creation, pointwise, comparison, reduction, linalg, view, in_place, exit, ...
   */
  category: string;
  inputs: Operand[];
  /**
   * Arguments that are not operands, as Python writes them.
   */
  params: {
    [k: string]: string;
  };
  /**
   * Tensors; what was written, for an in-place op; none for item() or bool().
   */
  outputs: number[];
  in_place: boolean;
  /**
   * The autograd node that records it, if it is recorded.
   */
  node: number | null;
  formula: number | null;
  span: number | null;
  scope: number | null;
  /**
   * The node whose VJP ran this op, under create_graph.
   */
  during: number | null;
}
/**
 * What went into one slot of an op: a tensor at a version, or a constant as Python writes it.
 */
export interface Operand {
  /**
   * The op's name for the slot: 'self', 'other', 'tensors[0]'.
   */
  argument: string;
  tensor: number | null;
  version: number | null;
  constant: string | null;
}
/**
 * A node of the autograd graph, as PyTorch's ``grad_fn`` shows it.
 */
export interface Node {
  name: string;
  /**
   * (node, input number); null node: no gradient.
   */
  next_functions: [number | null, number][];
  saved: Saved[];
  /**
   * The leaf of an AccumulateGrad.
   */
  variable: number | null;
  /**
   * null for AccumulateGrad, which outranks all.
   */
  sequence_nr: number | null;
  op: number | null;
}
/**
 * What a node keeps for its VJP, under PyTorch's name for it without the ``_saved_`` prefix.
 */
export interface Saved {
  name: string;
  tensor: number | null;
  version: number | null;
  /**
   * As Python writes it, where it is not a tensor.
   */
  text: string;
}
/**
 * A value flowing into one slot of an op. ``tracked``: a gradient can flow back along it. ``detached``: the value
 * could carry one but this op cuts it. ``constant``: there is nothing to differentiate.
 */
export interface Edge {
  op: number;
  slot: number;
  /**
   * The op that last produced or wrote the tensor.
   */
  producer: number | null;
  kind: "tracked" | "detached" | "constant";
  /**
   * Why no gradient flows; null if and only if tracked.
   */
  reason:
    | (
        | "detach"
        | "data"
        | "no_grad"
        | "exit"
        | "not_differentiable"
        | "rewrap"
        | "does_not_require_grad"
        | "python_number"
      )
    | null;
}
/**
 * An op's forward formula and the VJP of each differentiable argument, from the op's only declaration.
 */
export interface Formula {
  op: string;
  forward: Mathematics | null;
  vjps: Vjp[];
}
/**
 * One formula, three ways.
 */
export interface Mathematics {
  /**
   * A Python expression over argument names, 'grad' (the cotangent) and 'result'.
   */
  text: string;
  latex: string;
  mathml: string;
}
/**
 * How the cotangent of one input comes from the cotangent of the output.
 */
export interface Vjp {
  argument: string;
  formula: Mathematics;
}
/**
 * A cell starts to run.
 */
export interface CellBegin {
  kind: "cell_begin";
  cell: number;
}
/**
 * A cell is over.
 */
export interface CellEnd {
  kind: "cell_end";
  cell: number;
  status: "done" | "error" | "stopped";
}
/**
 * A statement is about to run.
 */
export interface Line {
  kind: "line";
  span: number;
  scope: number | null;
}
/**
 * An op was applied.
 */
export interface OpApplied {
  kind: "op";
  op: number;
}
/**
 * A variable now names a tensor, or (null) no longer does.
 */
export interface Bind {
  kind: "bind";
  name: string;
  tensor: number | null;
  /**
   * The function it is local to; null: global.
   */
  scope: number | null;
}
/**
 * A storage was written in place and is now at ``version``; its numbers are ``values[value]``.
 */
export interface Write {
  kind: "write";
  storage: number;
  version: number;
  value: number;
}
/**
 * ``requires_grad`` was set by hand.
 */
export interface RequiresGrad {
  kind: "requires_grad";
  tensor: number;
  value: boolean;
}
/**
 * A test came out: of ``if``, ``while``, a conditional expression or ``assert``.
 */
export interface Branch {
  kind: "branch";
  statement: "if" | "while" | "ifexp" | "assert";
  span: number;
  scope: number | null;
  value: boolean;
  /**
   * The tensor that was asked for its truth value.
   */
  tensor: number | null;
}
/**
 * A cell printed something.
 */
export interface OutputWritten {
  kind: "output";
  cell: number;
  /**
   * Position in that cell's outputs; a stdout chunk may grow by several events.
   */
  output: number;
  /**
   * Length of the chunk's text after this event, in UTF-16 code units.
   */
  length: number;
}
/**
 * ``backward()`` or ``autograd.grad()`` begins.
 */
export interface BackwardBegin {
  kind: "backward_begin";
  /**
   * Tensors.
   */
  roots: number[];
  /**
   * The cotangent each root starts with: values.
   */
  gradients: number[];
  /**
   * True for backward(), false for autograd.grad().
   */
  accumulate: boolean;
  retain_graph: boolean;
  create_graph: boolean;
  span: number | null;
  scope: number | null;
}
/**
 * A node turned the cotangents of its outputs into those of its inputs.
 */
export interface VjpRan {
  kind: "vjp";
  node: number;
  /**
   * Values, by output number.
   */
  cotangents_in: (number | null)[];
  /**
   * Values, by slot of next_functions.
   */
  cotangents_out: (number | null)[];
  /**
   * By slot: the cotangent before it was summed over broadcast axes, where it was.
   */
  unreduced: (number | null)[];
}
/**
 * A leaf's ``.grad`` received a cotangent.
 */
export interface Accumulate {
  kind: "accumulate";
  node: number;
  /**
   * The leaf.
   */
  tensor: number;
  /**
   * The tensor that is now its .grad.
   */
  grad: number;
  /**
   * Value.
   */
  contribution: number;
  /**
   * Value: .grad afterwards.
   */
  result: number;
  /**
   * True if .grad was None before.
   */
  first: boolean;
}
/**
 * ``autograd.grad`` took a gradient out instead of accumulating it; or ``retain_grad`` kept it.
 */
export interface Capture {
  kind: "capture";
  tensor: number;
  /**
   * Value.
   */
  contribution: number;
}
/**
 * A node's saved tensors were released: a second backward through it will fail.
 */
export interface Free {
  kind: "free";
  node: number;
}
/**
 * The backward pass that began last is over.
 */
export interface BackwardEnd {
  kind: "backward_end";
}
/**
 * ``x.grad = None`` (``grad`` and ``result`` null) or ``x.grad.zero_()``.
 */
export interface GradCleared {
  kind: "grad_cleared";
  /**
   * The leaf.
   */
  tensor: number;
  grad: number | null;
  /**
   * Value.
   */
  result: number | null;
}
/**
 * Python warned.
 */
export interface WarningRaised {
  kind: "warning";
  category: string;
  message: string;
  span: number | null;
}
/**
 * The run ended in an exception; see ``outcome.error``.
 */
export interface ErrorRaised {
  kind: "error";
  span: number | null;
}
/**
 * Here ran what is not on record. Past the limit on lines that is lines and tests; what they did to tensors is on
 * it, and so is all that ran last. Once the record is full it is all but what was printed, and how the run ended.
 */
export interface Gap {
  kind: "gap";
  /**
   * Statements.
   */
  lines: number;
  /**
   * Tests of anything but tensors.
   */
  tests: number;
  /**
   * How many operations are on record, if that is full.
   */
  full: number | null;
}
/**
 * How the run ended. Whatever it says, everything recorded before that moment is in the document.
 */
export interface Outcome {
  status: "ok" | "error" | "timeout" | "cpu" | "memory" | "limit" | "killed";
  /**
   * The reason in one sentence; empty if all went well.
   */
  message: string;
  error: RaisedError | null;
  /**
   * The same in parts, if it was stopped.
   */
  stop: Stop | null;
}
/**
 * The exception that ended the run.
 */
export interface RaisedError {
  type: string;
  message: string;
  cell: number | null;
  /**
   * The innermost expression of the snippet's own that failed.
   */
  span: number | null;
  /**
   * Python's traceback, cut to the snippet's own frames.
   */
  traceback: string;
  /**
   * The tensor that was refused, where one was.
   */
  tensor: number | null;
  /**
   * The node whose VJP failed, in a backward pass.
   */
  node: number | null;
  /**
   * The tensors that the call at the span, or the one in it that failed, was given.
   */
  operands: number[];
}
/**
 * Why a run was stopped, in parts from which the sentence can be made in any language.
 */
export interface Stop {
  /**
   * What it used up (cpu, wall, memory, record), what it did (forbidden, crash, killed, exit, unfinished, nonsense) or what befell it (restart, silence).
   */
  reason:
    | "cpu"
    | "wall"
    | "memory"
    | "record"
    | "forbidden"
    | "crash"
    | "killed"
    | "exit"
    | "unfinished"
    | "restart"
    | "nonsense"
    | "silence"
    | "cancelled";
  /**
   * The most it may use: seconds or bytes.
   */
  limit: number | null;
  /**
   * What killed a crash.
   */
  signal: string | null;
  /**
   * The exit status it chose.
   */
  exit_status: number | null;
  cell: number | null;
  /**
   * Where in that cell it was, if that is known.
   */
  line: number | null;
  /**
   * The innermost loop it was in, if any.
   */
  loop: ("for" | "while") | null;
  /**
   * Which iteration of that loop, from 1.
   */
  iteration: number | null;
}
