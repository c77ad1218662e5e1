"""What all optimizers share: groups of parameters with options, state by parameter, and steps."""

from __future__ import annotations

import functools
import warnings
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from copy import deepcopy
from operator import le
from typing import Any, ClassVar

import numpy as np

from gradwalk.engine import dtypes
from gradwalk.engine.apply import apply_in_place
from gradwalk.engine.functions.complexes import parts_of
from gradwalk.engine.fused import plus_product
from gradwalk.engine.grad_mode import enable_grad, set_grad_enabled
from gradwalk.engine.hooks import RemovableHandle
from gradwalk.engine.observe import observer
from gradwalk.engine.op import OPS
from gradwalk.engine.reduced import is_reduced
from gradwalk.engine.surface.kinds import typename
from gradwalk.engine.tensor import Tensor, wrap
from gradwalk.engine.writes import about_to_write

from ._differentiable import Step

Array = Any
Group = dict[str, Any]


class _Required:
    def __repr__(self) -> str:
        return "<required parameter>"


required = _Required()
ParamsT = Any
"""What PyTorch calls the type of an optimizer's first argument."""

_CAPTURABLE = ["cuda", "xpu", "hpu", "privateuseone", "xla"]


_BEFORE_ANY_STEP: dict[int, Any] = OrderedDict()
_AFTER_ANY_STEP: dict[int, Any] = OrderedDict()


def register_optimizer_step_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Have ``hook(optimizer, args, kwargs)`` called before each step of any optimizer."""
    return RemovableHandle(_BEFORE_ANY_STEP, hook)


def register_optimizer_step_post_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Have ``hook(optimizer, args, kwargs)`` called after each step of any optimizer."""
    return RemovableHandle(_AFTER_ANY_STEP, hook)


def _hung_up(hooks: dict[int, Any], hook: Callable[..., Any], prepend: bool) -> RemovableHandle:
    handle = RemovableHandle(hooks, hook)
    if prepend:
        hooks.move_to_end(handle.id, last=False)  # type: ignore[attr-defined]
    return handle


def _hooked(step: Callable[..., Any]) -> Callable[..., Any]:
    """A step that calls the optimizer's hooks before and after."""

    @functools.wraps(step)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        self = args[0]
        for hook in (*_BEFORE_ANY_STEP.values(), *self._optimizer_step_pre_hooks.values()):
            changed = hook(self, args, kwargs)
            if changed is not None:
                if not (isinstance(changed, tuple) and len(changed) == 2):
                    raise RuntimeError(
                        f"{hook} must return None or a tuple of (new_args, new_kwargs), but got {changed}."
                    )
                args, kwargs = changed
        watcher = observer()
        work = watcher.work_begins("optimizer", type(self).__name__)
        try:
            result = step(*args, **kwargs)
        finally:
            watcher.work_ends(work)
        for hook in (*self._optimizer_step_post_hooks.values(), *_AFTER_ANY_STEP.values()):
            hook(self, args, kwargs)
        return result

    return wrapper


