"""The door: every op on tensors, out of place or in place, passes through this module and is observed here."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import zip_longest
from typing import Any
from weakref import ref

import numpy as np

from . import dtypes, grad_mode
from .complexes import over_complex
from .core import CORE
from .dtypes import INEXACT, Array
from .errors import (
    ITSELF,
    LEAF_IN_PLACE,
    SHARED_MEMORY,
    VIEW_OF_LEAF_IN_PLACE,
    bracketed,
    broadcast_mismatch,
    not_enough_memory,
    too_many,
)
from .graph import (
    expected,
    skip_sequence_number,
)
from .history import find_histories, record
from .layouts import is_dense, overlaps_itself, row_by_row, strides_of, with_strides
from .memory_format import shares_memory
from .modes import AUTOCAST, COMPLEX_NUMBERS, KINDS_OF_NUMBERS, REDUCED, UNSIGNED, UNUSUAL
from .observe import observer
from .op import UNSAFE_PARTS, Op
from .promotion import align
from .reduced import in_float32
from .saved import HOOKS, SavedResult, pack_saved
from .storage import InferenceStorage, Memory
from .subject import about
from .tensor import Tensor, wrap
from .transforms import STACK, begin_writing
from .unsigned import check_unsigned
from .views import (
    origin_of_view,
    read_by_itself,
    read_otherwise,
    rebase_history,
    refuse_lost_history,
    see_whole,
    share_memory,
)
from .warn import warn
from .writes import about_to_write, count_write


def apply(op: Op, operands: Sequence[Any], params: dict[str, Any]) -> Any:
    """Run an op on tensors and Python numbers, record it if a gradient may flow, and tell the observer.

    Returns a tensor, or a tuple of them where the op has several results.
    """
    if op.params and len(params) != len(op.params):
        params = op.params | params
    if AUTOCAST in UNUSUAL:
        from .autocast import operands_cast

        operands = operands_cast(op, operands)
    if COMPLEX_NUMBERS in UNUSUAL:
        op = over_complex(op, operands, params)
    if grad_mode._State.dual is not None:
        grad_mode._State.dual.look_at(op, operands)
    try:
        results = compute(op, operands, params)
    except Exception:
        if UNUSUAL - KINDS_OF_NUMBERS:
            _save_as_if_it_had_run(op, operands, params)
        elif op.vjps and grad_mode._State.enabled:
            find_histories([x for name, x in zip(op.operands, operands, strict=False) if name in op.vjps])
        raise
    return finish(op, operands, params, results)


def _save_as_if_it_had_run(op: Op, operands: Sequence[Any], params: dict[str, Any]) -> None:
    """Show the user's hooks what a failed call saves: PyTorch saves operands before it looks at their shapes. Raises
    RuntimeError if one may not be saved."""
    if op.vjps and grad_mode._State.enabled:
        with suppress(IndexError):  # facts of the result, of which there is none
            record(op, operands, params, [])


def finish(op: Op, operands: Sequence[Any], params: dict[str, Any], results: Any) -> Any:
    """Make tensors of what an op computed; the rest of :func:`apply`.

    ``results``: an array, or a tuple of them with None for each that was not asked for.
    """
    gives_several = type(results) is tuple
    arrays = results if gives_several else (results,)
    outputs: list[Any]
    if op.is_view:
        source = operands[0]
        # A view that no gradient passes (detach) has no history to share: its base would say that it requires grad.
        # Nor have tensors of inference mode any: what looks at them is no view to PyTorch.
        looks_on = op.vjps and not source._storage.inference
        base = None if not looks_on else source if source._base is None else source._base
        outputs = [wrap(array, source._storage, base) for array in arrays]
        if COMPLEX_NUMBERS in UNUSUAL:
            read_otherwise(op, source, outputs)
        if base is not None and (origin := origin_of_view(op, source)) is not None:
            for output in outputs:
                output._origin = origin
    else:
        outputs = [None if array is None else wrap(array) for array in arrays]
        if op.name == "data":
            if COMPLEX_NUMBERS in UNUSUAL:
                read_by_itself(operands[0], outputs[0])
            see_whole(operands[0], outputs[0])
        elif op.name in UNSAFE_PARTS:
            share_memory(operands[0], outputs)
    node = None
    if op.vjps and grad_mode._State.enabled:
        node = record(op, operands, params, outputs)
        if node is not None:
            for nr, output in enumerate(outputs[: op.differentiable]):
                if output is not None and output._array.dtype.kind in INEXACT:
                    output._grad_fn, output._output_nr, output._requires_grad = node, nr, True
    seen = [x for x in outputs if x is not None] if gives_several else outputs
    observer().op_applied(op, operands, params, seen, node)
    if grad_mode._State.dual is not None:
        grad_mode._State.dual.propagate(op, operands, params, outputs, node)
    return tuple(outputs) if gives_several else outputs[0]


def compute(op: Op, operands: Sequence[Any], params: dict[str, Any]) -> Any:
    """An op's forward on the operands' arrays, brought to a common dtype: an array, or what :func:`several` gives.

    Raises RuntimeError for shapes that do not fit.
    """
    arrays = [x._array if isinstance(x, Tensor) else x for x in operands]
    if op.is_view:
        arrays[0] = with_strides(arrays[0])
    if op.promotion is not None:
        arrays = align(operands, arrays, op.promotion)
    if op.kernel is not None:
        check_kernel(op.kernel, arrays[0])
    if UNSIGNED in UNUSUAL:
        check_unsigned(op, arrays, params)
    forward = in_float32(op, operands, arrays, params) if REDUCED in UNUSUAL else op.forward
    try:
        result = forward(*([arrays] if op.takes_list else arrays), *params.values())
    except FloatingPointError:  # the user has asked numpy to raise
        with np.errstate(all="ignore"):
            result = forward(*([arrays] if op.takes_list else arrays), *params.values())
    except MemoryError as error:
        raise not_enough_memory(error) from None
    except ValueError as error:
        shapes = [x.shape for x in operands if isinstance(x, Tensor)]
        raise (_mismatch(shapes) or _too_many(error, op, shapes, params) or error) from None
    if type(result) is tuple:
        return several(result, op, arrays)
    if op.lies is not None:
        return op.lies(np.asarray(result), arrays)
    return result if type(result) is np.ndarray else np.asarray(result)


def check_kernel(kernel: str, array: Array) -> None:
    """Raises NotImplementedError for integers and booleans, which a kernel of this name does not take; where it ends in
    a colon and kinds of numpy's (``:b``), for these only, but a dtype that is named there (``:biu-int64``)."""
    name, _, refused = kernel.partition(":")
    kinds, _, but = refused.partition("-")
    if array.dtype.kind in (kinds or "biu") and array.dtype.name != but:
        label = dtypes.of(array).legacy_name.removesuffix("Tensor")
        raise NotImplementedError(f"\"{name}\" not implemented for '{label}'")


