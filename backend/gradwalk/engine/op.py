"""What an op is: one declaration from which forward, VJPs, saved tensors, graph node and formula on screen follow.

A formula is a Python expression over argument names. In a VJP, ``grad`` is the cotangent of the result and ``result``
the
result itself. The same compiled formula runs on numpy arrays when nobody asked for a graph, and on tensors under
``create_graph``: the operators work on both, and so do the named functions of :mod:`gradwalk.engine.functions`.
What a node must save is read off the names in the formulas that will run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from types import MethodType
from typing import TYPE_CHECKING, Any, ClassVar, Required, TypedDict

from .families import Table
from .iteration import LIES, OF_CATEGORY, Lie
from .warn import FORMULA

if TYPE_CHECKING:
    from .graph import Node
    from .tensor import Tensor

NAMESPACE: Table[Any] = Table("formula")
"""What formulas may call. Filled by :mod:`gradwalk.engine.functions`."""

RESULTS = ("result", "result1", "result2")
"""What formulas call an op's results, by output number."""

OPS: Table[Op] = Table("op")
"""Every op, by name."""
UNSAFE_PARTS = frozenset(("unsafe_split", "unsafe_split_with_sizes"))
"""Ops whose results look at the memory of their operand as views do, and are none to autograd: each counts its own
writes."""

NO_KERNEL: dict[Callable[..., Any], str] = {}
"""Forwards that PyTorch has no kernel for in float16 and bfloat16, and what it calls that."""

_OF_THE_PASS = ("grad", "grads", "needs")
"""What a VJP is given that its node does not save: the first cotangent, all of them, and which slots want one."""

_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")


FACTS = ("sizes", "strides", "numel", "dim", "dtype", "argsize_0")
"""What a formula may ask of an operand: ``self_sizes``."""

_FACT = r"(?P<owner>\w+?)_(?P<fact>sizes|strides|numel|dim|dtype|sizes_opt|argsize_(?:minus_)?\d)"


def owner_and_fact(name: str) -> tuple[str, str]:
    """Whose fact a saved name like ``self_sizes`` is, and which: of its shape, strides, dtype, or one of its sizes."""
    found = re.fullmatch(_FACT, name)
    assert found, name
    return found["owner"], found["fact"]


class Declaration(TypedDict, total=False):
    """What a family of ops has in common."""

    category: Required[str]
    promotion: str | None
    is_view: bool


def called_in(*formulas: str) -> dict[str, Any]:
    """What formulas call, by name."""
    used = {name for text in formulas for name in _IDENTIFIER.findall(text)}
    return {name: NAMESPACE[name] for name in used if name in NAMESPACE}


def compiled(arguments: str, formula: str) -> Callable[..., Any]:
    """A formula as a function, compiled when it is called for the first time: most programs use few."""
    function: Callable[..., Any] | None = None

    def call(*given: Any) -> Any:
        nonlocal function
        if function is None:
            code = compile(f"lambda {arguments}: {formula}", FORMULA, "eval")
            function = eval(code, called_in(formula))  # noqa: S307 (our own text)
            assert function is not None
        return function(*given)

    return call


class Formula:
    """An expression compiled over the names it uses.

    A formula may be one for several operands: it gives a tuple then, and ``part`` is this operand's place in it.
    """

    __slots__ = ("call", "names", "part", "text")

    def __init__(self, text: str, known: Mapping[str, object], part: int | None = None) -> None:
        self.text = text
        self.part = part
        used = dict.fromkeys(_IDENTIFIER.findall(text))
        self.names = tuple(name for name in used if name in known)
        self.call: Callable[..., Any] = compiled(", ".join(self.names), text)


def _formulas(operands: tuple[str, ...], vjps: Mapping[str, str], known: Mapping[str, object]) -> dict[str, Formula]:
    """The VJP of each operand that has one, in the operands' order; a key ``"A, B"`` is of both."""
    found = {}
    for key, text in vjps.items():
        names = key.split(", ")
        for part, name in enumerate(names):
            found[name] = Formula(text, known, part if len(names) > 1 else None)
    return {name: found[name] for name in operands if name in found}


