"""``torch.autograd.backward`` and ``torch.autograd.grad``: checks in PyTorch's words, then one backward pass."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from . import grad_mode
from .backward import BackwardPass, run_at_once
from .errors import CREATE_GRAPH_CYCLE, NO_GRAD_FN, NOT_REAL, NOT_SCALAR, RETAIN_WITHOUT_GRAD, UNUSED, type_name
from .gradient_edges import GradientEdge, tensor_at
from .graph import NO_EDGE, Edge, skip_sequence_number
from .history import gradient_edge
from .layouts import lying_alike
from .observe import observer
from .op import OPS
from .size import Size
from .subject import about
from .tensor import Tensor, wrap
from .transforms import refuse_backward
from .warn import warn, warn_once
from .written import times_written

Tensors = Tensor | GradientEdge | Sequence[Tensor | GradientEdge]
Inputs = Tensors | dict[Any, Any]

_ONLY_INPUTS = (
    "only_inputs argument is deprecated and is ignored now (defaults to True). To accumulate gradient for other parts "
    "of the graph, please use torch.autograd.backward."
)


def backward(
    tensors: Tensors,
    grad_tensors: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    grad_variables: Tensor | Sequence[Tensor | None] | None = None,
    inputs: Inputs | None = None,
) -> None:
    """Compute the sum of gradients of ``tensors`` with respect to graph leaves, into their ``.grad``.

    ``grad_tensors``: the cotangent of each tensor, of its shape; may be None for scalars. Raises RuntimeError.
    """
    refuse_backward()
    if grad_variables is not None:
        warn("`grad_variables` is deprecated. Use `grad_tensors` instead.", FutureWarning)
        if grad_tensors is not None:
            raise RuntimeError(
                "`grad_tensors` and `grad_variables` (deprecated) arguments both passed to `backward()`. Please only "
                "use `grad_tensors`."
            )
        grad_tensors = grad_variables
    is_usual = grad_tensors is None and inputs is None and create_graph is False
    if is_usual and (retain_graph is None or type(retain_graph) is bool) and run_at_once(tensors, bool(retain_graph)):
        return
    targets = None if inputs is None else _as_targets(inputs, "backward")
    roots = _as_roots(tensors)
    if isinstance(grad_tensors, tuple | list) and len(grad_tensors) < len(roots):
        raise RuntimeError(f"got {len(roots)} tensors and {len(grad_tensors)} gradients")
    gradients = _initial_gradients(roots, grad_tensors, create_graph or grad_mode._State.dual is not None)
    _run(roots, gradients, retain_graph, create_graph, targets, accumulate=True)


def grad(
    outputs: Tensors,
    inputs: Inputs,
    grad_outputs: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> Any:
    """Gradients of ``outputs`` with respect to ``inputs``, given back instead of accumulated.

    One entry per input, of its shape, by its name where inputs have names; None for an input that was not used, if
    that is allowed. Raises RuntimeError.
    """
    if materialize_grads and allow_unused is False:
        raise ValueError(
            "Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False."
        )
    if is_grads_batched and grad_outputs is not None:
        keep = create_graph if retain_graph is None else retain_graph
        options = {"create_graph": create_graph, "allow_unused": allow_unused, "materialize_grads": materialize_grads}
        return _grad_of_each(_as_roots(outputs), _as_targets(inputs, "grad"), _as_tuple(grad_outputs), keep, options)
    if not isinstance(inputs, Mapping):
        inputs = _as_tuple(inputs)
    targets = _as_targets(inputs, "grad")
    roots = _as_roots(outputs)
    if is_grads_batched and any(root.ndim == 0 for root in roots):
        raise ValueError(
            "vmap(vjp, in_dims=0, ...)(<inputs>): Got in_dim=0 for some input, but that input is a Tensor of "
            "dimensionality 0 so expected in_dim to satisfy 0 <= in_dim < 0."
        )
    if not only_inputs:
        warn(_ONLY_INPUTS, FutureWarning)
    given = grad_outputs if isinstance(grad_outputs, tuple | list) else (grad_outputs,)
    if grad_outputs is not None and len(given) < len(roots):
        raise RuntimeError(f"got {len(roots)} tensors and {len(given)} gradients")
    gradients = _initial_gradients(roots, grad_outputs, bool(create_graph) or grad_mode._State.dual is not None)
    allow_unused = materialize_grads if allow_unused is None else allow_unused
    found = _run(roots, gradients, retain_graph, create_graph, targets, False, allow_unused, given)
    asked = tuple(inputs.values()) if isinstance(inputs, dict) else inputs
    for index, (gradient, target) in enumerate(zip(found, targets, strict=True)):
        if gradient is not None:
            continue
        if materialize_grads:
            if isinstance(asked[index], GradientEdge):
                raise RuntimeError("materialize_grads cannot be used when the given input is a GradientEdge")
            zeros = OPS["zeros_like"](target)
            zeros._requires_grad = bool(create_graph)
            found[index] = zeros
        elif not allow_unused:
            raise about(RuntimeError(UNUSED.format(index)), target)
    return dict(zip(inputs, found, strict=True)) if type(inputs) is dict else tuple(found)


def _grad_of_each(
    roots: Sequence[Tensor], targets: Sequence[Tensor], batched: Sequence[Tensor | None], keep: bool, options: Any
) -> tuple[Tensor | None, ...]:
    """Gradients for each of a batch of ``grad_outputs``, stacked. Raises RuntimeError."""
    for index, (root, batch) in enumerate(zip(roots, batched, strict=False)):
        if batch is not None and batch.ndim == 0:
            raise IndexError(
                "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to "
                "convert a 0-dim tensor to a number"
            )
        if batch is not None and batch.shape[1:] != root.shape:
            raise RuntimeError(
                "If `is_grads_batched=True`, we interpret the first dimension of each grad_output as the batch "
                "dimension. The sizes of the remaining dimensions are expected to match the shape of corresponding "
                f"output, but a mismatch was detected: grad_output[{index}] has a shape of {Size(batch.shape[2:])} and "
                f"output[{index}] has a shape of {root.shape}. If you only want some tensors in `grad_output` to be "
                "considered batched, consider using vmap."
            )
    count = next(batch.shape[0] for batch in batched if batch is not None)
    rows = [
        grad(
            roots,
            targets,
            [None if batch is None else OPS["select"](batch, dim=0, index=row) for batch in batched],
            retain_graph=keep or row < count - 1,
            **options,
        )
        for row in range(count)
    ]
    return tuple(None if column[0] is None else OPS["stack"](*column, dim=0) for column in zip(*rows, strict=True))


def _as_tuple(tensors: Any) -> tuple[Any, ...]:
    return (tensors,) if isinstance(tensors, Tensor | GradientEdge) else tuple(tensors)


def _as_roots(tensors: Any) -> tuple[Tensor, ...]:
    """Tensors to begin with. Raises AssertionError for what is none."""
    roots = tuple(tensor_at(root) for root in _as_tuple(tensors))
    if not all(isinstance(root, Tensor) for root in roots):
        raise AssertionError("Expected output to be a torch.Tensor")
    return roots


def _as_targets(inputs: Any, call: str) -> tuple[Tensor, ...]:
    """Inputs whose gradients are wanted. Raises RuntimeError for what is no tensor."""
    if isinstance(inputs, Mapping) and type(inputs) is not dict:
        raise TypeError(
            f"`inputs` argument to `{call}()` must be a dict, not {type(inputs).__name__}. Other Mapping types are not "
            "supported."
        )
    targets = _as_tuple(inputs.values() if type(inputs) is dict else inputs)
    if not targets:
        raise RuntimeError(f"`inputs` argument to `{call}()` cannot be empty.")
    for target in targets:
        if not isinstance(target, Tensor | GradientEdge):
            raise RuntimeError(f"all inputs have to be Tensors or GradientEdges, but got {type_name(target)}")
    return tuple(tensor_at(target) for target in targets)


def _flag(given: Any) -> bool:
    """What PyTorch's engine reads as a byte. Raises TypeError or OverflowError."""
    if given is True or given is False:
        return given
    number = operator.index(given)
    if not 0 <= number <= _MOST:
        raise OverflowError(f"unsigned byte integer is {'less than minimum' if number < 0 else 'greater than maximum'}")
    return bool(number)


