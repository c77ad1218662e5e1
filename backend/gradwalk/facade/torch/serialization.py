"""``torch.save`` and ``torch.load``: what a run saves by path it finds again, in its memory; into open files goes what
PyTorch writes."""

from __future__ import annotations

import io
import os
import pickle
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import BuiltinFunctionType, FunctionType
from typing import Any, Final, NoReturn

from gradwalk.engine import FUNCTIONS, kept
from gradwalk.engine.device import device

from ._archive import START, Archive
from ._missing import missing
from ._taken_apart import Gate, object_of, taken_apart

__all__ = ["add_safe_globals", "clear_safe_globals", "get_safe_globals", "load", "safe_globals", "save"]

_SAFE: list[Any] = []
"""What a snippet lets through beside what always is."""

_FOLDER: Final = "archive"
"""What PyTorch calls an archive of which it knows no path."""
_ALWAYS: Final = frozenset((
    "_codecs.encode", "builtins.bytearray", "builtins.complex", "builtins.set", "collections.Counter",
    "collections.OrderedDict", "torch.Size", "torch.Tensor", "torch.device", "torch.nn.parameter.Parameter",
))  # fmt: skip
_ONLY_WEIGHTS: Final = (
    "In PyTorch 2.6, we changed the default value of the `weights_only` argument in `torch.load` from `False` to "
    "`True`. Re-running `torch.load` with `weights_only` set to `False` will likely succeed, but it can result in "
    "arbitrary code execution. Do it only if you got the file from a trusted source.\n"
)
_SEE: Final = (
    "\n\nCheck the documentation of torch.load to learn more about types accepted by default with weights_only "
    "https://pytorch.org/docs/stable/generated/torch.load.html."
)
_UNSAFE: Final = (
    "Weights only load failed. This file can still be loaded, to do so you have two options, \033[1mdo those steps "
    f"only if you trust the source of the checkpoint\033[0m. \n\t(1) {_ONLY_WEIGHTS}\t(2) Alternatively, to load with "
    "`weights_only=True` please check the recommended steps in the following error message.\n\tWeightsUnpickler error: "
    "Unsupported global: GLOBAL {0} was not an allowed global by default. Please use "
    "`torch.serialization.add_safe_globals([{0}])` or the `torch.serialization.safe_globals([{0}])` context manager to "
    f"allowlist this global if you trust this class/function.{_SEE}"
)
_UNREAD: Final = (
    f"Weights only load failed. {_ONLY_WEIGHTS}Please file an issue with the following so that we can make "
    "`weights_only=True` compatible with your use case: WeightsUnpickler error: \n\nUnsupported operand {0}"
    f"{_SEE}"
)
_OTHER_PROTOCOL: Final = (
    "Detected pickle protocol {0} in the checkpoint, which was not the default pickle protocol used by `torch.load` "
    "(2). The weights_only Unpickler might not support all instructions implemented by this protocol, please file an "
    "issue for adding support if you encounter this."
)
_MAGIC: Final = 0x1950A86A20F9469CFC6C
_READ: Final = b"().GJKMNQRUX]abcehjqrstu}\x81\x85\x86\x87\x88\x89\x8a\x8f"
"""Which steps of pickles PyTorch's own reader takes."""
_NO_GPU: Final = (
    "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False. If you are running on a "
    "CPU-only machine, please use torch.load with map_location=torch.device('cpu') to map your storages to the CPU."
)


def _name(thing: Any) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"


def save(
    obj: object, f: Any, pickle_module: Any = pickle, pickle_protocol: int = 2,
    _use_new_zipfile_serialization: bool = True,
) -> None:  # fmt: skip
    """Write ``obj`` as it is now into a file of the run, or an open file."""
    newest = pickle_protocol == 2 and _use_new_zipfile_serialization
    if isinstance(f, str | os.PathLike):
        path, run = os.fspath(f), _run("save")
        if path.isascii():  # else PyTorch's writer of archives is given an open file
            _check_free(path, run)
        file = run.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        taken = taken_apart(obj, _stem(path) if path.isascii() else _FOLDER)
        file.write(0, taken.archive)
        file.beside = None if taken.exact and newest else taken.parts
        return
    if not hasattr(f, "write"):
        raise AttributeError("expected 'f' to be string, path, or a file-like object with a 'write' attribute")
    taken = taken_apart(obj, _FOLDER)
    if not newest:
        raise NotImplementedError("Gradwalk's torch.save writes archives to open files, by protocol 2.")
    if not taken.exact:
        raise NotImplementedError(
            f"Gradwalk has no torch.save of this {type(obj).__name__} to an open file: give it a path, or save what "
            "state_dict() gives."
        )
    f.write(memoryview(taken.archive))


def _stem(path: str) -> str:
    """What PyTorch calls an archive of which it knows the path."""
    return path.rpartition("/")[2].rpartition(".")[0] or path.rpartition("/")[2]


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
        return _read(f, [], map_location, everything=weights_only is False)
    file = _run("load").open(os.fspath(f), os.O_RDONLY)
    return _read(io.BytesIO(file.data), file.beside or [], map_location, everything=weights_only is False)


def _read(f: Any, parts: list[Any], map_location: Any, *, everything: bool) -> Any:
    """What lies in an open file from where it stands; it is left where PyTorch's reader leaves it."""
    start, data = f.tell(), f.read()
    if not data:
        raise EOFError("Ran out of input" if everything else "")
    if not data.startswith(START):
        _refuse(data, everything=everything)
    archive = Archive(data)
    _check_place(map_location)
    try:
        return object_of(archive, parts, _gate(everything=everything))
    finally:
        f.seek(start + archive.end)


def _refuse(data: bytes, *, everything: bool) -> NoReturn:
    """What is no archive PyTorch takes for the pickle of a number, with which the files of its first years begin."""
    first = data[2:3] if data.startswith(pickle.PROTO) else data[:1]
    if not everything and data.startswith(pickle.PROTO) and data[1:2] > b"\x02":
        warnings.warn(_OTHER_PROTOCOL.format(data[1]), stacklevel=4)
    if not everything and first not in _READ:
        raise pickle.UnpicklingError(_UNREAD.format(first[0]))
    if _First(data, _gate(everything=everything)).load() == _MAGIC:
        raise NotImplementedError("Gradwalk's torch.load reads archives, not the files that PyTorch wrote before.")
    raise RuntimeError("Invalid magic number; corrupt file?")


class _First(pickle.Unpickler):
    """Reads the first pickle of a file, and lets a class or function through as for archives: it may be anybody's."""

    def __init__(self, data: bytes, gate: Gate) -> None:
        super().__init__(io.BytesIO(data))
        self._gate = gate

    def find_class(self, module: str, name: str) -> Any:
        return self._gate(super().find_class(module, name))


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
