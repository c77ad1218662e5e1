"""The recorder: an observer of the engine and the runner's reporter, writing one trace.

It notes what it is told in the journal; what is derived from the run's present state alone (the place in the source,
the open scopes) is noted with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial, wraps
from time import monotonic
from typing import Any, Concatenate, Literal, ParamSpec, TypeGuard, TypeVar
from weakref import WeakMethod

from gradwalk.engine import Observer, Op, Tensor
from gradwalk.engine.accumulate_grad import AccumulateGrad
from gradwalk.engine.dtypes import Array
from gradwalk.engine.graph import Node
from gradwalk.engine.observe import dismiss
from gradwalk.engine.overrides import Plainly, plainly
from gradwalk.engine.parameter import Parameter
from gradwalk.engine.storage import Storage
from gradwalk.engine.subject import Subject, subject_of
from gradwalk.engine.wrapped import Wrapped
from gradwalk.limits import LIMITS, Limits

from .core import CORE, Core, Notes
from .document import Document
from .journal import LOOK, MOST, Journal
from .names import Names
from .running import Running
from .scopes import Open, Scopes
from .source import Source
from .stream import FULL, Emit, Printed, Stream
from .tail import Tail
from .transcript import Transcript
from .values import HELD, Values

if CORE is not None:
    CORE.know(Tensor, Parameter, Storage, Node, AccumulateGrad, Journal, Stream, Values, Scopes, Open, Plainly, Tail)

_FULL = 0.85
"""The share of the stream after which nothing is recorded; the rest is for what is printed, and how the run ended."""

_OF_LIFETIMES = ("weakref", "gc", "getrefcount", "__del__")
"""By these a snippet can tell how long a thing lives."""

_NOTED = (
    "op_applied", "vjp_ran", "freed", "about_to_change", "storage_written", "grad_cleared", "backward_begins",
    "backward_ended", "line", "bind", "enter", "leave", "branch",
)  # fmt: skip
"""What the compiled core takes note of by itself."""

OutputKind = Literal["stdout", "stderr", "echo", "error", "warning"]
P = ParamSpec("P")
R = TypeVar("R", bound="Recorder")


def until_full(tell: Callable[Concatenate[R, P], None]) -> Callable[Concatenate[R, P], None]:
    """A recorder's method that does nothing once the record is full."""

    @wraps(tell)
    def tell_until_full(recorder: R, /, *what: P.args, **named: P.kwargs) -> None:
        if not recorder.is_full:
            tell(recorder, *what, **named)

    return tell_until_full


