"""``torch.save`` and ``torch.load``: what a run saves by path it finds again, in its memory; into open files, and into
files where there is no run, goes what PyTorch writes."""

from __future__ import annotations

import io
import os
import pickle
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, Final, NoReturn

from gradwalk.engine import FUNCTIONS, kept
from gradwalk.engine.device import device

from ._archives.reading import NAMES, object_of
from ._archives.weights import SAFE, Reader
from ._archives.writing import taken_apart
from ._archives.zipped import START, Archive
from ._missing import missing

__all__ = ["add_safe_globals", "clear_safe_globals", "get_safe_globals", "load", "safe_globals", "save"]

MAP_LOCATION = Callable[[Any, str], Any] | device | str | dict[str, str] | None
FILE_LIKE = str | os.PathLike[str] | IO[bytes]
"""Types that PyTorch's signatures name."""

_FOLDER: Final = "archive"
"""What PyTorch calls an archive of which it knows no path."""
_OTHER_PROTOCOL: Final = (
    "Detected pickle protocol {0} in the checkpoint, which was not the default pickle protocol used by `torch.load` "
    "(2). The weights_only Unpickler might not support all instructions implemented by this protocol, please file an "
    "issue for adding support if you encounter this."
)
_MAGIC: Final = 0x1950A86A20F9469CFC6C
_NO_GPU: Final = (
    "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False. If you are running on a "
    "CPU-only machine, please use torch.load with map_location=torch.device('cpu') to map your storages to the CPU."
)


def save(
    obj: object, f: Any, pickle_module: Any = pickle, pickle_protocol: int = 2,
    _use_new_zipfile_serialization: bool = True,
) -> None:  # fmt: skip
    """Write ``obj`` as it is now into a file, which is one of the run's where there is a run, or an open file."""
    newest = pickle_protocol == 2 and _use_new_zipfile_serialization
    if isinstance(f, str | os.PathLike):
        path, run = os.fspath(f), kept.of_run()
        if path.isascii():  # else PyTorch's writer of archives is given an open file
            _check_free(path, os.path.isdir if run is None else run.is_folder)
        folder = _stem(path) if path.isascii() else _FOLDER
        if run is None:
            archive = _exact(obj, folder, "outside a run: save", newest=newest)
            with open(path, "wb") as file:
                file.write(archive)
            return
        kept_file = run.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        taken = taken_apart(obj, folder)
        kept_file.write(0, taken.archive)
        kept_file.beside = None if taken.exact and newest else taken.parts
        return
    if not hasattr(f, "write"):
        raise AttributeError("expected 'f' to be string, path, or a file-like object with a 'write' attribute")
    f.write(memoryview(_exact(obj, _FOLDER, "to an open file: give it a path, or save", newest=newest)))


def _exact(obj: object, folder: str, instead: str, *, newest: bool) -> bytes:
    """The archive that PyTorch would write. Raises NotImplementedError, which names the way out, if it is not known."""
    taken = taken_apart(obj, folder)
    if not newest:
        raise NotImplementedError("Gradwalk's torch.save writes archives, by protocol 2.")
    if not taken.exact:
        raise NotImplementedError(
            f"Gradwalk has no torch.save of this {type(obj).__name__} {instead} what state_dict() gives."
        )
    return taken.archive


def _stem(path: str) -> str:
    """What PyTorch calls an archive of which it knows the path."""
    return path.rpartition("/")[2].rpartition(".")[0] or path.rpartition("/")[2]


def _check_free(path: str, is_folder: Callable[[str], bool]) -> None:
    """Raises RuntimeError, in the words of PyTorch's writer of archives, unless a file could be written there."""
    folder, _, name = path.rpartition("/")
    if not name or name.rfind(".") == 0:  # the archive is called like the file, without what follows the last dot
        raise RuntimeError(f"[enforce fail at inline_container.cc:720] . invalid file name: {path}")
    if folder and not is_folder(folder):
        raise RuntimeError(f"Parent directory {folder} does not exist.")
    if is_folder(path):
        raise RuntimeError("[enforce fail at inline_container.cc:747] . open file failed with strerror: Is a directory")


def load(
    f: Any, map_location: Any = None, pickle_module: Any = None, *, weights_only: bool | None = None,
    mmap: bool | None = None, **pickle_load_args: Any,
) -> Any:  # fmt: skip
    """What was saved under the path ``f``, or is read from the open file. Raises UnpicklingError for what is more than
    weights, unless it may be."""
    if weights_only and pickle_module is not None:
        raise RuntimeError("Can not safely load weights when explicit pickle_module is specified")
    everything = pickle_module is not None if weights_only is None else not weights_only
    if not isinstance(f, str | os.PathLike):
        if not hasattr(f, "seek"):
            raise AttributeError(
                f"'{type(f).__name__}' object has no attribute 'seek'. You can only torch.load from a file that is "
                "seekable. Please pre-load the data into a buffer like io.BytesIO and try to load from it instead."
            )
        return _read(f, [], map_location, everything=everything)
    run = kept.of_run()
    if run is None:
        with open(f, "rb") as real:
            return _read(real, [], map_location, everything=everything)
    file = run.open(os.fspath(f), os.O_RDONLY)
    if file.beside is not None and not isinstance(file.beside, list):
        raise NotImplementedError("What torch.jit.save has written is read by torch.jit.load.")
    return _read(io.BytesIO(file.data), file.beside or [], map_location, everything=everything)


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
        return object_of(archive, parts, everything=everything)
    finally:
        f.seek(start + archive.end)


def _refuse(data: bytes, *, everything: bool) -> NoReturn:
    """What is no archive PyTorch takes for the pickle of a number, with which the files of its first years begin."""
    if not everything and data.startswith(pickle.PROTO) and data[1:2] > b"\x02":
        warnings.warn(_OTHER_PROTOCOL.format(data[1]), stacklevel=4)
    file = io.BytesIO(data)
    if (pickle.load(file) if everything else Reader(file, NAMES).load()) == _MAGIC:
        raise NotImplementedError("Gradwalk's torch.load reads archives, not the files that PyTorch wrote before.")
    raise RuntimeError("Invalid magic number; corrupt file?")


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


def add_safe_globals(safe_globals: list[Any]) -> None:
    """Let classes and functions through where only weights are to be loaded."""
    SAFE.extend(safe_globals)


def get_safe_globals() -> list[Any]:
    """What was let through."""
    return list(SAFE)


def clear_safe_globals() -> None:
    """Let none through any more."""
    SAFE.clear()


@contextmanager
def safe_globals(safe_globals: list[Any]) -> Iterator[None]:
    """Let classes and functions through while this is entered."""
    before = list(SAFE)
    SAFE.extend(safe_globals)
    try:
        yield
    finally:
        SAFE[:] = before


def __getattr__(name: str) -> Any:
    raise missing("torch.serialization", name)