class Optimizer:
    """Base class of all optimizers. A subclass gives defaults for its options and defines ``step``."""

    __module__ = "torch.optim.optimizer"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "step" in cls.__dict__:
            cls.step = _hooked(cls.__dict__["step"])  # type: ignore[method-assign]

    def __init__(self, params: Any, defaults: dict[str, Any]) -> None:
        """Raises TypeError or ValueError for parameters that cannot be optimized."""
        self.defaults = defaults
        self._begin_hooks()
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, but got "
                f"torch.{params.dtype.legacy_name}"
            )
        self.state: defaultdict[Any, Any] = defaultdict(dict)
        self.param_groups: list[Group] = []
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def _begin_hooks(self) -> None:
        self._optimizer_step_pre_hooks: dict[int, Any] = OrderedDict()
        self._optimizer_step_post_hooks: dict[int, Any] = OrderedDict()
        self._optimizer_state_dict_pre_hooks: dict[int, Any] = OrderedDict()
        self._optimizer_state_dict_post_hooks: dict[int, Any] = OrderedDict()
        self._optimizer_load_state_dict_pre_hooks: dict[int, Any] = OrderedDict()
        self._optimizer_load_state_dict_post_hooks: dict[int, Any] = OrderedDict()

    def __getstate__(self) -> dict[str, Any]:
        """What a copy takes over: no hooks."""
        return {"defaults": self.defaults, "state": self.state, "param_groups": self.param_groups}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if "_optimizer_step_pre_hooks" not in self.__dict__:
            self._begin_hooks()
        self.defaults.setdefault("differentiable", False)

    def __repr__(self) -> str:
        text = type(self).__name__ + " ("
        for number, group in enumerate(self.param_groups):
            text += f"\nParameter Group {number}\n"
            for key in sorted(group):
                if key != "params":
                    text += f"    {key}: {group[key]}\n"
        return text + ")"

    def add_param_group(self, param_group: Group) -> None:
        """Optimize more parameters, with options of their own. Raises TypeError or ValueError."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        params = param_group["params"]
        if isinstance(params, Tensor):
            param_group["params"] = [params]
        elif isinstance(params, set):
            raise TypeError(
                "optimizer parameters need to be organized in ordered collections, but the ordering of tensors in sets "
                "will change between runs. Please use a list instead."
            )
        else:
            param_group["params"] = list(params)
        self._take_names(param_group)
        for param in param_group["params"]:
            if not isinstance(param, Tensor):
                raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {typename(param)}")
            if not self.defaults.get("differentiable", None) and not (param.is_leaf or param._retains_grad):
                raise ValueError("can't optimize a non-leaf Tensor")
        for name, default in self.defaults.items():
            if default is required and name not in param_group:
                raise ValueError(f"parameter group didn't specify a value of required optimization parameter {name}")
            param_group.setdefault(name, default)
        params = param_group["params"]
        if len(params) != len(set(params)):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; "
                "see github.com/pytorch/pytorch/issues/40967 for more information",
                stacklevel=3,
            )
        for group in self.param_groups:
            if ("param_names" in param_group) != ("param_names" in group):
                given = "with names" if "param_names" in param_group else "without names"
                raise ValueError(
                    "all optimizer param groups should be with/without names. "
                    f"cannot add param group {given} to the optimizer"
                )
        known = {param for group in self.param_groups for param in group["params"]}
        if not known.isdisjoint(params):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append(param_group)

    @staticmethod
    def _take_names(group: Group) -> None:
        params = group["params"]
        names = [param[0] for param in params if isinstance(param, tuple)]
        if not names:
            return
        if len(names) != len(params):
            raise ValueError("all optimizer params should be with/without names. Some param names are missing")
        group["params"] = [param[1] for param in params]
        group["param_names"] = names

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Let go of the gradients of all parameters, or fill them with zeros."""
        _ = self.defaults  # which PyTorch asks first: there is none where `super().__init__` was left out
        for group in self.param_groups:
            for param in group["params"]:
                if param._grad is None:
                    continue
                if set_to_none:
                    param.grad = None
                    continue
                if param._grad.grad_fn is not None:
                    param._grad.detach_()
                else:
                    param._grad.requires_grad_(False)
                param._grad.zero_()

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change the parameters, once."""
        raise NotImplementedError

    # -- state ----------------------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """State and options, with parameters as numbers."""
        for hook in self._optimizer_state_dict_pre_hooks.values():
            hook(self)
        numbers: dict[int, int] = {}
        groups = []
        for group in self.param_groups:
            packed = {key: value for key, value in group.items() if key != "params"}
            start = len(numbers)
            fresh = {id(p): at for at, p in enumerate(group["params"], start) if id(p) not in numbers}
            numbers.update(fresh)
            packed["params"] = [numbers[id(param)] for param in group["params"]]
            groups.append(packed)
        state = {numbers[id(key)] if isinstance(key, Tensor) else key: kept for key, kept in self.state.items()}
        found: dict[str, Any] = {"state": state, "param_groups": groups}
        for hook in self._optimizer_state_dict_post_hooks.values():
            changed = hook(self, found)
            found = found if changed is None else changed
        return found

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what :meth:`state_dict` gave. Raises ValueError if the groups differ."""
        state_dict = state_dict.copy()
        for hook in self._optimizer_load_state_dict_pre_hooks.values():
            changed = hook(self, state_dict)
            state_dict = state_dict if changed is None else changed
        given = deepcopy(state_dict["param_groups"])
        if len(given) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        of_number: dict[Any, Tensor] = {}
        for group, new in zip(self.param_groups, given, strict=True):
            if len(group["params"]) != len(new["params"]):
                raise ValueError(
                    "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
                )
            of_number.update(zip(new["params"], group["params"], strict=True))
        for group, new in zip(self.param_groups, given, strict=True):
            new["params"] = group["params"]
            if "param_names" in group:
                new.setdefault("param_names", group["param_names"])
        state: defaultdict[Any, Any] = defaultdict(dict)
        for key, kept in state_dict["state"].items():
            if key in of_number:
                state[of_number[key]] = _fitted(kept, of_number[key])
            else:
                state[key] = kept
        self.__setstate__({"state": state, "param_groups": given})
        for hook in self._optimizer_load_state_dict_post_hooks.values():
            hook(self)

    def register_state_dict_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Have ``hook(optimizer)`` called before :meth:`state_dict`."""
        return _hung_up(self._optimizer_state_dict_pre_hooks, hook, prepend)

    def register_state_dict_post_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Have ``hook(optimizer, state_dict)`` called after :meth:`state_dict`, and what it returns given instead."""
        return _hung_up(self._optimizer_state_dict_post_hooks, hook, prepend)

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Have ``hook(optimizer, state_dict)`` called before loading, and what it returns loaded instead."""
        return _hung_up(self._optimizer_load_state_dict_pre_hooks, hook, prepend)

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Have ``hook(optimizer)`` called after loading."""
        return _hung_up(self._optimizer_load_state_dict_post_hooks, hook, prepend)

    def register_step_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Have ``hook(optimizer, args, kwargs)`` called before each step."""
        return RemovableHandle(self._optimizer_step_pre_hooks, hook)

    def register_step_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Have ``hook(optimizer, args, kwargs)`` called after each step."""
        return RemovableHandle(self._optimizer_step_post_hooks, hook)