def _too_many(
    error: ValueError, op: Op, shapes: Sequence[tuple[int, ...]], params: dict[str, Any]
) -> RuntimeError | None:
    """The error for a result of more elements than can be counted; None if it is another."""
    if not any(words in str(error) for words in ("too big", "too large")):
        return None
    if op.name == "expand":
        return too_many(params["size"])
    if op.promotion is None and op.category != "pointwise" and op.name not in _LAID_OUT:
        return None
    whole = [max(sizes) for sizes in zip_longest(*(shape[::-1] for shape in shapes), fillvalue=1)][::-1]
    return too_many(whole, row_by_row(whole) if op.name in _LAID_OUT else None)


_LAID_OUT = frozenset(("to_copy", "to_copy.in_format"))
"""Ops whose results PyTorch asks memory for by their strides."""


def _mismatch(shapes: Sequence[tuple[int, ...]]) -> RuntimeError | None:
    """The error for the first of these shapes that does not broadcast with those before it; None if all do."""
    whole = shapes[0] if shapes else ()
    for shape in shapes[1:]:
        mismatch = broadcast_mismatch(whole, shape)
        if mismatch is not None:
            return mismatch
        # numpy's own function refuses what has more elements than it can count
        pairs = zip_longest(whole[::-1], shape[::-1], fillvalue=1)
        whole = tuple(a if b == 1 else b for a, b in pairs)[::-1]
    return None


