"""``einsum``: a sum of products over named dimensions, as PyTorch takes it apart into permutations and products."""

from __future__ import annotations

from math import prod
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from ..op import OPS
from ..tensor import Tensor
from ..written_in_c import type_name
from .dimensions import permute
from .linalg import bmm
from .registry import public
from .shape import reshape

_ELLIPSIS = "."
_LETTERS = ascii_uppercase + ascii_lowercase


def _labels(text: str, operand: Tensor, position: int) -> tuple[list[str], int]:
    """Subscripts of one operand, the ellipsis as that many dots; and how many dimensions it stands for."""
    _refuse_single_dots(text, position)
    labels = [c for c in text.replace("...", _ELLIPSIS) if c != " "]
    for label in labels:
        if label != _ELLIPSIS and not label.isalpha():
            raise RuntimeError(
                f"einsum(): invalid subscript given at index {text.index(label)} in the equation string, subscripts "
                "must be in [a-zA-Z]"
            )
    named = sum(1 for label in labels if label != _ELLIPSIS)
    if (_ELLIPSIS not in labels and named != operand.ndim) or named > operand.ndim:
        more = "more" if named > operand.ndim else "fewer"
        words = "more" if more == "fewer" else "fewer"
        raise RuntimeError(
            f"einsum(): the number of subscripts in the equation ({named}) "
            + (
                f"does not match the number of dimensions ({operand.ndim}) for operand {position} and no ellipsis was "
                "given"
                if _ELLIPSIS not in labels
                else f"is {words} than the number of dimensions ({operand.ndim}) for operand {position}"
            )
        )
    return labels, operand.ndim - named


def _refuse_single_dots(text: str, position: int) -> None:
    """Raises RuntimeError for dots of an operand that are not those of its one ellipsis."""
    before, ellipsis, after = text.partition("...")
    if "." in before or (not ellipsis and "." in text):
        raise RuntimeError(f"einsum(): found '.' for operand {position} that is not part of any ellipsis")
    if "." in after:
        raise RuntimeError(f"einsum(): found '.' for operand {position} for which an ellipsis was already found")


@public(method=False)
def einsum(equation: Any, *operands: Any) -> Tensor:
    """A sum of products over the dimensions that the equation names and its right side does not.

    Instead of an equation there may be operands, each with the list of its dimensions' numbers, and last the result's.
    """
    if not operands:
        raise ValueError(
            "einsum(): must specify the equation string and at least one operand, or at least one operand and its "
            "subscripts list"
        )
    if isinstance(equation, Tensor):
        given = _in_letters((equation, *operands))
        equation, operands = given[0], given[1:]
    tensors = list(operands[0]) if len(operands) == 1 and isinstance(operands[0], list | tuple) else list(operands)
    if not isinstance(equation, str):
        raise TypeError(f"einsum(): argument 'equation' (position 1) must be str, not {type_name(equation)}")
    for number, tensor in enumerate(tensors):
        if not isinstance(tensor, Tensor):
            raise TypeError(f"expected Tensor as element {number} in argument 1, but got {type_name(tensor)}")
    if not tensors:
        raise RuntimeError("einsum(): must provide at least one operand")
    left, arrow, right = equation.partition("->")
    terms = left.split(",")
    if len(terms) < len(tensors):
        raise RuntimeError("einsum(): more operands were provided than specified in the equation")
    if len(terms) > len(tensors):
        raise RuntimeError("einsum(): fewer operands were provided than specified in the equation")
    parsed = [_labels(term, tensor, i) for i, (term, tensor) in enumerate(zip(terms, tensors, strict=True))]
    dots = max(count for _, count in parsed)
    subscripts = [_spelled(labels, count, dots) for labels, count in parsed]
    every = [label for labels in subscripts for label in labels]
    output = _output(right, arrow, every, dots)
    summed = sorted({label for label in every if label not in output})
    order = [*output, *summed]
    _check_sizes(tensors, subscripts)
    parts = [_arranged(tensor, labels, order) for tensor, labels in zip(tensors, subscripts, strict=True)]
    return _contracted(parts, len(output), len(order))


def _in_letters(interleaved: tuple[Any, ...]) -> tuple[Any, ...]:
    """The equation, and the operands, of operands with lists of numbers."""
    whole = len(interleaved) // 2 * 2
    terms = ",".join(_letters(numbers) for numbers in interleaved[1:whole:2])
    right = f"->{_letters(interleaved[-1])}" if len(interleaved) > whole else ""
    return terms + right, *interleaved[:whole:2]


def _letters(numbers: Any) -> str:
    """Capital letters for the first numbers, small ones for the next, in their order."""
    text = ""
    for number in numbers:
        if number is not Ellipsis and not (number >= 0 and number < len(_LETTERS)):
            raise ValueError("einsum(): subscript in subscript list is not within the valid range [0, 52)")
        text += "..." if number is Ellipsis else _LETTERS[number]
    return text