_FOLLOWS = frozenset(
    (
        "_uses", "evaluation_order", "forward", "forward_source", "forward_text", "kept_tensors", "params", "saveable",
        "saves", "surely_keeps", "vjps",
    )
)  # fmt: skip
"""What of an op follows from its declaration."""


_IN_ORDER = {"clamp.Tensor": ("min", "max", "self")}
"""Ops whose formulas run in another order than the alphabet's: PyTorch has one formula for both bounds."""


class Op:
    """An op declaration. Calling it applies it: ``mul(x, y)``.

    ``operands``   names of the slots that take tensors (or Python numbers, or None where an operand is optional)
    ``takes_list`` the only operand is a list of tensors, each a slot of its own; its VJP gives a list
    ``params``     names and defaults of the other arguments
    ``vjps``       for each differentiable operand its VJP, in the order of the slots
    ``promotion``  how operands come to a common dtype (see :mod:`gradwalk.engine.promotion`)
    ``lies``       brings results into the order in memory that PyTorch gives them; None if they have it
    ``is_view``    the result shares its operand's storage
    ``call``       the op as a function, for those who call it often
    ``kept_tensors`` where tensors begin in what its nodes keep (``Node.kept``)
    ``surely_keeps`` each of its nodes keeps a tensor or number for its VJPs, and nothing else
    ``pullback``   its VJPs on arrays: see :func:`gradwalk.engine.compiled.pullback`
    """

    __slots__ = (
        "_declared",
        "_plans",
        "_uses",
        "call",
        "category",
        "differentiable",
        "evaluation_order",
        "forward",
        "forward_source",
        "forward_text",
        "grad_fn",
        "hidden",
        "is_view",
        "kept_tensors",
        "kernel",
        "lies",
        "name",
        "node_class",
        "operands",
        "params",
        "promotion",
        "pullback",
        "results",
        "saveable",
        "saves",
        "surely_keeps",
        "takes_list",
        "vjps",
    )

    _apply: ClassVar[Callable[..., Any]]
    _apply_in_place: ClassVar[Callable[..., Any]]
    _application: ClassVar[Callable[..., Callable[..., Any]]]
    _pullback: ClassVar[Callable[..., Callable[..., Any]]]
    """How ops are run is not their business: :mod:`gradwalk.engine.compiled` fills these in."""

    params: dict[str, Any]
    forward: Callable[..., Any]
    forward_source: str | None
    forward_text: str | None
    vjps: dict[str, Formula]
    evaluation_order: tuple[int, ...]
    saves: frozenset[str]
    saveable: tuple[str, ...]
    kept_tensors: tuple[int, ...]
    surely_keeps: bool
    _uses: Counter[str]

    def __init__(
        self,
        name: str,
        operands: tuple[str, ...],
        params: str,
        forward: str | Callable[..., Any],
        grad_fn: str | None,
        vjps: Mapping[str, str],
        category: str,
        promotion: str | None,
        is_view: bool,
        saves: tuple[str, ...],
        hides: tuple[str, ...],
        shown: str | None,
        results: tuple[str, ...],
        differentiable: int | None,
        kernel: str | None,
        lies: str | None,
    ) -> None:
        self.name = name
        self.takes_list = operands[-1:] != () and operands[-1].endswith("[]")
        self.operands = tuple(x.removesuffix("[]") for x in operands)
        self.category = category
        self.promotion = promotion
        self.lies: Lie | None = LIES.get(lies or OF_CATEGORY.get(category, "")) if operands else None
        self.is_view = is_view
        self.grad_fn = grad_fn
        self.hidden = frozenset(hides)
        self.results = results
        self.differentiable = differentiable
        self.kernel = kernel
        self._plans: dict[tuple[bool, ...], frozenset[str]] = {}
        self.node_class: type[Node] | None = None
        self.call: Callable[..., Tensor] = self._compile_and_call
        self.pullback: Callable[..., list[Any]] = self._compile_and_pull_back
        self._declared = (params, forward, vjps, saves, shown)

    def _conclude(
        self,
        params: str,
        forward: str | Callable[..., Any],
        vjps: Mapping[str, str],
        saves: tuple[str, ...],
        shown: str | None,
    ) -> None:
        operands, results = self.operands, self.results
        self.params = eval(f"dict({params})", {}) if params else {}  # noqa: S307 (our own text)
        self.saves = frozenset((*saves, *self._saved_in_any_case(vjps)))
        known = dict.fromkeys((*_OF_THE_PASS, *results, *operands, *self.params))
        known |= dict.fromkeys(f"{x}_{fact}" for x in operands for fact in FACTS)
        arguments = ", ".join((*operands, *self.params))
        self.forward = compiled(arguments, forward) if isinstance(forward, str) else forward
        self.forward_source = forward if isinstance(forward, str) else None
        self.forward_text = shown or self.forward_source
        self.vjps = _formulas(operands, vjps, known)
        slots = list(self.vjps)
        # PyTorch runs the formulas of one node in alphabetical order; it shows in the sequence numbers of a second
        # graph.
        self.evaluation_order = tuple(map(slots.index, _IN_ORDER.get(self.name) or sorted(slots)))
        used = [name for formula in self.vjps.values() for name in formula.names]
        self._uses = Counter(used)
        saved = {x for x in (*used, *saves) if x not in _OF_THE_PASS}
        # As PyTorch saves and unpacks them: it shows in what hooks see, and in which error comes first.
        self.saveable = tuple(sorted(saved, key=lambda x: (x in results, x)))
        self.kept_tensors, others = self._places()
        self.surely_keeps = not others and all(map(self._keeps_something, self.vjps.values()))

    def _saved_in_any_case(self, vjps: Mapping[str, str]) -> Iterator[str]:
        """What PyTorch saves whichever operands want a gradient: it leaves out only an operand that one formula uses,
        which is that of one operand, and not in a node of a backward pass."""
        used: Counter[str] = Counter()
        wholly = (self.grad_fn or "").endswith("BackwardBackward0")
        for key, text in vjps.items():
            for name in {*_IDENTIFIER.findall(text)}:
                used[name] += 2 if wholly or ", " in key or name in self.results else 1
        yield from (name for name, count in used.items() if count > 1 and name in (*self.operands, *self.results))

    def _places(self) -> tuple[tuple[int, ...], int]:
        """Where tensors begin in what a node keeps flat (:func:`~gradwalk.engine.saved.unfolded`), and how much else
        there is."""
        places: list[int] = []
        others = 0
        for name in self.saveable:
            if name in self.params or (name not in self.operands and name not in self.results):
                others += 1
            else:
                places.append(3 * len(places) + others)
        return tuple(places), others

    def is_kept_by_storage(self, name: str) -> bool:
        """Whether what nodes keep under the name of an operand or result is a result that leads to them: they would
        hold each other alive."""
        return name not in self.operands and name in self.results[: self.differentiable]

    def _keeps_something(self, formula: Formula) -> bool:
        """Whether a formula needs the result or an operand that is always there."""
        there = self.operands[:1] if self.promotion is None else self.operands
        return any(name in there or name in self.results[:1] for name in formula.names)

    def _compile_and_call(self, /, *operands: Any, **params: Any) -> Tensor:
        """What ``call`` is until it is called for the first time: most programs use few ops."""
        result: Tensor = self.made_call()(*operands, **params)
        return result

    def made_call(self) -> Callable[..., Any]:
        """``call``, as it is once it has been called."""
        if type(self.call) is MethodType:
            self.call = self._application()
        return self.call

    def _compile_and_pull_back(self, node: Node, gradients: Any, wanted: Any) -> list[Any]:
        """What ``pullback`` is until it is called for the first time."""
        self.pullback = pullback = self._pullback()
        cotangents: list[Any] = pullback(node, gradients, wanted)
        return cotangents

    def needed(self, needs_gradient: tuple[bool, ...]) -> frozenset[str]:
        """Names that the VJPs which will run refer to. ``needs_gradient`` is by differentiable operand."""
        plan = self._plans.get(needs_gradient)
        if plan is None:
            formulas = zip(self.vjps.values(), needs_gradient, strict=True)
            # What one formula alone needs, or several do, PyTorch saves even if no gradient will go there.
            alone = len(self.vjps) == 1
            plan = self.saves.union(
                name
                for formula, needed in formulas
                for name in formula.names
                if needed or alone or self._uses[name] > 1
            )
            self._plans[needs_gradient] = plan
        return plan

    def with_formulas(self, vjps: Mapping[str, str], forward: str | Callable[..., Any] | None) -> Op:
        """An op of the same name that differs in its VJPs, and in its forward if one is given."""
        params, own_forward, _, saves, shown = self._declared
        operands = (*self.operands[:-1], self.operands[-1] + "[]") if self.takes_list else self.operands
        other = _Declared(
            self.name, operands, params, forward or own_forward, self.grad_fn, vjps, self.category, self.promotion,
            self.is_view, saves, tuple(self.hidden), shown, self.results, self.differentiable, self.kernel, None,
        )  # fmt: skip
        other.lies = self.lies
        return other

    @property
    def declared_vjps(self) -> Mapping[str, str]:
        """The text of the VJPs, as declared."""
        vjps: Mapping[str, str] = self._declared[2]
        return vjps

    def __call__(self, /, *operands: Any, **params: Any) -> Tensor:
        """Apply the op, which has one result."""
        return self.call(*operands, **params)

    def in_place(self, target: Tensor, /, *others: Any, **params: Any) -> Tensor:
        """Apply the op with ``target`` as first operand and write the result into its storage: ``apply_in_place`` for
        what stands below it."""
        result: Tensor = self._apply_in_place(target, *others, **params)
        return result

    def several(self, *operands: Any, **params: Any) -> tuple[Tensor, ...]:
        """Apply the op, which has several results."""
        results: Any = self.call(*operands, **params)
        return results  # type: ignore[no-any-return]

    def generally(self, *operands: Any, **params: Any) -> Tensor:
        """Apply the op, which has one result, the general way whatever its usual case is."""
        result: Tensor = self._apply(operands, params)
        return result

    def __repr__(self) -> str:
        return f"<op {self.name}>"


