"""``torch.autograd.Function`` itself: an application runs ``forward`` and, if a gradient may flow, leaves a node."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import Any, ClassVar, cast

from .. import grad_mode
from ..graph import expected
from ..observe import observer
from ..tangents import without_tangents
from ..tensor import Tensor
from ..transforms import STACK, goes_many_ways, innermost
from ..wrapped import Wrapped
from .context import FunctionCtx
from .node import FunctionNode
from .op import op_of
from .outputs import outputs_of, refuse_saved, refuse_saved_as_is
from .written import SingleLevelFunction


class Function(SingleLevelFunction):
    """Base of ops that a user writes: ``forward`` and ``backward`` as static methods, called by ``apply``."""

    __module__ = "torch.autograd.function"
    generate_vmap_rule = False
    _node_class: ClassVar[type[FunctionNode]]
    _node_class_in_transforms: ClassVar[type[FunctionNode] | None]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._node_class = cls._nodes_called(cls.__name__ + "Backward")
        cls._node_class_in_transforms = None

    @classmethod
    def _nodes_called(cls, name: str) -> type[FunctionNode]:
        words = {"__module__": "torch.autograd.function"}
        context_class = type(name, (FunctionCtx,), dict(words))
        return type(name, (FunctionNode,), {**words, "function": cls, "context_class": context_class})

    @classmethod
    def _node_class_at(cls, level: Any) -> type[FunctionNode]:
        """The class of nodes; at a transform's level PyTorch makes a Function of its own of this one."""
        if level is None:
            return cls._node_class
        found = cls._node_class_in_transforms
        if found is None:
            found = cls._node_class_in_transforms = cls._nodes_called(cls.__name__ + "GeneratedBackward")
        return found

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
            args = _by_position(cls.forward, args, kwargs, has_context=not with_setup)
        return cls.run(*args)

    @classmethod
    def run(cls, *arguments: Any) -> Any:
        """:meth:`apply`, once the arguments are all by position."""
        args = arguments
        with_setup = cls.setup_context is not Function.setup_context
        tensors = [x for x in arguments if isinstance(x, Tensor)]
        if cls is Function:
            cls.forward(*args)  # which says that there is none
        level = innermost() if STACK else None
        node = cls._node_class_at(level)(arguments)
        node.context.needs_input_grad = tuple(
            isinstance(x, Tensor) and x.requires_grad and (level is None or level.asks_for(x)) for x in arguments
        )
        if cls.jvp is not Function.jvp:
            node.given = tuple(expected(x._array) if isinstance(x, Tensor) else None for x in arguments)
        recorded = any(x.requires_grad for x in tensors) and (
            grad_mode._State.enabled or (grad_mode._State.dual is not None and grad_mode._State.dual.follows(tensors))
        )
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
            refuse_saved(node.context)
        if with_setup:
            refuse_saved_as_is(node.context, [x for x in tensors if recorded or not x.requires_grad], results)
        outputs = outputs_of(node, tensors, results, recorded)
        if recorded:
            node.save()
        shown = [x for x in outputs if isinstance(x, Tensor)]
        observer().op_applied(
            op_of(cast("Any", cls), len(arguments), Function), arguments, {}, shown, node if recorded else None
        )
        if grad_mode._State.dual is not None:
            grad_mode._State.dual.function_applied(node, arguments, outputs)
        return tuple(outputs) if isinstance(raw, tuple) else outputs[0]


def _by_position(
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