def _spelled(labels: list[str], count: int, dots: int) -> list[str]:
    """Labels with the ellipsis replaced by one label for each dimension it stands for, the last ones first shared."""
    spelled: list[str] = []
    for label in labels:
        spelled += [f".{dots - count + i:02}" for i in range(count)] if label == _ELLIPSIS else [label]
    return spelled


def _output(right: str, arrow: str, every: list[str], dots: int) -> list[str]:
    ellipsis = [f".{i:02}" for i in range(dots)]
    if not arrow:
        return ellipsis + sorted(label for label in set(every) if label[0] != "." and every.count(label) == 1)
    output: list[str] = []
    if "." in right.replace("...", ""):
        raise RuntimeError("einsum(): found '.' for output that is not part of any ellipsis (...)")
    for label in right.replace(" ", "").replace("...", _ELLIPSIS):
        if label == _ELLIPSIS:
            output += ellipsis
            continue
        if label in output:
            raise RuntimeError(f"einsum(): output subscript {label} appears more than once in the output")
        if label not in every:
            raise RuntimeError(
                f"einsum(): output subscript {label} does not appear in the equation for any input operand"
            )
        output.append(label)
    return output


def _check_sizes(tensors: list[Tensor], subscripts: list[list[str]]) -> None:
    seen: dict[str, int] = {}
    for position, (tensor, labels) in enumerate(zip(tensors, subscripts, strict=True)):
        for label, size in zip(labels, tensor.shape, strict=True):
            known = seen.setdefault(label, size)
            if size != known and 1 not in (size, known):
                raise RuntimeError(
                    f"einsum(): subscript {label} has size {size} for operand {position} which does not broadcast with "
                    f"previously seen size {known}"
                )
            seen[label] = max(size, known)


def _arranged(tensor: Tensor, labels: list[str], order: list[str]) -> Tensor:
    """An operand with one dimension for each label, in the common order; diagonals of labels that repeat."""
    places: dict[str, int] = {}
    dim = 0
    for label in labels:
        if label in places:
            tensor = OPS["diagonal"](tensor, offset=0, dim1=places[label], dim2=dim)
            rank = tensor.ndim
            moved = list(range(rank - 1))
            moved.insert(places[label], rank - 1)
            tensor = permute(tensor, tuple(moved))
        else:
            places[label] = dim
            dim += 1
    for label in order:
        if label not in places:
            tensor = OPS["unsqueeze"](tensor, dim=tensor.ndim)
            places[label] = dim
            dim += 1
    return permute(tensor, tuple(places[label] for label in order))


def _contracted(parts: list[Tensor], outside: int, rank: int) -> Tensor:
    result = parts[0]
    counts = [sum(1 for part in parts if part.shape[d] != 1) for d in range(rank)]
    if len(parts) == 1:
        dims = tuple(range(outside, rank))
        return OPS["sum.dim"](result, dim=dims, keepdim=False) if dims else result
    for other in parts[1:]:
        together: list[int] = []
        alone: tuple[list[int], list[int]] = ([], [])
        for d in range(outside, rank):
            if result.shape[d] != 1 and other.shape[d] != 1:
                counts[d] -= 1
                if counts[d] == 1:
                    together.append(d)
                    counts[d] = 0
            elif counts[d] == 1 and (result.shape[d] != 1 or other.shape[d] != 1):
                alone[0 if result.shape[d] != 1 else 1].append(d)
                counts[d] = 0
        if alone[0]:
            result = OPS["sum.dim"](result, dim=tuple(alone[0]), keepdim=True)
        if alone[1]:
            other = OPS["sum.dim"](other, dim=tuple(alone[1]), keepdim=True)
        result = _product(result, other, together) if together else OPS["mul"](result, other)
    return OPS["view"](result, size=tuple(result.shape[:outside])) if rank > outside else result


def _product(left: Tensor, right: Tensor, summed: list[int]) -> Tensor:
    """Products summed over dimensions that both have, as one batched product of matrices; those stay as size 1."""
    both: list[int] = []
    only_left: list[int] = []
    only_right: list[int] = []
    for d in range(left.ndim):
        if d not in summed:
            in_left, in_right = left.shape[d] != 1, right.shape[d] != 1
            (both if in_left and in_right else only_left if in_left else only_right).append(d)
    batch, rows = prod(left.shape[d] for d in both), prod(left.shape[d] for d in only_left)
    inside, columns = prod(left.shape[d] for d in summed), prod(right.shape[d] for d in only_right)
    sizes = (
        *(left.shape[d] for d in both), *(left.shape[d] for d in only_left), *(1 for _ in summed),
        *(right.shape[d] for d in only_right),
    )  # fmt: skip
    a = reshape(permute(left, (*both, *only_left, *summed, *only_right)), (batch, rows, inside))
    b = reshape(permute(right, (*both, *summed, *only_right, *only_left)), (batch, inside, columns))
    product = OPS["view"](bmm(a, b), size=sizes)
    order = [*both, *only_left, *summed, *only_right]
    return permute(product, tuple(order.index(d) for d in range(left.ndim)))
