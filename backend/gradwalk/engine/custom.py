"""``torch.autograd.Function``: an op whose forward and backward the user wrote, and the node that runs them.

The context that forward and backward share is an object of its own, not the node: a user may call its attributes
what they like. The node asks the context for what it lacks itself, so that ``y.grad_fn.saved_tensors`` works.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, cast
from weakref import ref

import numpy as np

from . import grad_mode
from .addresses import address
from .custom_op import op_of
from .dtypes import INEXACT, Array
from .errors import BACKWARD_TWICE, ITSELF, VIEW_OF_LEAF_IN_PLACE, type_name
from .graph import Expected, Node, expected
from .history import gradient_edge
from .hooks import writable
from .observe import observer
from .op import OPS
from .parameter import Parameter
from .saved import HOOKS, SavedInput, SavedResult, pack_saved
from .tangents import without_tangents
from .tensor import Tensor, wrap
from .transforms import STACK, goes_many_ways
from .views import rebase_history, refuse_lost_history
from .warn import warn
from .wrapped import Wrapped


class FunctionCtx:
    """What ``forward`` and ``backward`` of one application share."""

    __module__ = "torch.autograd.function"
    needs_input_grad: tuple[bool, ...] = ()

    def __init__(self, node: FunctionNode) -> None:
        self.__dict__[_OWN] = _Own(node)

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep tensors for ``backward``; they are checked for in-place changes when they are taken out."""
        own(self).to_save = tensors

    def save_for_forward(self, *tensors: Tensor | None) -> None:
        """Keep tensors for ``jvp``."""
        own(self).for_forward = tensors

    def mark_dirty(self, *tensors: Tensor) -> None:
        """Say which inputs ``forward`` wrote in place."""
        own(self).dirty = tensors

    def mark_non_differentiable(self, *tensors: Tensor) -> None:
        """Say through which outputs no gradient flows."""
        own(self).non_differentiable = tensors

    def set_materialize_grads(self, value: bool) -> None:
        """Whether ``backward`` receives zeros for an output that has no gradient; else None."""
        own(self).materialize = value

    @property
    def saved_tensors(self) -> tuple[Tensor | None, ...]:
        if own(self).goes_forward:
            return own(self).for_forward
        node = own(self).node()
        return () if node is None else node.unpacked()

    @saved_tensors.setter
    def saved_tensors(self, value: object) -> None:
        raise AttributeError("attribute 'saved_tensors' of 'torch._C._FunctionBase' objects is not writable")

    @property
    def saved_variables(self) -> tuple[Tensor | None, ...]:
        warn("'saved_variables' is deprecated; use 'saved_tensors'", DeprecationWarning)
        return self.saved_tensors

    @property
    def saved_for_forward(self) -> tuple[Tensor | None, ...]:
        return own(self).for_forward

    def __getattr__(self, name: str) -> Any:
        node = None if name.startswith("__") else own(self).node()
        if node is not None and name in _OF_NODE:
            return getattr(node, name)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")


_OWN = " own"
_OF_NODE = ("_sequence_nr", "metadata", "name", "next_functions", "register_hook", "register_prehook", "requires_grad")


class _Own:
    """What a context knows that is not the user's."""

    def __init__(self, node: FunctionNode) -> None:
        self.node = ref(node)  # the node holds the context
        self.to_save: tuple[Tensor | None, ...] = ()
        self.for_forward: tuple[Tensor | None, ...] = ()
        self.goes_forward = False
        self.dirty: tuple[Tensor, ...] = ()
        self.non_differentiable: tuple[Tensor, ...] = ()
        self.materialize = True


def own(context: FunctionCtx) -> _Own:
    """A context's part that is not the user's."""
    found: _Own = context.__dict__[_OWN]
    return found