_MOST = 255


def _initial_gradients(roots: Sequence[Tensor], given: Any, as_tensors: bool) -> list[Any]:
    if given is None:
        given = [None] * len(roots)
    elif isinstance(given, Tensor):
        given = [given]
    gradients: list[Any] = []
    for index, (root, gradient) in enumerate(zip(roots, list(given), strict=False)):
        if isinstance(gradient, Tensor):
            if gradient.shape != root.shape:
                raise RuntimeError(
                    f"Mismatch in shape: grad_output[{index}] has a shape of {gradient.shape} and "
                    f"output[{index}] has a "
                    f"shape of {root.shape}."
                )
            if (root._array.dtype.kind == "c") != (gradient._array.dtype.kind == "c"):
                raise RuntimeError(
                    "For complex Tensors, both grad_output and output are required to have the same dtype. Mismatch "
                    f"in dtype: grad_output[{index}] has a dtype of {gradient.dtype} and output[{index}] has a dtype "
                    f"of {root.dtype}."
                )
            gradients.append(gradient if as_tensors else gradient._array)
        elif gradient is not None:
            raise TypeError(f"gradients can be either Tensors or None, but got {type(gradient).__name__}")
        elif not root.requires_grad:
            gradients.append(None)
        else:
            if root._array.size != 1:
                raise about(RuntimeError(NOT_SCALAR), root)
            if root._array.dtype.kind == "c":
                raise about(RuntimeError(NOT_REAL.format(root.dtype)), root)
            ones = np.empty_like(root._array)
            ones.fill(1)
            gradients.append(wrap(ones) if as_tensors else ones)
    return gradients