def several(results: tuple[Any, ...], op: Op, operands: Sequence[Any]) -> tuple[Array | None, ...]:
    """An op's results as arrays; None for each that was not asked for."""
    arrays = [None if result is None else np.asarray(result) for result in results]
    if op.lies is not None:
        arrays = [None if array is None else op.lies(array, operands) for array in arrays]
    return tuple(arrays)


def apply_in_place(op: Op, target: Tensor, *others: Any, **params: Any) -> Tensor:
    """Run ``op`` with ``target`` as first operand and write the result into ``target``'s storage.

    Raises RuntimeError where PyTorch does: leaves that require grad, results that do not fit by dtype or shape.
    """
    core = None if grad_mode._State.enabled or STACK else CORE
    if core is not None and core.apply_in_place(op.made_call(), target, others, params):
        return target
    params = op.params | params
    operands = (target, *others)
    if UNUSUAL and COMPLEX_NUMBERS in UNUSUAL:
        op = over_complex(op, operands, params)
    if (
        not (grad_mode._State.enabled or UNUSUAL or STACK)
        and (plain := _plainly(op, target, others, params)) is not None
    ):
        write(target, plain)
        observer().op_applied(op, operands, params, (target,), None)
        return target
    if STACK:
        begin_writing(op.name, target)
    refuse_leaves(target, others)
    level = grad_mode._State.dual
    if level is not None:
        level.look_at(op, operands)
    try:
        result = compute(op, operands, params)
        assert isinstance(result, np.ndarray)
        _check_fits(op, target, others, result)
        if op.name == "index_put" and 0 in target._array.strides:
            _warn_of_filling(target, others[0], params)
        if _shares_storage(target, others) or overlaps_itself(target._array):
            from .sequential import reads_what_it_writes, result_in_sequence

            if reads_what_it_writes(op, target, others):
                result = result_in_sequence(op, target, others, params)
    except RuntimeError as error:
        if op.vjps and grad_mode._State.enabled and any(isinstance(x, Tensor) and x.requires_grad for x in operands):
            skip_sequence_number()  # of the node that PyTorch makes first
            if op.operands[0] in op.needed((True,) * len(op.vjps)):
                skip_sequence_number()  # of the copy that it saves
        if (written := getattr(error, "written", None)) is not None:
            observer().about_to_change()
            np.copyto(target._array, written)
        if _looks_at_memory(op) and not hasattr(error, "is_first"):
            if shares_memory(target._array):
                raise RuntimeError(SHARED_MEMORY.format(_SHARED_BY_ITSELF)) from None
            _refuse_overlap(op, target, others)
        elif op.name in _OVERLAP_FIRST:
            _refuse_overlap(op, target, others)
        elif op.name in DEPRECATED_INTO_SHARED_MEMORY and shares_memory(target._array):
            warn(DEPRECATED_INTO_SHARED_MEMORY[op.name])
        raise
    before = None if level is None else level.before_writing(target)
    node = None
    if op.vjps and grad_mode._State.enabled and not _loses_history(op, target):
        node = record(op, operands, params, [], in_place=True)
    if level is not None:
        level.about_to_write(op, operands, params, target, node)
    write(target, result)
    if node is not None:
        node.outputs = (expected(target._array),)
        if "result" in node.saved:
            node.saved["result"] = SavedResult(target, 0)
            if HOOKS:
                pack_saved(node)
        rebase_history(target, node)
        if target._base is not None and isinstance(kept := node.saved.get("result"), SavedResult):
            assert target._grad_fn is not None
            kept.maker = ref(target._grad_fn)
    observer().op_applied(op, operands, params, (target,), node)
    if level is not None:
        level.written(op, (before, *others), params, target, node)
    return target


def _loses_history(op: Op, target: Tensor) -> bool:
    """Whether what is copied into integers leaves its history behind; what fills them does not."""
    return op.name == "copy" and target._array.dtype.kind not in INEXACT