class FunctionNode(Node):
    """The node of an application: runs the user's ``backward``. There is a subclass for each Function."""

    __module__ = "torch.autograd.function"
    runs_on_nothing = True
    function: ClassVar[type[Function]]
    context_class: ClassVar[type[FunctionCtx]]

    def __call__(self, *gradients: Any, **named: Any) -> Any:
        raise TypeError(f"'{type(self).__name__}' object is not callable")

    def apply(self, *gradients: Any) -> Any:
        """What the user's ``backward`` gives for gradients of the outputs, as it is."""
        return self._user_backward()(self.context, *gradients)

    def __init__(self, arguments: Sequence[Any]) -> None:
        super().__init__(None, (), {})
        self.context = self.context_class(self)
        self.takes = tuple(isinstance(x, Tensor) for x in arguments)
        self.gives: tuple[bool, ...] = ()
        self.given: tuple[Expected | None, ...] = ()
        """Shape and dtype of each argument that is a tensor, where there is a ``jvp`` that asks for tangents of all."""
        self.let_go = False

    def slot_of(self, position: int) -> int | None:
        """Which edge belongs to an argument; None for one that is no tensor."""
        return sum(self.takes[:position]) if self.takes[position] else None

    def connect(self, arguments: Sequence[Any]) -> None:
        """Make the edges to the arguments that are tensors."""
        self.edges = tuple(gradient_edge(x) if x.requires_grad else (None, 0) for x in arguments if _is_tensor(x))

    def save(self) -> None:
        """Save what the context was told to."""
        mine = own(self.context)
        for index, tensor in enumerate(mine.to_save):
            result_of_mine = tensor is not None and tensor._grad_fn is self
            self.saved[f"tensors[{index}]"] = (
                None
                if tensor is None
                else SavedResult(tensor, tensor._output_nr)
                if result_of_mine
                else SavedInput(tensor)
            )
        mine.to_save = ()
        if HOOKS:
            pack_saved(self)

    def release(self) -> bool:
        self.let_go = True
        return super().release()

    def unpacked(self) -> tuple[Tensor | None, ...]:
        """The saved tensors. Raises RuntimeError if they were freed or written over, or a pass has let go of none."""
        if self.freed or self.let_go:
            raise RuntimeError(BACKWARD_TWICE)
        return tuple(None if kept is None else kept.tensor(self) for kept in self.saved.values())

    def vjp(self, gradients: list[Any], as_tensors: bool, wanted: Container[Node] | None = None) -> list[Any]:
        received = [
            self._received(gradient, wanted_here, given)
            for gradient, wanted_here, given in zip(gradients, self.outputs, self.gives, strict=True)
        ]
        if Transposing.on and self.given:
            found = iter(AlongTangents.run(self, *gradients))
            return [None if following is None else next(found) for following, _ in self.edges]
        returned = self._user_backward()(self.context, *received)
        cotangents = self._by_slot(returned if isinstance(returned, tuple) else (returned,))
        return cotangents if as_tensors else [None if x is None else x._array for x in cotangents]

    def tangents(
        self, of_arguments: Sequence[Any], arguments: Sequence[Any] = (), outputs: Sequence[Any] = ()
    ) -> tuple[Any, ...]:
        """What the user's ``jvp`` makes of the tangents of all arguments: those of the results. Raises RuntimeError for
        what cannot be one."""
        mine = own(self.context)
        full = [
            wrap(np.zeros(*wanted)) if x is None and wanted is not None and mine.materialize else x
            for x, wanted in zip(of_arguments, self.given, strict=True)
        ]
        mine.goes_forward = True
        try:
            found = self.function.jvp(self.context, *full)
        finally:
            mine.goes_forward = False
        found = found if isinstance(found, tuple) else (found,)
        if len(found) != len(self.gives):
            raise RuntimeError(
                f"Function's jvp returned an invalid number of forward gradients (expected {len(self.gives)} but got "
                f"{len(found)})"
            )
        for number, (x, wanted) in enumerate(zip(found, self.outputs, strict=True)):
            if x is not None and not isinstance(x, Tensor):
                raise RuntimeError(f"expected Variable or None (got {type_name(x)}) for grad output {number}.")
            if x is None and self.gives[number] and wanted[1].kind in INEXACT:
                raise RuntimeError(_NO_TANGENT)
            if x is not None and outputs:
                _check_place(x, outputs[number], list(zip(arguments, full, strict=True)), mine.dirty)
            if x is not None and x._array.shape != wanted[0]:
                raise RuntimeError(OTHER_SIZE.format(list(wanted[0]), list(x._array.shape)))
        return found

    def _received(self, gradient: Any, wanted: Expected, is_tensor: bool) -> Tensor | None:
        if gradient is not None:
            return gradient if isinstance(gradient, Tensor) else wrap(writable(np.asarray(gradient)))
        if not is_tensor or not own(self.context).materialize:
            return None
        return wrap(np.zeros(*wanted))

    def _user_backward(self) -> Callable[..., Any]:
        backward, vjp = self.function.backward, self.function.vjp
        if vjp is Function.vjp:
            return backward
        if backward is not Function.backward:
            raise RuntimeError(
                "Implementing both 'backward' and 'vjp' for a custom Function is not allowed. You should only "
                "implement one of them."
            )
        return vjp

    def _by_slot(self, returned: tuple[Any, ...]) -> list[Any]:
        """The gradients of the arguments that are tensors. Raises RuntimeError for what cannot be one."""
        if len(returned) > len(self.takes) and all(x is None for x in returned[len(self.takes) :]):
            returned = returned[: len(self.takes)]
        if len(returned) != len(self.takes):
            raise RuntimeError(
                f"function {self.name()} returned an incorrect number of gradients (expected {len(self.takes)}, got "
                f"{len(returned)})"
            )
        cotangents: list[Any] = []
        for position, (gradient, is_tensor) in enumerate(zip(returned, self.takes, strict=True)):
            if is_tensor:
                if gradient is not None and not isinstance(gradient, Tensor):
                    raise RuntimeError(f"expected Variable or None (got {type_name(gradient)})")
                cotangents.append(gradient)
            elif gradient is not None:
                raise RuntimeError(
                    f"function {self.name()} returned a gradient different than None at position {position + 1}, but "
                    "the corresponding forward input was not a Variable"
                )
        return cotangents

    def _visible(self) -> list[str]:
        return []

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self.__dict__["context"], attribute)

    def __repr__(self) -> str:
        return f"<torch.autograd.function.{type(self).__name__} object at {address(self)}>"


