"""The error for a name that is not there: PyTorch's words for a typing error, a way out for what Gradwalk lacks.

``names.txt`` holds PyTorch's public names by module, recorded by ``tests/oracle/record_names.py``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from inspect import getattr_static
from typing import NoReturn

from .home import lines_of

_SPARSE = ("coo", "csr", "csc", "bsr", "bsc")
_NO_QUANTISED = "there are no quantised tensors; use torch.float32"
_STORAGES = (
    "QInt32", "QInt8", "QUInt2x4", "QUInt4x2", "QUInt8",
)  # fmt: skip
_INSTEAD = {
    "sparse_coo_tensor": "there are no sparse tensors; use torch.tensor",
    "sparse_compressed_tensor": "there are no sparse tensors; use torch.tensor",
    **{f"sparse_{kind}_tensor": "there are no sparse tensors; use torch.tensor" for kind in _SPARSE[1:]},
    **{f"to_sparse_{kind}": "there are no sparse tensors; keep the tensor as it is" for kind in _SPARSE},
    **dict.fromkeys(("quantize_per_tensor", "quantize_per_channel", "qint8", "qint32", "quint8"), _NO_QUANTISED),
    **{f"{kind}Storage": _NO_QUANTISED for kind in _STORAGES},
    **dict.fromkeys(
        ("float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu"),
        "short floats are torch.bfloat16 and torch.float16",
    ),
    **dict.fromkeys(("SymInt", "SymFloat", "SymBool"), "all sizes are Python's own numbers"),
    **dict.fromkeys(("cond", "while_loop"), "write Python's own if and while"),
    "from_dlpack": "torch.from_numpy takes what numpy.from_dlpack gives",
    "functionalize": "functions run as they are written; call it without",
    "classes": "there are no compiled classes; write a class in Python",
    "__config__": "torch.__version__ says which PyTorch this is",
    "from_file": "there are no files; torch.frombuffer reads bytes",
    "Event": "there is one device, and it works at once; leave it out",
    "set_flush_denormal": "numpy keeps small numbers; leave it out",
    "hash_tensor": "there is no uint64; torch.equal compares tensors",
    "tensorboard": "import torch.utils.tensorboard first",
    "share_memory_": "there is one process; leave the call out",
}
"""What PyTorch has and Gradwalk does not, and what to do instead."""
_PRIVATE = (("torch", "__config__"),)
"""Of names that are not public, those that tutorials use."""


_RECORDED = dict(line.split(" ", 1) for line in lines_of("names.txt"))

OWNERS = tuple(_RECORDED)
"""PyTorch's modules, and its class of tensors."""


@cache
def names_of(owner: str) -> frozenset[str]:
    """PyTorch's public names in one of them; none in what is none of them."""
    return frozenset(_RECORDED.get(owner, "").split())


class Absent:
    """Stands in a class for a name that PyTorch's has and Gradwalk's has not: asking for it says so.

    ``__getattr__`` would do that too, but Python reads every attribute of a class that has one the slow way.
    """

    __slots__ = ("_name", "_owner")

    def __init__(self, owner: str, name: str) -> None:
        self._owner = owner
        self._name = name

    def __get__(self, instance: object, kind: type) -> NoReturn:
        of = f"type object '{kind.__name__}'" if instance is None else f"'{kind.__name__}' object"
        words = f"{of} has no attribute '{self._name}'"
        raise missing(self._owner, self._name, words, present(kind))


def present(holder: object) -> list[str]:
    """``dir`` of a class or module, without the names that are there only to say that they are not."""
    return [name for name in dir(holder) if not isinstance(getattr_static(holder, name, None), Absent)]


def mark_absent(kind: type, owner: str) -> None:
    """Let a class say of each of PyTorch's names that it does not have that Gradwalk does not have it."""
    for name in names_of(owner).difference(*map(vars, kind.__mro__)):
        setattr(kind, name, Absent(owner, name))


def missing(owner: str, name: str, words: str, known: Iterable[str]) -> AttributeError:
    """The error for ``owner.name``: PyTorch's ``words``, and more if it is a name that PyTorch has.

    ``owner``: the module's path, or ``torch.Tensor``; ``known``: what Gradwalk has there.
    """
    if name not in names_of(owner) and (owner, name) not in _PRIVATE:
        return AttributeError(words)
    instead = _INSTEAD.get(name)
    if instead is None:
        import difflib  # which few programs need

        near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        instead = f"the nearest it has is '{near[0]}'" if near else "`gradwalk ops` and /api/v1/ops list what there is"
    return AttributeError(f"{words}: Gradwalk does not have it, {instead}.")