def _shares_storage(target: Tensor, others: Sequence[Any]) -> bool:
    """Whether another operand lies in the target's storage."""
    return any(isinstance(x, Tensor) and x is not target and x._storage is target._storage for x in others)


def _plainly(op: Op, target: Tensor, others: Sequence[Any], params: dict[str, Any]) -> Array | None:
    """What an op writes into its target, where nothing can be wrong: floats of one dtype and shape, in memory of their
    own, and numbers. None for whatever else."""
    array = target._array
    if op.category != "pointwise" or op.promotion is None or array.dtype.kind != "f" or not array.flags.c_contiguous:
        return None
    arrays = [array]
    for x in others:
        if isinstance(x, Tensor):
            other = x._array
            if other.dtype is not array.dtype or other.shape != array.shape or x._storage is target._storage:
                return None
            arrays.append(other)
        elif type(x) in (float, int):
            arrays.append(x)
        else:
            return None
    try:
        result = op.forward(*arrays, *params.values())
    except (ValueError, FloatingPointError, RuntimeError):
        return None
    if type(result) is np.ndarray and result.dtype is array.dtype and result.shape == array.shape:
        return result
    return None


def write(target: Tensor, result: Array) -> None:
    """Overwrite a tensor's numbers in its storage, which moves to the next version."""
    about_to_write(target._array)
    if shares_memory(target._array):  # what is written in one place must not be undone in another
        changed = target._array != result
        target._array[changed] = result[changed]
    else:
        np.copyto(target._array, result, casting="unsafe")
    count_write(target._storage)
    observer().storage_written(target._storage)


def refuse_leaves(target: Tensor, others: Sequence[Any] = ()) -> None:
    """Raises RuntimeError for what may not be written in place: a leaf that requires grad, and views of one; and what
    would have a history then and must not."""
    if not grad_mode._State.enabled or Memory.kind is InferenceStorage:
        return
    if not target.requires_grad:
        if target._origin is not None and any(isinstance(x, Tensor) and x.requires_grad for x in others):
            refuse_lost_history(target, ITSELF)
        return
    if target._origin is not None:
        refuse_lost_history(target, ITSELF)
    if target._base is not None and target._base.is_leaf:
        raise about(RuntimeError(VIEW_OF_LEAF_IN_PLACE), target._base)
    if target.grad_fn is None:
        raise about(RuntimeError(LEAF_IN_PLACE), target)


def _check_fits(op: Op, target: Tensor, others: Sequence[Any], result: Array) -> None:
    if result.shape != target._array.shape:
        raise RuntimeError(
            f"output with shape {bracketed(target._array.shape)} doesn't match the broadcast shape "
            f"{bracketed(result.shape)}"
        )
    have, want = dtypes.of(result), target.dtype
    if have.category > want.category:
        names = have.legacy_name.removesuffix("Tensor"), want.legacy_name.removesuffix("Tensor")
        raise RuntimeError(f"result type {names[0]} can't be cast to the desired output type {names[1]}")
    array = target._array
    if op.name == "copy" and _lies_there(others[0], target):
        return
    if array.size and shares_memory(array):
        if op.name not in _INTO_SHARED_MEMORY:
            raise RuntimeError(SHARED_MEMORY.format(_SHARED_BY_ITSELF))
        if op.name in DEPRECATED_INTO_SHARED_MEMORY:
            warn(DEPRECATED_INTO_SHARED_MEMORY[op.name])
    _refuse_overlap(op, target, others)


def _looks_at_memory(op: Op) -> bool:
    """Whether PyTorch looks at the memory that an op is to write into before dtypes and shapes."""
    return (op.category in _ELEMENT_BY_ELEMENT or op.name == "copy") and op.name not in _INTO_SHARED_MEMORY