class Function:
    """Base of ops that a user writes: ``forward`` and ``backward`` as static methods, called by ``apply``."""

    __module__ = "torch.autograd.function"
    generate_vmap_rule = False
    _node_class: ClassVar[type[FunctionNode]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        name = cls.__name__ + "Backward"
        words = {"__module__": "torch.autograd.function"}
        context_class = type(name, (FunctionCtx,), dict(words))
        cls._node_class = type(name, (FunctionNode,), {**words, "function": cls, "context_class": context_class})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        warnings.warn(
            f"{type(self)} should not be instantiated. Methods on autograd functions are all static, so you should "
            "invoke them on the class itself. Instantiating an autograd function will raise an error in a future "
            "version of PyTorch.",
            DeprecationWarning,
            stacklevel=2,
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError(
            "Legacy autograd function with non-static forward method is deprecated. Please use new-style autograd "
            "function with static forward method. (Example: "
            "https://pytorch.org/docs/stable/autograd.html#torch.autograd.Function)"
        )

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """To be written: ``forward(ctx, *inputs)``, or ``forward(*inputs)`` beside ``setup_context``."""
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        """To be written where ``forward`` takes no context."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """To be written: from the gradients of the outputs those of the inputs."""
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom autograd.Function to use it with "
            "backward mode AD."
        )

    @staticmethod
    def vjp(ctx: Any, *grad_outputs: Any) -> Any:
        """Another name for ``backward``."""
        raise NotImplementedError("vjp is not implemented.")

    @staticmethod
    def jvp(ctx: Any, *grad_inputs: Any) -> Any:
        """To be written for forward mode: from the tangents of the inputs those of the outputs."""
        raise NotImplementedError(
            "You must implement the jvp function for custom autograd.Function to use it with forward mode AD."
        )

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *args: Any) -> Any:
        """To be written for ``vmap``, unless ``generate_vmap_rule``: the outputs, and where their batches are."""
        raise NotImplementedError(
            "To use autograd.Function with vmap, you must either override the vmap staticmethod or set "
            "generate_vmap_rule=True."
        )

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Run ``forward`` on the arguments and record the application if a gradient may flow."""
        with_setup = cls.setup_context is not Function.setup_context
        if STACK:
            if not with_setup:
                raise RuntimeError(_WITHOUT_SETUP)
            if cls.vmap is Function.vmap and not cls.generate_vmap_rule and goes_many_ways():
                raise RuntimeError(NO_RULE_FOR_BATCHES.format(cls.__name__))
            wrapped = next((x for x in (*args, *kwargs.values()) if isinstance(x, Wrapped)), None)
            if wrapped is not None:
                return wrapped.applied(cls, args, kwargs)
        if with_setup:
            bound = inspect.signature(cls.forward).bind(*args, **kwargs)
            bound.apply_defaults()
            args, kwargs = bound.args, bound.kwargs
        if kwargs:
            args = _in_place(cls.forward, args, kwargs, has_context=not with_setup)
        return cls.run(*args)

    @classmethod
    def run(cls, *arguments: Any) -> Any:
        """:meth:`apply`, once the arguments are all by position."""
        args = arguments
        with_setup = cls.setup_context is not Function.setup_context
        tensors = [x for x in arguments if isinstance(x, Tensor)]
        if cls is Function:
            cls.forward(*args)  # which says that there is none
        node = cls._node_class(arguments)
        node.context.needs_input_grad = tuple(isinstance(x, Tensor) and x.requires_grad for x in arguments)
        if cls.jvp is not Function.jvp:
            node.given = tuple(expected(x._array) if isinstance(x, Tensor) else None for x in arguments)
        recorded = grad_mode._State.enabled and any(x.requires_grad for x in tensors)
        if recorded:
            node.connect(arguments)
        with grad_mode.set_grad_enabled(False), without_tangents():
            if with_setup:
                raw = cls.forward(*args)
                cls.setup_context(node.context, args, raw)
            else:
                raw = cls.forward(node.context, *args)
        results = raw if isinstance(raw, tuple) else (raw,)
        if recorded:
            _refuse_saved(node.context, tensors, results, with_setup)
        outputs = _outputs(node, tensors, results, recorded)
        if recorded:
            node.save()
        shown = [x for x in outputs if isinstance(x, Tensor)]
        observer().op_applied(
            op_of(cast("Any", cls), len(arguments), Function), arguments, {}, shown, node if recorded else None
        )
        if grad_mode._State.dual is not None:
            grad_mode._State.dual.function_applied(node, arguments, outputs)
        return tuple(outputs) if isinstance(raw, tuple) else outputs[0]


class Transposing:
    """Whether a pass is under way whose own derivative is what is asked for: forward mode is found so, the VJP of the
    VJP. A Function with a ``jvp`` then leaves a node that calls it, and its ``backward`` is not asked."""

    on = False


@contextmanager
def transposing() -> Iterator[None]:
    """A pass that is made to be differentiated."""
    before, Transposing.on = Transposing.on, True
    try:
        yield
    finally:
        Transposing.on = before


class AlongTangents(Function):
    """What stands for a Function's VJP in such a pass: zeros, whose VJP is the Function's ``jvp``."""

    @staticmethod
    def forward(ctx: Any, node: Any, *cotangents: Any) -> Any:
        """Cotangents of the Function's arguments."""
        ctx.node, ctx.asks = node, [isinstance(x, Tensor) for x in cotangents]
        asked = iter(None if following is None else following.outputs[nr] for following, nr in node.edges)
        wanted = [next(asked) if is_tensor else None for is_tensor in node.takes]
        ctx.places = [place for place, each in enumerate(wanted) if each is not None]
        return tuple(wrap(np.zeros(*each)) for each in wanted if each is not None)

    @staticmethod
    def backward(ctx: Any, *tangents: Any) -> Any:
        """The tangents of the Function's results, from those of its arguments."""
        of_arguments = [None] * len(ctx.node.takes)
        for place, tangent in zip(ctx.places, tangents, strict=True):
            of_arguments[place] = tangent
        found = zip(ctx.node.tangents(of_arguments), ctx.asks, strict=True)
        return (None, *(x if it_asks else None for x, it_asks in found))


def _in_place(
    forward: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], has_context: bool
) -> tuple[Any, ...]:
    """All arguments by position: each has an edge of its own, so none may be left out before one that has a name.
    Raises TypeError for one that has no place."""
    parameters = list(inspect.signature(forward).parameters.values())[has_context:]
    names = [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
    for name in kwargs:
        if name not in names:
            raise TypeError(f"forward() got an unexpected keyword argument '{name}'")
        if names.index(name) < len(args):
            raise TypeError(f"forward() got multiple values for argument '{name}'")
    last = max(map(names.index, kwargs))
    for place, name in enumerate(names[len(args) : last + 1], len(args)):
        if name not in kwargs:
            raise TypeError(f"forward() missing required argument: '{name}' (position {place})")
    return (*args, *(kwargs[name] for name in names[len(args) : last + 1]))


def _check_place(
    tangent: Tensor, output: Tensor, given: Sequence[tuple[Any, Tensor | None]], dirty: Sequence[Any]
) -> None:
    """Raises RuntimeError where an output looks at an argument, or is one that was written, and its tangent does not
    look at, or is not, that argument's."""
    before = [had for x, had in given if isinstance(x, Tensor) and x._storage is output._storage]
    if _among(output, dirty):
        if not _among(tangent, before):
            raise RuntimeError(_NOT_IN_PLACE)
    elif before and tangent._base is None:
        raise RuntimeError(_NO_VIEW)
    elif before and all(had is None or tangent._storage is not had._storage for had in before):
        raise RuntimeError(_OTHER_VIEW)


_NO_VIEW = "A custom Function's forward is returning a view (or an input as-is) but the jvp is not returning a view."
_OTHER_VIEW = "A custom Function is returning a view but the jvp is not returning a view of the given grad input."
_NOT_IN_PLACE = (
    "An inplace custom Function is not modifying the forward mode gradients inplace. If the forward is modifying an "
    "input inplace, then the jvp function must modify the corresponding gradient inplace."
)


def _is_tensor(x: object) -> bool:
    return isinstance(x, Tensor)


def _among(x: Any, tensors: Sequence[Any]) -> bool:
    return any(x is tensor for tensor in tensors)


_WITHOUT_SETUP = (
    "In order to use an autograd.Function with functorch transforms (vmap, grad, jvp, jacrev, ...), it must override "
    "the setup_context staticmethod. For more details, please see "
    "https://pytorch.org/docs/main/notes/extending.func.html"
)
NO_RULE_FOR_BATCHES = (
    "You tried to vmap over {}, but it does not have vmap support. Please override and implement the vmap staticmethod "
    "or set generate_vmap_rule=True. For more details, please see "
    "https://pytorch.org/docs/main/notes/extending.func.html"
)
OTHER_SIZE = (
    "Trying to set a forward gradient that has a different size than that of the original Tensor, this is not "
    "supported. Tensor is of size {} while the given forward gradient is of size {}."
)
_NO_TANGENT = (
    "(new_grad_base.is_floating_point() || new_grad_base.is_complex()) && (self_base.is_floating_point() || "
    'self_base.is_complex()) INTERNAL ASSERT FAILED at "/__w/pytorch/pytorch/torch/csrc/autograd/autograd_meta.cpp":159'
    ", please report a bug to PyTorch. Expected both tensor and its forward grad to be floating point or complex"
)
_NOT_DIRTY_INPUT = (
    "Some elements marked as dirty during the forward method were not returned as output. The inputs that are modified "
    "inplace must all be outputs of the Function."
)


def _outputs(node: FunctionNode, inputs: list[Tensor], results: tuple[Any, ...], recorded: bool) -> list[Any]:
    """What ``apply`` gives back for what ``forward`` returned: the same tensors, with their place in the graph."""
    mine = own(node.context)
    _mark_written(mine.dirty)
    if not all(_among(x, results) for x in mine.dirty):
        raise RuntimeError(_NOT_DIRTY_INPUT)
    node.gives = tuple(isinstance(x, Tensor) for x in results)
    node.outputs = tuple(expected(x._array if isinstance(x, Tensor) else _NOTHING) for x in results)
    outputs: list[Any] = []
    views: list[Tensor] = []
    differentiable = 0
    for nr, x in enumerate(results):
        if not isinstance(x, Tensor):
            outputs.append(x)
            continue
        is_input = _among(x, inputs)
        if not recorded or x._array.dtype.kind not in INEXACT or _among(x, mine.non_differentiable):
            if is_input and x.requires_grad:
                outputs.append(OPS["detach"](x))
            else:
                outputs.append(_alias(x) if is_input and not _among(x, mine.dirty) else x)
        elif _among(x, mine.dirty):
            _refuse_views(x)
            if x.is_leaf and x.requires_grad:
                raise RuntimeError("a leaf Variable that requires grad has been used in an in-place operation.")
            rebase_history(x, node)
            outputs.append(x)
            differentiable += 1
        else:
            output = _alias(x) if is_input else x
            output._grad_fn, output._output_nr, output._requires_grad = node, nr, True
            output._view_version = output._storage.version
            outputs.append(output)
            views += [output] if output._base is not None else []
            differentiable += 1
    for output in views:
        output._origin = "many" if differentiable > 1 else "function"
    return outputs


def _alias(x: Tensor) -> Tensor:
    """An input that is returned as it is: a view of it, of its own class."""
    if type(x) is Tensor or type(x) is Parameter:
        return wrap(x._array, x._storage, x if x._base is None else x._base)
    with grad_mode.set_grad_enabled(False):
        found: Tensor = cast("Any", x).view_as(x)
        return found


def _mark_written(dirty: tuple[Any, ...]) -> None:
    """Move the storages of what ``forward`` wrote to their next versions. Raises RuntimeError for what is no tensor."""
    observer().about_to_change()
    for x in dirty:
        if not isinstance(x, Tensor):
            raise RuntimeError("mark_dirty can only accept variables, but argument ")
        x._storage.version += 1
        observer().storage_written(x._storage)


def _refuse_saved(context: FunctionCtx, inputs: list[Tensor], results: tuple[Any, ...], with_setup: bool) -> None:
    """Raises TypeError for what is saved and no tensor, RuntimeError for an input that ``setup_context`` saves and
    that is returned as it is."""
    mine = own(context)
    for index, tensor in enumerate(mine.to_save):
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(
                f"save_for_backward can only save variables, but argument {index} is of type {type(tensor).__name__}"
            )
    for x in results if with_setup else ():
        is_passed_on = isinstance(x, Tensor) and x._array.dtype.kind in INEXACT and _among(x, inputs)
        if (
            is_passed_on
            and _among(x, (*mine.to_save, *mine.for_forward))
            and not _among(x, (*mine.dirty, *mine.non_differentiable))
        ):
            raise RuntimeError(_SAVED_AS_IS)


def _refuse_views(written: Tensor) -> None:
    """Raises RuntimeError for a view that may not be written in place."""
    if written._base is not None and (written._requires_grad or written._base._requires_grad):
        if written._origin is not None:
            refuse_lost_history(written, ITSELF)
        if written._base.is_leaf:
            raise RuntimeError(VIEW_OF_LEAF_IN_PLACE)


_SAVED_AS_IS = (
    "An input that has been returned as-is as output is being saved for backward. This is not supported if you "
    "override setup_context. You should return and save a view of the input instead, e.g. with x.view_as(x) or setup "
    "ctx inside the forward function itself."
)
_NOTHING: Array = np.zeros(0)