class _Declared(Op):
    """An op of which nothing has been asked that follows from its declaration: most programs use few ops."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        """What follows, when any of it is asked for first. It is an op like others then, without this method: Python
        reads every attribute of a class that has one the slow way."""
        if name not in _FOLLOWS:
            raise AttributeError(f"an op has no attribute '{name}'")
        self._conclude(*self._declared)
        self.__class__ = Op  # type: ignore[assignment]
        return object.__getattribute__(self, name)


def define(
    signature: str,
    forward: str | Callable[..., Any],
    grad_fn: str | None = None,
    vjps: Mapping[str, str] | None = None,
    *,
    category: str,
    promotion: str | None = None,
    is_view: bool = False,
    saves: tuple[str, ...] = (),
    hides: tuple[str, ...] = (),
    shown: str | None = None,
    results: tuple[str, ...] = RESULTS,
    differentiable: int | None = None,
    kernel: str | None = None,
    lies: str | None = None,
) -> Op:
    """Declare an op.

    ``signature``  ``"add(self, other, *, alpha=1)"``: operands before the star, other arguments after it;
                   ``"cat(tensors[], *, dim=0)"`` for an op whose operands are a list
    ``forward``    a formula over arrays, or a function of them
    ``shown``      the formula a person reads, where ``forward`` is not it
    ``vjps``       for each differentiable operand its VJP; under ``"A, B"`` one that gives those of both, and that may
                   ask ``needs``, for each differentiable operand whether it is wanted
    ``saves``      names that PyTorch's node shows as ``_saved_...`` beyond those its formulas use
    ``hides``      names that the formulas use and PyTorch's node does not show
    ``results``    what the formulas call the results, by output number
    ``differentiable`` how many of the results, from the first, a gradient flows to; None for all
    ``kernel``     what PyTorch calls the kernel when it refuses integers and booleans; ``"name:b"`` if only booleans,
                   ``"name:biu-int64"`` if all but one of them
    ``lies``       how results lie in memory (:data:`~gradwalk.engine.iteration.LIES`); ``"as given"`` by the forward

    That no two have one name is seen to where the families are listed (``make families``).
    """
    assert signature.endswith(")"), signature
    name, _, arguments = signature.removesuffix(")").partition("(")
    given, _, params = arguments.partition("*,")
    operands = tuple(operand for x in given.split(",") if (operand := x.strip()))
    op = OPS[name] = _Declared(
        name, operands, params.strip(), forward, grad_fn, vjps or {}, category, promotion, is_view, saves, hides,
        shown, results, differentiable, kernel, lies,
    )  # fmt: skip
    return op
