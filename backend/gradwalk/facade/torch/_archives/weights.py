"""Reads pickles of weights, which may be anybody's: what a pickle names is looked up in a table, and never imported."""

from __future__ import annotations

import pickle
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from types import BuiltinFunctionType, FunctionType
from typing import IO, Any, Final, NoReturn

SAFE: Final[list[Any]] = []
"""What a snippet lets through beside what always is: classes and functions, or pairs of one and its name in files."""


def _bytes(text: str, encoding: str) -> bytes:
    """What pickles before the third protocol call for bytes; other codecs would be modules that a file names."""
    if encoding not in ("latin1", "latin-1"):
        raise unread(f"Bytes are told as latin1, not as {encoding}")
    return text.encode("latin1")


NAMED: Final[dict[str, Any]] = {
    "_codecs.encode": _bytes, "builtins.bytearray": bytearray, "builtins.complex": complex, "builtins.set": set,
    "collections.Counter": Counter, "collections.OrderedDict": OrderedDict,
}  # fmt: skip
"""What is let through, of Python."""
_BLOCKED: Final = ("sys", "os", "posix", "nt")
"""Modules of which nothing is let through, whatever a snippet lets through."""

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
    f"`weights_only=True` compatible with your use case: WeightsUnpickler error: \n\n{{0}}{_SEE}"
)
_OF_BLOCKED: Final = (
    f"Weights only load failed. {_ONLY_WEIGHTS}\n\nTrying to load unsupported GLOBAL {{0}} whose module {{1}} is "
    f"blocked.{_SEE}"
)
_STEPS: Final = b"().GJKMNQRUX]abcehjqrstu}\x80\x81\x85\x86\x87\x88\x89\x8a\x8f"
"""Which steps of pickles PyTorch's own reader takes."""


def check_known(thing: Any, names: Mapping[str, Any]) -> None:
    """Raises UnpicklingError for a class or function that is neither let through nor among ``names``."""
    named = isinstance(thing, type | FunctionType | BuiltinFunctionType)
    if named and not any(thing is one for one in _known(names)):
        _refuse(_name(thing))


def _name(thing: Any) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"


def _safe() -> dict[str, Any]:
    """What a snippet lets through, by the names that it has in files."""
    found = {}
    for one in SAFE:
        thing, name = one if isinstance(one, tuple) else (one, _name(one))
        found[name] = thing
    return found


def _known(names: Mapping[str, Any]) -> list[Any]:
    return [*NAMED.values(), *names.values(), *_safe().values()]


def _refuse(name: str) -> NoReturn:
    raise pickle.UnpicklingError(_UNSAFE.format(name.removeprefix("builtins.")))


def unread(what: str) -> pickle.UnpicklingError:
    return pickle.UnpicklingError(_UNREAD.format(what))


class _Steps(dict[int, Callable[["Reader"], None]]):
    def __missing__(self, step: int) -> NoReturn:
        raise unread(f"Unsupported operand {step}")


_IN_PYTHON: Any = pickle._Unpickler


class Reader(_IN_PYTHON):  # type: ignore[misc]
    """Takes the steps that PyTorch's reader of weights takes, and calls, makes and fills only what was let through."""

    kept: tuple[str, ...] = ()
    """What a pickle may call by number."""

    def __init__(self, file: IO[bytes], names: Mapping[str, Any]) -> None:
        super().__init__(file, encoding="utf-8")
        self._names = names

    def find_class(self, module: str, name: str) -> Any:
        module, name = NAME_MAPPING.get((module, name), (IMPORT_MAPPING.get(module, module), name))
        path = f"{module}.{name}"
        if module in _BLOCKED:
            raise pickle.UnpicklingError(_OF_BLOCKED.format(path, module))
        for known in (NAMED, self._names, _safe()):
            if path in known:
                return known[path]
        _refuse(path)

    def persistent_load(self, pid: Any) -> Any:
        raise unread("unsupported persistent id encountered")

    def _knows(self, thing: Any) -> bool:
        return any(thing is one for one in _known(self._names))

    def _found(self) -> None:
        pid = self.stack[-1]
        if not isinstance(pid, tuple | int):
            raise unread(f"persistent_load id must be tuple or int, but got {type(pid)}")
        if isinstance(pid, tuple) and pid and pid[0] not in ("storage", *self.kept):
            raise unread(f"Only persistent_load of storage is allowed, but got {type(pid[0])}")
        self.load_binpersid()

    def _called(self) -> None:
        if not self._knows(function := self.stack[-2]):
            raise unread(f"Trying to call reduce for unrecognized function {function}")
        self.load_reduce()

    def _made(self) -> None:
        if not self._knows(kind := self.stack[-2]):
            raise unread(
                "Can only create new object for nn.Parameter or classes allowlisted via `add_safe_globals` but got "
                f"{kind}"
            )
        self.load_newobj()

    def _filled(self) -> None:
        kind = type(self.stack[-2])
        if not any(kind is one for one in _known({})):  # what a tensor is made of is not for files to say
            raise unread(
                "Can only build Tensor, Parameter, OrderedDict or types allowlisted via `add_safe_globals`, but got "
                f"{kind}"
            )
        self.load_build()

    def _appended(self) -> None:
        if type(into := self.stack[-2]) is not list:
            raise unread(f"Can only append to lists, but got {type(into)}")
        self.load_append()

    def _extended(self) -> None:
        if type(into := self.metastack[-1][-1]) is not list:
            raise unread(f"Can only extend lists, but got {type(into)}")
        self.load_appends()

    def _set(self) -> None:
        self._check_target(self.stack[-3], "SETITEM")
        self.load_setitem()

    def _several_set(self) -> None:
        self._check_target(self.metastack[-1][-1], "SETITEMS")
        self.load_setitems()

    @staticmethod
    def _check_target(into: Any, step: str) -> None:
        if type(into) not in (dict, OrderedDict, Counter):
            kinds = "dict, collections.OrderedDict, collections.Counter"
            raise unread(f"Can only {step} for {kinds}, but got {type(into)}")

    dispatch = _Steps(
        {step: _IN_PYTHON.dispatch[step] for step in _STEPS}
        | {
            pickle.BINPERSID[0]: _found, pickle.REDUCE[0]: _called, pickle.NEWOBJ[0]: _made, pickle.BUILD[0]: _filled,
            pickle.APPEND[0]: _appended, pickle.APPENDS[0]: _extended, pickle.SETITEM[0]: _set,
            pickle.SETITEMS[0]: _several_set,
        }
    )  # fmt: skip