class Recorder(Observer):
    """Writes down what happens, in order, and streams it through ``emit`` in frames.

    ``options`` are those of the request; ``max_elements`` is the longest value listed whole. Once as much is recorded
    as ``limits`` allow, the program goes on with nobody watching: only what it prints, and how it ends, is told.
    """

    def __init__(self, emit: Emit, options: Mapping[str, Any], limits: Limits = LIMITS) -> None:
        self._stream = stream = Stream(emit, options["max_elements"], CORE)
        self._limits = limits
        self._room = limits.stream_bytes * _FULL
        """Bytes after which it is full, while there is room left for what is printed."""
        self.is_full = False
        """Whether it has recorded all that it may."""
        self._told_of_end: Callable[[], None] | None = None
        self._journal = Journal(stream, CORE)
        self._document = Document(stream, CORE)
        self._transcript = Transcript(stream, self._document, CORE)
        often = self._journal.scribe = self._transcript.scribe(stream)
        written_by = self._transcript if often is None else often
        self._write_op, self._write_vjp, self._write_free = written_by.op, written_by.vjp, written_by.free
        self._written_by = written_by
        self._mates = self._document.mates if often is None else often.mates
        self._source = Source(stream.lists["spans"], CORE)
        self._here, self._settle = self._source.here, self._journal.settle
        self._scopes = Scopes(stream)
        self._outputs: dict[int, list[tuple[OutputKind, int]]] = {}
        self._printed: Printed | None = None
        """The last text that was noted."""

        self._ops_left = limits.ops
        self._running = Running(self._scopes)
        self._tail = Tail(self._journal, stream, self._scopes, limits.lines, limits.last_lines)
        self._note, self._event = self._tail.note, self._tail.event
        self._names = Names(self._scopes, self._tail, self._transcript)
        self._tell_test = partial(_tell_test, self._tail, self._scopes, self._transcript)
        self._notes: Notes | None = None
        if CORE is not None and type(self).op_applied is Recorder.op_applied:
            self._note_by(CORE)

    def _note_by(self, core: Core) -> None:
        """Have the compiled core note what comes most often. It does not keep this recorder, which keeps it."""
        parts = self._journal, self._stream, self._tail, self._source, self._scopes
        lists = self._running.nodes, self._source.cells, self._scopes.open
        calls = self._journal.entries, self._running.ran, not_keeping(self._end_record)
        most = self._limits.ops, self._room, MOST, HELD, FULL, LOOK
        self._notes = notes = core.Notes(
            *parts, *lists, *calls, self._journal.scribe, self._running.layers, plainly(), self._names,
            self._tell_test, monotonic, *most,
        )  # fmt: skip
        for name in _NOTED:
            if getattr(type(self), name) is getattr(Recorder, name):
                setattr(self, name, getattr(notes, name))
        self._here, self._settle = notes.here, notes.settle
        self.directly = notes.directly()

    def _end_record(self) -> None:
        """The record is full, of ops or of bytes. What has been told so far is sent."""
        while self._running.layers:  # the record sees no more of a pass that is under way
            self.backward_ended()
        self._tail.tell()
        self._journal.send()
        self._event({"kind": "gap", "lines": 0, "tests": 0, "full": len(self._stream.lists["ops"])})
        self.is_full = True
        if self._notes is not None:
            self._notes.end()
        dismiss(self)
        self._journal.send()
        if self._told_of_end is not None:
            self._told_of_end()

    # -- what the runner reports ----------------------------------------------------------------------------------

    def add_source(self, cell: int, source: str, filename: str, code_filename: str, above: int = 0) -> None:
        """Register a cell's source under the file name that code was compiled with, which begins ``above`` lines down
        in it."""
        self._source.add(cell, source, code_filename, above)
        self._journal.at_once |= any(word in source for word in _OF_LIFETIMES)

    def span(self, cell: int, lineno: int, column: int, end_lineno: int, end_column: int) -> int:
        """The index of a span; columns in UTF-8 bytes, as the compiler counts."""
        return self._source.span(cell, (lineno, column, end_lineno, end_column))

    def cell_begin(self, cell: int) -> None:
        self._scopes.clear()
        self._event({"kind": "cell_begin", "cell": cell})

    def cell_end(self, cell: int, status: Literal["done", "error", "stopped"]) -> None:
        self._tail.tell()
        self._event({"kind": "cell_end", "cell": cell, "status": status})
        self._journal.send()

    @until_full
    def line(self, span: int) -> None:
        """A statement is about to run. Past the limit on lines, only the last are recorded; what they do always is."""
        if self._tail.left:
            self._tail.left -= 1
            scope = self._scopes.current()
            where = f'"span":{span}' if scope is None else f'"span":{span},"scope":{scope}'
            self._journal.note(f'{{"kind":"line",{where}}}', 0)
        else:
            self._tail.line(span)
            self._journal.send_if_due()
        if self._stream.sent > self._room:
            self._end_record()

    def enter(self, kind: str, span: int, label: str, index: int | None = None) -> int:
        """A scope opens inside the one that is open; what is returned is to be given to :meth:`leave`."""
        return 0 if self.is_full else self._scopes.enter(kind, span, label, index)

    @until_full
    def leave(self, scope: int) -> None:
        """A scope closes, and every scope left open inside it."""
        self._scopes.leave(scope)

    @until_full
    def bind(self, name: str, value: object, local: bool) -> None:
        """A name was bound; told on if it names a tensor now, or did before. A module's name names its parameters."""
        self._names.bind(name, value, local)

    @until_full
    def branch(self, statement: str, span: int, value: bool, tested: object) -> None:
        """A test came out. Past the limit on lines, only tests of tensors are recorded, and the last of the others."""
        self._tell_test(statement, span, value, tested)

    def output(self, cell: int, kind: OutputKind, text: str) -> None:
        """A cell printed something; text of the same kind joins the chunk before."""
        if kind == "error":  # which ends the run
            self._tail.tell()
        chunks = self._outputs.setdefault(cell, [])
        if kind in ("stdout", "stderr") and chunks and chunks[-1][0] == kind:
            position = len(chunks) - 1
        else:
            position = len(chunks)
            chunks.append((kind, 0))
        length = chunks[position][1] + len(text.encode("utf-16-le", "surrogatepass")) // 2
        chunks[position] = (kind, length)
        part = {"cell": cell, "output": position, "kind": kind, "text": text}
        journal, printed = self._journal, self._printed
        if self._tail.waiting:
            self._tail.pass_over()
        if printed is not None and printed.goes_on(part, len(journal.entries)):
            printed.grow(part, length)
            return
        self._printed = Printed(part, length, len(journal.entries) + 1)
        journal.entries.append((self._stream.printed, (self._printed,)))
        if self.is_full:  # else the next line sees to that
            journal.send_if_due()

    @until_full
    def warning(self, category: str, message: str) -> None:
        self._event({"kind": "warning", "category": category, "message": message, "span": self._here()})

    def error(self, span: int | None) -> None:
        self._tail.tell()
        self._event({"kind": "error", "span": span})

    def subject(self, error: BaseException, calls: Sequence[Sequence[object]]) -> dict[str, object]:
        """What an error is about, for the outcome: the tensor that was refused, the node, the operands.

        ``calls``: what each call was given on the way from the snippet to where the error was raised.
        """
        self._settle()
        subject, document = subject_of(error) or Subject(), self._document
        operands = _operands(calls)
        if self.is_full:
            tensor, node = subject
            operands = [each for each in operands if document.knows(each)]
            subject = Subject(tensor if document.knows(tensor) else None, node if document.knows(node) else None)
        with plainly():
            return {
                "tensor": None if subject.tensor is None else document.tensor(subject.tensor),
                "node": None if subject.node is None else document.node(subject.node),
                "operands": [document.tensor(each) for each in operands],
            }

    def on_let_go(self, told: Callable[[int], None]) -> None:
        """Have ``told`` how many bytes of arrays the record has let go of, each time it does."""
        self._journal.on_let_go = told

    def on_full(self, told: Callable[[], None]) -> None:
        """Have ``told`` that the record is full: nothing that is made then is let go of by it."""
        self._told_of_end = told

    def flush(self) -> None:
        """Send what has not been sent yet."""
        self._journal.send()

    def finish(self, outcome: dict[str, Any]) -> None:
        """Send the last frame. What was stopped is told how much of it the record does not show line by line."""
        self._tail.tell()
        self._settle()
        self._journal.drain()
        if self._stream.sift is not None or self._stream.values.waiting.elements > FULL:
            self._stream.flush()  # else it goes with the last frame, and no line is missing
        if self._tail.missing and outcome["message"]:
            lines = f"Of its {self._limits.lines + self._tail.seen:,} lines"
            last = f" and the last {self._tail.told:,}" if self._tail.told else ""
            ends = f"the first {self._limits.lines:,}{last} are on record one by one."
            outcome = outcome | {"message": f"{outcome['message']} {lines}, {ends}"}
        self._stream.finish(outcome)

    # -- what the engine shows ------------------------------------------------------------------------------------

    @until_full
    def op_applied(
        self, op: Op, operands: Sequence[Any], params: dict[str, Any], outputs: Sequence[Tensor], node: Node | None
    ) -> None:
        if not self._ops_left or self._stream.sent > self._room:
            self._end_record()
            return
        self._ops_left -= 1
        if self._tail.waiting:
            self._tail.pass_over()
        during = self._running.nodes[-1] if self._running.nodes else None
        what = (op, operands, params, outputs, node, self._here(), self._scopes.current(), during)
        held = 0
        for output in outputs:
            held += output._array.nbytes
        self._journal.note((self._write_op, what), held)

    @until_full
    def about_to_change(self, memory: Array | None = None) -> None:
        self._settle()
        self._stream.values.keep(memory)

    def lifetimes_show(self) -> None:
        self._journal.at_once = True
        self._settle()

    def memory_shared(self) -> None:
        self._stream.values.shared = True
        self._journal.at_once = True  # what waited would show what numpy has written by then
        self._settle()
        self._stream.values.settle()

    @until_full
    def storage_written(self, storage: Storage) -> None:
        # All who see it are held until it is written down: when that is must not decide who is told of.
        self._note(self._written_by.write, self._mates(storage))
        if self._stream.values.shared:
            self._settle()

    @until_full
    def requires_grad_changed(self, tensor: Tensor) -> None:
        self._note(self._transcript.requires_grad, tensor, tensor._requires_grad)

    @until_full
    def backward_begins(
        self,
        roots: Sequence[Tensor],
        gradients: Sequence[Any],
        retain_graph: bool,
        create_graph: bool,
        accumulate: bool,
    ) -> None:
        flags, place = (accumulate, retain_graph, create_graph), (self._here(), self._scopes.current())
        self._note(self._written_by.backward_begin, roots, gradients, *flags, *place)
        self._settle()  # nodes are written down with what they save, before the pass releases it
        self._running.layers.append(self._layer("backward" if accumulate else "grad") if create_graph else None)

    def _layer(self, label: str, node: int | None = None) -> int | None:
        """Open a scope for the ops of a pass that is recorded itself, or of one node's VJP in it."""
        span = self._here()
        kind = "backward" if node is None else "vjp"
        return None if span is None else self._scopes.enter(kind, span, label, node=node)

    @until_full
    def vjp_begins(self, node: Node) -> None:
        running = self._running
        running.nodes.append(node)
        if running.layers[-1] is not None:
            self._settle()
            self._journal.drain()  # the scope may be sent before what is put off, and refers to the node
            if (scope := self._layer(type(node).__name__, self._document.node(node))) is not None:
                running.vjps.append(scope)

    @until_full
    def vjp_ran(
        self, node: Node, cotangents_in: Sequence[Any], cotangents_out: Sequence[Any], unreduced: Mapping[int, Any]
    ) -> None:
        self._running.ran(node)
        if self._tail.waiting:
            self._tail.pass_over()
        held = 0
        for cotangent in cotangents_out:
            if cotangent is not None:
                held += cotangent._array.nbytes if isinstance(cotangent, Tensor) else cotangent.nbytes
        self._journal.note((self._write_vjp, (node, cotangents_in, cotangents_out, unreduced)), held)

    @until_full
    def accumulated(self, node: AccumulateGrad, contribution: Any, first: bool) -> None:
        self._note(self._written_by.accumulate, node, node.variable._grad, contribution, first)

    @until_full
    def captured(self, tensor: Tensor, contribution: Any) -> None:
        self._note(self._transcript.capture, tensor, contribution)

    @until_full
    def freed(self, node: Node) -> None:
        self._journal.entries.append((self._write_free, (node,)))  # right after it ran

    @until_full
    def backward_ended(self) -> None:
        self._running.nodes.clear()
        if (layer := self._running.layers.pop()) is not None:
            self._scopes.leave(layer)
        self._note(self._written_by.backward_end)

    @until_full
    def grad_cleared(self, leaf: Tensor) -> None:
        self._note(self._written_by.grad_cleared, leaf)

    def work_begins(self, kind: str, label: str) -> object:
        span = None if self.is_full else self._here()
        return None if span is None else self._scopes.enter(kind, span, label, None)

    def work_ends(self, work: object) -> None:
        if isinstance(work, int):
            self._scopes.leave(work)