def _fitted(value: Any, param: Tensor, name: Any = None) -> Any:
    """A parameter's state as it is taken over: tensors themselves, where they are of the parameter's dtype."""
    if isinstance(value, Tensor):
        return value.to(dtype=param.dtype) if name != "step" and param.is_floating_point() else value
    if isinstance(value, dict):
        return {key: _fitted(part, param, key) for key, part in value.items()}
    if isinstance(value, Iterable):
        return type(value)(_fitted(part, param) for part in value)  # type: ignore[call-arg]
    return value


class ByParameter(Optimizer):
    """An optimizer that updates each parameter for itself: a subclass says how, on arrays.

    State is kept and changed in silence; the write to the parameter goes through the engine's door and is seen.
    ``foreach`` and ``fused`` choose between PyTorch's ways to compute the same, and change nothing here.
    """

    _traced: ClassVar[Any] = None
    _in_steps: ClassVar[Any] = None
    """The operations on tensors of a step that is not differentiated, where they are others."""
    _devices = "params and state_steps"
    _takes_parts: ClassVar[bool | None] = True
    """Whether real and imaginary parts of complex parameters are parameters of their own; None to refuse them."""

    def __init__(self, params: Any, defaults: dict[str, Any]) -> None:
        super().__init__(params, defaults)
        if defaults.get("fused"):
            if defaults.get("differentiable"):
                raise RuntimeError("`fused` does not support `differentiable`")
            if defaults.get("foreach"):
                raise RuntimeError("`fused` and `foreach` cannot be `True` together.")

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change the parameters that have a gradient, once; ``closure`` computes the loss again."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        with set_grad_enabled(bool(self.defaults.get("differentiable"))), np.errstate(all="ignore"):
            for group in self.param_groups:
                for param in group["params"]:
                    if param._grad is not None:
                        self._step(param, group)
        return loss

    def _step(self, param: Tensor, group: Group) -> None:
        state = self._state_of(param, group)
        if not state:
            self._begin(param, state, group)
        if group.get("capturable"):
            raise AssertionError(f"If capturable=True, {self._devices} must be on supported devices: {_CAPTURABLE}.")
        grad = param._grad
        assert grad is not None
        if param._array.dtype.kind == "c" and self._takes_parts is None:
            raise RuntimeError(f"{type(self).__name__} does not support complex parameters")
        if param._array.dtype.kind == "c" and self._takes_parts:
            param, grad = _parts(param), _parts(grad)
            state = {name: _parts(kept) for name, kept in state.items()}
        traced: Step | None = type(self)._traced
        if group.get("differentiable") and traced is not None:
            traced(param, grad, state, group)
        elif is_reduced(param._array.dtype):  # each operation rounds
            in_steps: Step | None = type(self)._in_steps or traced
            if in_steps is None:
                raise NotImplementedError(
                    f"Gradwalk's {type(self).__name__} has no parameters of {param.dtype}: use SGD or Adam, or float32."
                )
            in_steps(param, grad, state, group)
        else:
            self._update(param, grad, state, group)

    def _state_of(self, param: Tensor, group: Group) -> dict[str, Any]:
        kept: dict[str, Any] = self.state[param]
        return kept

    def _begin(self, param: Tensor, state: dict[str, Any], group: Group) -> None:
        """Fill the state before a parameter's first step."""

    def _update(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: Group) -> None:
        raise NotImplementedError


