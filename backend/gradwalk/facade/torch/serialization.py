"""``torch.save`` and ``torch.load``: what a run saves by path it finds again, in its memory; into open files goes what
PyTorch writes."""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import BuiltinFunctionType, FunctionType
from typing import Any, Final, NamedTuple
from zipfile import BadZipFile

import numpy as np

from gradwalk.engine import FUNCTIONS, Tensor, kept
from gradwalk.engine.device import device
from gradwalk.engine.dtypes import dtype
from gradwalk.engine.layout import layout
from gradwalk.engine.memory_format import memory_format
from gradwalk.engine.parameter import Parameter
from gradwalk.engine.tensor import wrap

from ._archive import Archive
from ._missing import missing
from ._taken_apart import Gate, archive_of, attributes_of, object_of
from .utils.hooks import warn_if_has_hooks

__all__ = ["add_safe_globals", "clear_safe_globals", "get_safe_globals", "load", "safe_globals", "save"]

_SAFE: list[Any] = []
"""What a snippet lets through beside what always is."""

_ALWAYS: Final = frozenset((
    "_codecs.encode", "builtins.bytearray", "builtins.complex", "builtins.set", "collections.Counter",
    "collections.OrderedDict", "torch.Size", "torch.Tensor", "torch.device", "torch.nn.parameter.Parameter",
))  # fmt: skip
_UNSAFE: Final = (
    "Weights only load failed. This file can still be loaded, to do so you have two options, \033[1mdo those steps "
    "only if you trust the source of the checkpoint\033[0m. \n\t(1) In PyTorch 2.6, we changed the default value of "
    "the `weights_only` argument in `torch.load` from `False` to `True`. Re-running `torch.load` with `weights_only` "
    "set to `False` will likely succeed, but it can result in arbitrary code execution. Do it only if you got the file "
    "from a trusted source.\n\t(2) Alternatively, to load with `weights_only=True` please check the recommended steps "
    "in the following error message.\n\tWeightsUnpickler error: Unsupported global: GLOBAL {0} was not an allowed "
    "global by default. Please use `torch.serialization.add_safe_globals([{0}])` or the "
    "`torch.serialization.safe_globals([{0}])` context manager to allowlist this global if you trust this "
    "class/function.\n\nCheck the documentation of torch.load to learn more about types accepted by default with "
    "weights_only https://pytorch.org/docs/stable/generated/torch.load.html."
)
_NO_GPU: Final = (
    "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False. If you are running on a "
    "CPU-only machine, please use torch.load with map_location=torch.device('cpu') to map your storages to the CPU."
)


class _Numbers(NamedTuple):
    """A tensor as it was when it was saved, without history and gradient."""

    kind: type
    array: Any
    requires_grad: bool
    attributes: dict[str, Any]


class _Saved(NamedTuple):
    """An object taken apart: its parts are what cannot be written as bytes, tensors first of all."""

    text: bytes
    parts: list[Any]


class _Writer(pickle.Pickler):
    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, protocol=2)
        self.parts: list[Any] = []
        self._known: dict[int, int] = {}
        self._alive: list[Any] = []

    def persistent_id(self, obj: Any) -> int | None:
        if isinstance(obj, Tensor):
            return self._number(obj, _taken)
        if isinstance(obj, type | FunctionType | BuiltinFunctionType) and _has_name(obj):
            return self._number(obj, lambda thing: thing)
        if isinstance(obj, dtype | device | layout | memory_format):
            return self._number(obj, lambda thing: thing)
        return None

    def _number(self, obj: Any, taken: Callable[[Any], Any]) -> int:
        if id(obj) not in self._known:
            self._known[id(obj)] = len(self.parts)
            self._alive.append(obj)
            self.parts.append(taken(obj))
        return self._known[id(obj)]


class _Reader(pickle.Unpickler):
    def __init__(self, saved: _Saved, gate: Gate) -> None:
        super().__init__(io.BytesIO(saved.text))
        self._parts = saved.parts
        self._made: dict[int, Tensor] = {}
        self._gate = gate

    def persistent_load(self, pid: int) -> Any:
        part = self._parts[pid]
        if not isinstance(part, _Numbers):
            return self._gate(part)
        if pid not in self._made:
            self._made[pid] = _put_together(part, self._gate)
        return self._made[pid]

    def find_class(self, module: str, name: str) -> Any:
        return self._gate(super().find_class(module, name))


def _has_name(thing: Any) -> bool:
    """Whether it can be found again by its name; what cannot is refused in Python's words."""
    return "<" not in thing.__qualname__


def _name(thing: Any) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"


def _taken(tensor: Tensor) -> _Numbers:
    if not isinstance(tensor, Parameter):
        warn_if_has_hooks(tensor)
    requires_grad = tensor._requires_grad or not tensor.is_leaf
    return _Numbers(type(tensor), np.copy(tensor._array, order="K"), requires_grad, attributes_of(tensor))


def _put_together(part: _Numbers, gate: Gate) -> Tensor:
    tensor = wrap(np.copy(part.array, order="K"))
    tensor._storage.version = 1  # PyTorch makes it empty and then sets its storage
    if issubclass(part.kind, Parameter):
        tensor = gate(part.kind)(tensor, part.requires_grad)
    else:
        tensor._requires_grad = part.requires_grad
        if part.kind is not Tensor:
            tensor = tensor.as_subclass(gate(part.kind))
    tensor.__dict__.update(part.attributes)
    return tensor