def _run(
    roots: Sequence[Tensor],
    gradients: Sequence[Any],
    retain_graph: bool | None,
    create_graph: bool,
    targets: Sequence[Tensor] | None,
    accumulate: bool,
    allow_unused: bool | None = True,
    given: Sequence[Tensor | None] | None = None,
) -> list[Tensor | None]:
    keep, create_graph = _flag(create_graph if retain_graph is None else retain_graph), _flag(create_graph)
    _flag(allow_unused)
    starts = [gradient_edge(root) for root in roots]
    for index, (root, (start, _)) in enumerate(zip(roots, starts, strict=True)):
        if start is None:  # also a view without history of what requires grad
            raise about(RuntimeError(NO_GRAD_FN.format(index)), root)
    edges = None
    if targets is not None:
        edges = [_target_edge(target, accumulate) for target in targets]
    if create_graph and accumulate:
        warn_once(CREATE_GRAPH_CYCLE)
    if len(starts) > 1:
        skip_sequence_number()  # of the node that PyTorch puts before several roots
    as_tensors = create_graph or grad_mode._State.dual is not None  # tangents travel on tensors
    task = BackwardPass(starts, keep, create_graph, edges, accumulate, as_tensors)
    observer().backward_begins(roots, gradients, keep, create_graph, accumulate)
    try:
        task.run([_fitted(gradient, root) for gradient, root in zip(gradients, roots, strict=True)])
        return [] if targets is None or accumulate else _take_out(task, targets, edges or [], given or ())
    finally:
        observer().backward_ended()


def _fitted(gradient: Any, root: Tensor) -> Any:
    """The first cotangent in the root's dtype: a float64 or integer ``gradient=`` is accepted."""
    array = gradient._array if isinstance(gradient, Tensor) else gradient
    if array is None or array.dtype == root._array.dtype:
        return gradient
    return (
        OPS["to_copy"](gradient, dtype=root.dtype) if isinstance(gradient, Tensor) else array.astype(root._array.dtype)
    )


def _target_edge(target: Tensor, accumulate: bool) -> Edge:
    """Where the gradient of an input arrives; ``backward(inputs=)`` keeps that of a non-leaf in its ``.grad``.

    Raises RuntimeError if the input does not require grad.
    """
    if not target.requires_grad:
        raise RuntimeError(
            RETAIN_WITHOUT_GRAD if accumulate else "One of the differentiated Tensors does not require grad"
        )
    if target.is_leaf:
        observer().about_to_change()  # who watches lets go of graphs that are gone
        if not (target._accumulator and target._accumulator()):  # no graph leads to this leaf
            skip_sequence_number()  # of the stand-in that PyTorch gives it
            return NO_EDGE
    elif accumulate:
        retain_grad(target)
    return gradient_edge(target)


def retain_grad(tensor: Tensor) -> None:
    """Keep the gradient of a non-leaf in its ``.grad``. Raises RuntimeError if it has none."""
    if not tensor.requires_grad:
        raise RuntimeError(RETAIN_WITHOUT_GRAD)
    if tensor._grad_fn is None and tensor._origin is not None:
        return  # a view that was made under no_grad is a leaf
    node = tensor.grad_fn
    if node is not None and not tensor._retains_grad:
        tensor._retains_grad = True
        node.retain(tensor._output_nr, tensor)


def _take_out(
    task: BackwardPass, targets: Sequence[Tensor], edges: Sequence[Edge], given: Sequence[Tensor | None]
) -> list[Tensor | None]:
    """What arrived at the targets; where that is a gradient that was given, the very tensor, and where the same arrived
    at several, one tensor."""
    found: list[Tensor | None] = []
    known: dict[int, Tensor] = {}
    for target, edge in zip(targets, edges, strict=True):
        gradient = task.captured.get(edge)
        if gradient is None:
            found.append(None)
        else:
            taken = gradient if isinstance(gradient, Tensor) else known.get(id(gradient), _given_as(gradient, given))
            if taken is None:
                taken = known[id(gradient)] = wrap(lying_alike(gradient))
                taken._storage.version = times_written(gradient)
            found.append(taken)
            observer().captured(target, gradient)
    return found


def _given_as(gradient: Any, given: Sequence[Tensor | None]) -> Tensor | None:
    """The tensor that a gradient was given as; None if nobody gave it."""
    return next((x for x in given if x is not None and x._array is gradient), None)
