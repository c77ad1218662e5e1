"""What of the recorder is compiled (``csrc``): the rows of what happens most, written as Python writes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from gradwalk.engine import Tensor
from gradwalk.engine.core import part
from gradwalk.engine.graph import Node
from gradwalk.engine.storage import Storage

if TYPE_CHECKING:
    from .document import Sharers
    from .growing import Growing
    from .journal import Entries
    from .source import Spans
    from .values import Waiting


class Scribe(Protocol):
    """Writes down what happens in one run, and hands to Python what is not usual."""

    is_writing: bool
    """Whether it is doing so now."""

    def op(self, *application: Any) -> None:
        """:meth:`Transcript.op <gradwalk.recorder.transcript.Transcript.op>`."""

    def vjp(self, *step: Any) -> None:
        """:meth:`Transcript.vjp <gradwalk.recorder.transcript.Transcript.vjp>`."""

    def free(self, node: Node) -> None:
        """:meth:`Transcript.free <gradwalk.recorder.transcript.Transcript.free>`."""

    def accumulate(self, *arrival: Any) -> None:
        """:meth:`Transcript.accumulate <gradwalk.recorder.transcript.Transcript.accumulate>`."""

    def backward_begin(self, *beginning: Any) -> None:
        """:meth:`Transcript.backward_begin <gradwalk.recorder.transcript.Transcript.backward_begin>`."""

    def backward_end(self) -> None:
        """:meth:`Transcript.backward_end <gradwalk.recorder.transcript.Transcript.backward_end>`."""

    def grad_cleared(self, leaf: Tensor) -> None:
        """:meth:`Transcript.grad_cleared <gradwalk.recorder.transcript.Transcript.grad_cleared>`."""

    def mates(self, storage: Storage) -> list[Storage]:
        """:meth:`Document.mates <gradwalk.recorder.document.Document.mates>`."""

    def write(self, mates: Sequence[Storage]) -> None:
        """:meth:`Transcript.write <gradwalk.recorder.transcript.Transcript.write>`."""

    def settle(self, entries: Entries, full: int, look: int) -> None:
        """:meth:`Journal._write <gradwalk.recorder.journal.Journal._write>`."""

    def drain(self, full: int, look: int) -> None:
        """Write the rows of what was noted as numbers so far; send them each time that a frame is full."""


class Notes(Protocol):
    """Takes note of what the engine shows and the runner reports most often, as the recorder's methods of these names
    do."""

    op_applied: Callable[..., None]
    vjp_ran: Callable[..., None]
    freed: Callable[..., None]
    about_to_change: Callable[..., None]
    storage_written: Callable[..., None]
    grad_cleared: Callable[..., None]
    backward_begins: Callable[..., None]
    backward_ended: Callable[..., None]
    line: Callable[[int], None]
    bind: Callable[[str, object, bool], None]
    branch: Callable[[str, int, bool, object], None]
    enter: Callable[..., int]
    leave: Callable[[int], None]
    here: Callable[[], int | None]
    settle: Callable[[], None]
    end: Callable[[], None]

    def directly(self) -> object:
        """:attr:`Observer.directly <gradwalk.engine.observe.Observer.directly>`."""


class Core(Protocol):
    """The compiled module."""

    Rows: type[Growing]
    Entries: type[Entries]
    Sharers: type[Sharers]
    Spans: type[Spans]
    Numbers: type[dict[int, int]]
    """Of indices of the trace; has of a dict's methods those that are needed."""
    Cotangents: type[dict[int, tuple[Any, int, str]]]
    """Has those that are needed too."""

    Items: type[Any]
    """:class:`gradwalk.runner.hooks.Items`."""

    def Waiting(self, *parts: Any) -> Waiting:  # noqa: N802 (a class)
        """:class:`Waiting <gradwalk.recorder.values.Waiting>`, of the rows, what encodes arrays and sums them up, and
        values.py's limits."""

    def counted(self, lists: dict[str, Growing]) -> dict[str, int]:
        """How many rows are new in each list that has any."""

    def texts(self, lists: dict[str, Growing], counts: dict[str, int], wrap: Callable[[bytes], Any]) -> dict[str, Any]:
        """The first new rows of each list that is counted, as JSON, each wrapped."""

    def counts(self, numbers: Any, bounds: Any) -> list[int]:
        """How many numbers there are below the first of the rising bounds, between each two, and from the last on."""

    def summary(self, numbers: Any) -> tuple[float, float, float, float, list[int] | None]:
        """Of float32 numbers the least and the greatest, the sum, and the sum of squares, as values.py adds them up,
        and how many there are in each bin of a histogram; None for that where some are not finite."""

    def know(self, *classes: type) -> None:
        """Take note of the slots of these classes."""

    def Declared(self, *facts: Any) -> object:  # noqa: N802 (a class)
        """What is known of an op, from :func:`gradwalk.recorder.usual.declared`."""

    def Scribe(self, *parts: Any) -> Scribe:  # noqa: N802 (a class)
        """What writes down one run."""

    def Notes(self, *parts: Any) -> Notes:  # noqa: N802 (a class)
        """What takes note of one run."""


CORE: Core | None = part(__package__)
