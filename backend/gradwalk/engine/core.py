"""Whether what is compiled is used: the C beside some Python of the package, which does the same in less time.

A package whose ``csrc`` was compiled (``scripts/compile_core.py``) has a module ``_core``. Where there is none, where
it is older than its sources, and under ``GRADWALK_PURE=1``, the Python runs instead: with the same results, traces and
errors.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from .graph import Edge, Node


def part(package: str) -> Any:
    """The compiled module of a package; None if there is none to be used."""
    if os.environ.get("GRADWALK_PURE"):
        return None
    try:
        module = import_module("._core", package)
    except ImportError:
        return None
    made = str(module.__file__)
    return module if os.path.getmtime(made) >= _newest(os.path.join(os.path.dirname(made), "csrc")) else None


def _newest(sources: str) -> float:
    """When the last of the sources was written; 0 where there are none, as in an installed package."""
    if not os.path.isdir(sources):
        return 0.0
    with os.scandir(sources) as found:
        return max((one.stat().st_mtime for one in found if one.name.endswith((".c", ".h"))), default=0.0)


class Core(Protocol):
    """What of the engine is compiled. Each says which Python it stands for."""

    def learn_nodes(self, node_class: type[Node]) -> None:
        """Take note of where nodes, of this class and those derived from it, keep what they hold."""

    def learn_engine(self, parts: dict[str, Any]) -> None:
        """Take note of what the engine has one of, and how tensors and storages keep what they hold."""

    def learn_numbers(self, numbers: Iterator[int]) -> None:
        """Number the next nodes from here."""

    def Application(self, **description: Any) -> Callable[..., Any]:  # noqa: N802 (a class there)
        """:func:`gradwalk.engine.compiled.application`, of what :func:`~.described.described` gives."""

    def Pullback(self, **description: Any) -> Callable[..., list[Any]]:  # noqa: N802 (a class there)
        """:func:`gradwalk.engine.compiled.pullback`, of what :func:`~.described.described_vjps` gives."""

    def keep_arenas(self, count: int) -> None:
        """Have Python keep so many bytes for small objects that it is done with, rather than give them back to the
        system: of the whole process, until another number is said."""

    def learn_reports(self, place: Any) -> None:
        """Take note of where numpy keeps what it does with its reports, which :mod:`~.float_errors` has told it."""

    def computes(self) -> bool:
        """Whether what numpy reports now comes from the core."""

    def count_dependencies(self, roots: Sequence[Edge]) -> dict[Node, int]:
        """:meth:`BackwardPass._count_dependencies <gradwalk.engine.backward.BackwardPass>`."""

    def learn_pass(self, parts: dict[str, Any]) -> None:
        """Take note of what backward passes have one of, and how ops keep what they hold."""

    def run_pass(self, *parts: Any) -> None:
        """:meth:`BackwardPass._run_plainly <gradwalk.engine.backward.BackwardPass>`, of what it works on; at an error
        its node is left in the list that comes last."""

    def run_backward(self, root: Any, keep: bool, at: list[Node]) -> bool:
        """:func:`gradwalk.engine.backward.run_at_once`; at an error its node is left in the list."""

    def backward_at_once(self, root: Any) -> Any:
        """``root.backward()``; NotImplemented, with nothing changed, where that is not usual."""

    def apply_in_place(self, call: Any, target: Any, others: tuple[Any, ...], params: dict[str, Any]) -> bool:
        """What :func:`gradwalk.engine.apply.apply_in_place` does where nothing can be wrong, of an op's ``call``.
        False, with nothing changed, where something might."""

    def writing(self, call: Any) -> Callable[..., Any] | None:
        """A function that does as :meth:`apply_in_place` of an op's ``call``, and gives NotImplemented where that says
        False; None for a call that is none of the core's."""

    def plus_product(self, summand: Any, x: Any, factor: Any) -> Any:
        """:func:`gradwalk.engine.fused.plus_product`, of arrays that lie alike; None for whatever else."""

    def Public(self, **parts: Any) -> Callable[..., Any]:  # noqa: N802 (a class there)
        """What is shown of :func:`gradwalk.engine.surface.arguments.explained`: it takes arguments as that function
        does that goes with it."""

    def products_of_rows(self, x: Any, mean: Any, y: Any) -> Any:
        """:func:`gradwalk.engine.functions.batch_norm.products_of_rows`; None for what is not usual."""

    def sums_of_rows(self, x: Any, factor: Any) -> Any:
        """:func:`gradwalk.engine.functions.row_sums.sums_of_rows`, or of products; None for what is not usual."""

    def chained(self, *parts: Any) -> bool:
        """:func:`gradwalk.engine.functions.chains.chained`; False, with nothing done, where that is not usual."""

    def chained_weights(self, *parts: Any) -> bool:
        """The same of :func:`gradwalk.engine.functions.chains.chained_weights`."""

    def lstm_product(self, *parts: Any) -> bool:
        """:func:`gradwalk.engine.functions.lstm_products.add_product`; False, with nothing done, where that is not
        usual."""

    def lstm_gates(self, *parts: Any) -> bool:
        """:func:`gradwalk.engine.functions.lstm_gates.opened`; False, with nothing done, where that is not usual."""

    def lstm_gates_backward(self, *parts: Any) -> bool:
        """The same of :func:`gradwalk.engine.functions.lstm_gates.passed_back`."""

    def added_along(self, x: Any, dims: tuple[int, ...], kind: int) -> Any:
        """:func:`gradwalk.engine.functions.vector_norms.added`; None for what is not usual."""

    def rebind(self, public: Callable[..., Any], calls: Callable[..., Any], looks: bool) -> None:
        """Have a ``Public`` call another function, which ``looks`` at its arguments itself, or does not."""

    def made(self, op: Any, array: Any, requires_grad: Any, params: dict[str, Any], sources: Any) -> Any:
        """:func:`gradwalk.engine.surface.sizes.made`, of an op; None for what is not usual."""

    def filled(self, op: Any, sizes: tuple[Any, ...], is_one: bool, dtype: Any, requires_grad: Any) -> Any:
        """``torch.ones`` of sizes as they were given, or ``torch.zeros``; None for what is not usual."""

    def counted(self, op: Any, end: Any, dtype: Any, requires_grad: Any) -> Any:
        """``torch.arange`` up to a float; None for what is not usual."""

    def array_of(self, data: Any, floating: Any) -> Any:
        """:func:`gradwalk.engine.surface.nested.array_of`, with floats of that dtype; None for what is not usual."""

    elementary: dict[str, Any]
    """The ufuncs of :mod:`gradwalk.engine.elementary`."""

    def sum_in_cascades(self, x: Any, axis: Any, keepdims: bool) -> Any:
        """:func:`gradwalk.engine.cascade.reduce`; None for what is not usual."""

    def normalized_rows(self, x: Any, weight: Any, bias: Any, eps: float) -> Any:
        """:func:`gradwalk.engine.functions.row_norms.normalized_rows`; None for what is not usual."""

    def cotangents_of_rows(self, grad: Any, x: Any, mean: Any, inverse: Any, weight: Any) -> Any:
        """:func:`gradwalk.engine.functions.row_norms.cotangents_of_rows`; None for what is not usual."""

    def cotangent_of_scale(self, grad: Any, x: Any, mean: Any, inverse: Any) -> Any:
        """:func:`gradwalk.engine.functions.row_norms.cotangent_of_scale`; None for what is not usual."""

    def normalized_groups(self, x: Any, weight: Any, bias: Any, groups: int, eps: float) -> Any:
        """:func:`gradwalk.engine.functions.group_norms.normalized`; None for what is not usual."""

    def cotangents_of_groups(self, grad: Any, x: Any, mean: Any, inverse: Any, weight: Any, *needs: bool) -> Any:
        """:func:`gradwalk.engine.functions.group_norms.cotangents`; None for what is not usual."""

    def product(self, a: Any, b: Any) -> Any:
        """:func:`gradwalk.engine.products.product`; None for what is not usual."""

    def product_of_batch(self, a: Any, b: Any) -> Any:
        """:func:`gradwalk.engine.products.of_batch`; None for what is not usual."""

    def product_into(self, whole: Any, a: Any, b: Any, alpha: float) -> bool:
        """:func:`gradwalk.engine.products.add_product`; False, with nothing changed, for what is not usual."""

    def times_vector(self, a: Any, v: Any) -> Any:
        """:func:`gradwalk.engine.products.times_vector`; None for what is not usual."""

    def times_vector_into(self, whole: Any, a: Any, v: Any, alpha: float) -> bool:
        """The same, added to what there is; False, with nothing changed, for what is not usual."""

    def inner(self, a: Any, b: Any) -> Any:
        """:func:`gradwalk.engine.products.inner`; None for what is not usual."""


CORE: Core | None = part(__package__)

F = TypeVar("F", bound=Callable[..., Any])


def at_once(function: F) -> F:
    """Have the core do what a function does on arrays where that is usual: what it has under the same name."""
    if CORE is not None:
        function.at_once = getattr(CORE, function.__name__)  # type: ignore[attr-defined]
    return function