def save(
    obj: object, f: Any, pickle_module: Any = pickle, pickle_protocol: int = 2,
    _use_new_zipfile_serialization: bool = True,
) -> None:  # fmt: skip
    """Keep ``obj`` as it is now under the path ``f`` until the run is over; or write it into the open file ``f``."""
    if not isinstance(f, str | os.PathLike):
        if not hasattr(f, "write"):
            raise AttributeError("expected 'f' to be string, path, or a file-like object with a 'write' attribute")
        if pickle_protocol != 2 or not _use_new_zipfile_serialization:
            raise NotImplementedError("Gradwalk's torch.save writes archives to open files, by protocol 2.")
        f.write(memoryview(archive_of(obj)))
        return
    path, run = os.fspath(f), _run("save")
    _check_free(path, run)
    file = io.BytesIO()
    writer = _Writer(file)
    writer.dump(obj)
    kept_file = run.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    kept_file.write(0, file.getvalue())
    kept_file.beside = _Saved(file.getvalue(), writer.parts)


def _check_free(path: str, run: kept.Tree) -> None:
    """Raises RuntimeError, in the words of PyTorch's writer of archives, unless a file could be written there."""
    folder, _, name = path.rpartition("/")
    if not name or name.rfind(".") == 0:  # the archive is called like the file, without what follows the last dot
        raise RuntimeError(f"[enforce fail at inline_container.cc:720] . invalid file name: {path}")
    if folder and not run.is_folder(folder):
        raise RuntimeError(f"Parent directory {folder} does not exist.")
    if run.is_folder(path):
        raise RuntimeError("[enforce fail at inline_container.cc:747] . open file failed with strerror: Is a directory")


def load(
    f: Any, map_location: Any = None, pickle_module: Any = None, *, weights_only: bool | None = None,
    mmap: bool | None = None, **pickle_load_args: Any,
) -> Any:  # fmt: skip
    """What was saved under the path ``f``, or is read from the open file. Raises UnpicklingError for what is more than
    weights, unless it may be."""
    if not isinstance(f, str | os.PathLike):
        if not hasattr(f, "seek"):
            raise AttributeError(
                f"'{type(f).__name__}' object has no attribute 'seek'. You can only torch.load from a file that is "
                "seekable. Please pre-load the data into a buffer like io.BytesIO and try to load from it instead."
            )
        return _read(f, map_location, everything=weights_only is False)
    file = _run("load").open(os.fspath(f), os.O_RDONLY)
    saved = file.beside
    if saved is None:
        return _read(io.BytesIO(file.data), map_location, everything=weights_only is False)
    _check_place(map_location)
    return _Reader(saved, _gate(everything=weights_only is False)).load()


def _read(f: Any, map_location: Any, *, everything: bool) -> Any:
    """What lies in an open file from where it stands; it is left where PyTorch's reader leaves it."""
    start, data = f.tell(), f.read()
    if not data:
        raise EOFError("Ran out of input" if everything else "")
    try:
        archive = Archive(data)
    except BadZipFile:
        f.seek(start)
        raise NotImplementedError(
            "Gradwalk's torch.load reads what torch.save wrote, from where the open file stands: seek(0) goes back to "
            "its beginning."
        ) from None
    _check_place(map_location)
    try:
        return object_of(archive, _gate(everything=everything))
    finally:
        f.seek(start + archive.end)


def _gate(*, everything: bool) -> Gate:
    def let_through(thing: Any) -> Any:
        named = isinstance(thing, type | FunctionType | BuiltinFunctionType)
        if named and not everything and _name(thing) not in _ALWAYS and thing not in _SAFE:
            raise pickle.UnpicklingError(_UNSAFE.format(_name(thing).removeprefix("builtins.")))
        return thing

    return let_through


def _check_place(where: Any) -> None:
    """Raises RuntimeError for a device that there is not."""
    if not isinstance(where, str | device):
        return
    try:
        kind = device(where).type
    except RuntimeError:
        words = f"don't know how to restore data location of torch.storage.UntypedStorage (tagged with {where})"
        raise RuntimeError(words) from None
    if kind == "cuda":
        raise RuntimeError(_NO_GPU)
    FUNCTIONS["empty"](0, device=where)


def _run(name: str) -> kept.Tree:
    run = kept.of_run()
    if run is None:
        raise NotImplementedError(
            f"Gradwalk has no torch.{name} outside a run, whose memory keeps what is saved: pickle what numpy() gives."
        )
    return run


def add_safe_globals(safe_globals: list[Any]) -> None:
    """Let classes and functions through where only weights are to be loaded."""
    _SAFE.extend(safe_globals)


def get_safe_globals() -> list[Any]:
    """What was let through."""
    return list(_SAFE)


def clear_safe_globals() -> None:
    """Let none through any more."""
    _SAFE.clear()


@contextmanager
def safe_globals(safe_globals: list[Any]) -> Iterator[None]:
    """Let classes and functions through while this is entered."""
    before = list(_SAFE)
    _SAFE.extend(safe_globals)
    try:
        yield
    finally:
        _SAFE[:] = before


def __getattr__(name: str) -> Any:
    raise missing("torch.serialization", name)