MOST_OPERANDS = 8


def not_keeping(method: Callable[[], None]) -> Callable[[], None]:
    """Calls a method of what is there still."""
    known = WeakMethod(method)

    def call() -> None:
        if found := known():
            found()

    return call


def _tell_test(
    tail: Tail, scopes: Scopes, transcript: Transcript, statement: str, span: int, value: bool, tested: object
) -> None:
    """Write down how a test came out, and of which tensor."""
    is_tensor = _can_be_read(tested)
    if not tail.left and not is_tensor:
        tail.test(statement, span, value)
        return
    fields = {"kind": "branch", "statement": statement, "span": span, "scope": scopes.current(), "value": value}
    if is_tensor:
        tail.note(transcript.branch, fields, tested)
    else:
        tail.event(fields)


def _operands(calls: Sequence[Sequence[object]]) -> list[Tensor]:
    """The tensors given to the first call that was given any."""
    for given in calls:
        if tensors := [each for each in given if _can_be_read(each)]:
            return tensors[:MOST_OPERANDS]
    return []


def _can_be_read(value: object) -> TypeGuard[Tensor]:
    """Whether it is a tensor, not a mock of one, and not one whose numbers a transform keeps."""
    kind = type(value)
    return issubclass(kind, Tensor) and not issubclass(kind, Wrapped)