def _parts(kept: Any) -> Any:
    """A complex tensor as its parts, in the same memory; anything else as it is."""
    if isinstance(kept, Tensor) and kept._array.dtype.kind == "c":
        return wrap(parts_of(kept._array), kept._storage)
    return kept


def gradient(param: Tensor, grad: Tensor, group: Group, decay: bool = True) -> Array:
    """The gradient to descend: turned around to ascend, and with weight decay added."""
    array = -grad._array if group.get("maximize") else grad._array
    weight_decay = group.get("weight_decay", 0)
    return plus_product(array, param._array, weight_decay) if decay and weight_decay else array


def add(param: Tensor, change: Any, factor: float) -> None:
    """``param += factor * change``, seen."""
    apply_in_place(OPS["add"], param, change if isinstance(change, Tensor) else wrap(change), alpha=factor)


def scale(param: Tensor, factor: float) -> None:
    """``param *= factor``, seen."""
    apply_in_place(OPS["mul"], param, factor)


def add_quotient(param: Tensor, numerator: Any, denominator: Array, factor: float) -> None:
    """``param += factor * numerator / denominator``, seen."""
    above = numerator if isinstance(numerator, Tensor) else wrap(numerator)
    apply_in_place(OPS["addcdiv"], param, above, wrap(denominator), value=factor)


def put(kept: Tensor, array: Array) -> Array:
    """Write new numbers into a tensor of the state; returns them."""
    about_to_write(kept._array)
    kept._array[...] = array
    kept._storage.version += 1
    observer().storage_written(kept._storage)
    return kept._array


def zeros_for(param: Tensor) -> Tensor:
    """A tensor of the state, in the parameter's shape."""
    return wrap(np.zeros_like(param._array))


def count_step(state: dict[str, Any]) -> float:
    """One more step; how many there were."""
    return float(put(state["step"], state["step"]._array + 1))


def new_step() -> Tensor:
    """A count of steps, at 0."""
    return wrap(np.zeros((), dtype=scalar_kind()))


def scalar_kind() -> Any:
    """The dtype of numbers that an optimiser keeps in tensors."""
    return np.float64 if dtypes.default_floating() is dtypes.float64 else np.float32


def lerp(kept: Tensor, towards: Array, weight: float) -> Array:
    """Move a running average towards a new value."""
    start = kept._array
    span = towards - start
    rest = np.asarray(weight, start.dtype) - 1
    return put(kept, plus_product(start, span, weight) if weight < 0.5 else plus_product(towards, span, rest))


def decayed_square(kept: Tensor, grad: Array, decay: float) -> Array:
    """A running average of squares."""
    return put(kept, plus_product(kept._array * decay, (1 - decay) * grad, grad))


def check(condition: bool, words: str) -> None:
    """Raises ValueError unless a condition holds."""
    if not condition:
        raise ValueError(words)


def check_not_negative(value: Any, words: str) -> None:
    """Raises ValueError below 0, TypeError (which names both sides in PyTorch's order) for what is no number."""
    check(le(0.0, value), words)


def check_rate(lr: Any) -> None:
    """Raises ValueError for a rate that is a tensor of more than one number."""
    check(not isinstance(lr, Tensor) or lr.numel() == 1, "Tensor lr must be 1-element")


def check_options(lr: Any = 0.0, eps: Any = 0.0, weight_decay: Any = 0.0, betas: Any = (0.0, 0.0)) -> None:
    """PyTorch's words about options that make no sense."""
    check_rate(lr)
    check_not_negative(lr, f"Invalid learning rate: {lr}")
    check_not_negative(eps, f"Invalid epsilon value: {eps}")
    for index in (0, 1):
        check(0.0 <= betas[index] < 1.0, f"Invalid beta parameter at index {index}: {betas[index]}")
    check_not_negative(weight_decay, f"Invalid weight_decay value: {weight_decay}")


Params = Iterable[Any]