def _refuse_overlap(op: Op, target: Tensor, others: Sequence[Any]) -> None:
    """Raises RuntimeError if another operand lies partly where the target does."""
    if op.name in _FROM_SHARED_MEMORY:
        return
    apart = op.name in _FROM_ELSEWHERE
    for x in others[:1] if op.name == "masked_fill.Tensor" else others:  # the number may come from anywhere
        if (x is target and not apart) or not isinstance(x, Tensor) or x._storage is not target._storage:
            continue
        if partly_same(x._array, target._array, apart):
            raise RuntimeError(SHARED_MEMORY.format(_OVERLAP))


def _lies_there(x: Any, target: Tensor) -> bool:
    """Whether a tensor is the very place that it would be copied to: then PyTorch copies nothing."""
    if not isinstance(x, Tensor) or x._storage is not target._storage:
        return False
    there, array = x._array, target._array
    here = there.shape == array.shape and there.dtype == array.dtype and strides_of(there) == strides_of(array)
    return here and there.__array_interface__["data"][0] == array.__array_interface__["data"][0]


def _warn_of_filling(target: Tensor, value: Any, params: dict[str, Any]) -> None:
    """PyTorch fills where it is to put one number where a mask is true, and warns of that too."""
    given = [index for index in params["indices"] if index is not None]
    is_mask = len(given) == 1 and given[0]._array.dtype.kind == "b"
    if is_mask and value._array.size == 1 and not params["accumulate"] and shares_memory(target._array):
        warn(DEPRECATED_INTO_SHARED_MEMORY["masked_fill"])


_ELEMENT_BY_ELEMENT = frozenset(("pointwise", "comparison", "in_place"))
"""Categories of ops that PyTorch runs through its iterator over elements."""
_SHARED_BY_ITSELF = "more than one element of the written-to tensor refers"
_OVERLAP = "some elements of the input tensor and the written-to tensor refer"
_INTO_SHARED_MEMORY = frozenset(
    (
        "zero",
        "fill",
        "masked_fill",
        "index_put",
        "index_put_impl",
        "index_fill",
        "index_fill.Tensor",
        "threshold_",
        "masked_fill.Tensor",
    )
)
"""Ops that may write into elements that share their memory."""
_EXPANDED = (
    "Use of {0}_ on expanded tensors is deprecated. Please clone() the tensor before performing this operation. This "
    "also applies to advanced indexing e.g. tensor[{1}] = {2} (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/TensorAdvancedIndexing.cpp:{3}.)"
)
DEPRECATED_INTO_SHARED_MEMORY = {
    "index_put": _EXPANDED.format("index_put", "indices", "tensor", 976),
    "index_fill": _EXPANDED.format("index_fill", "mask", "scalar", 1913),
    "index_fill.Tensor": _EXPANDED.format("index_fill", "mask", "scalar", 1913),
    "masked_fill": _EXPANDED.format("masked_fill", "mask", "scalar", 2450),
    "masked_fill.Tensor": _EXPANDED.format("masked_fill", "mask", "scalar", 2450),
}
"""Those of them that PyTorch warns of."""
_FROM_SHARED_MEMORY = frozenset(("zero", "fill", "fill.Tensor", "index_fill.Tensor", "masked_scatter"))
"""Ops that do not look where what they write comes from."""
_FROM_ELSEWHERE = frozenset(
    (
        "index_put", "index_put_impl", "index_add", "index_copy", "index_reduce", "scatter.src", "scatter.value",
        "scatter.reduce", "scatter.value_reduce", "scatter_add", "scatter_reduce",
    )
)  # fmt: skip
"""Ops that may not even write a tensor into itself."""
_OVERLAP_FIRST = frozenset(("index_put", "index_put_impl", "index_copy"))
"""Those of them that look at the memory before they look at shapes."""


def partly_same(a: Array, b: Array, or_wholly: bool = False) -> bool:
    """Whether two views of a storage overlap without being the same, or at all; PyTorch judges none with gaps."""
    if not (a.size and b.size and is_dense(a) and is_dense(b)):
        return False
    starts = [x.__array_interface__["data"][0] for x in (a, b)]
    if starts[0] == starts[1] and a.size == b.size:
        return or_wholly or a.strides != b.strides
    return bool(starts[0] < starts[1] + b.nbytes and starts[1] < starts[0] + a.nbytes)
