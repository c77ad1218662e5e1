"""The snippet's ``import``: the facade for ``torch``, a stand-in for plotting, and the reason why not for all else."""

from __future__ import annotations

import builtins
import codecs
import importlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import ModuleType
from typing import Any, NoReturn, cast

from gradwalk.engine import families
from gradwalk.engine.dtypes import load_bfloat16
from gradwalk.engine.home import HOME
from gradwalk.runner.allowed import IMPORTABLE, INSTEAD, MAIN, NOTICES, PARED, PARTS, PROGRESS, UNDRAWN
from gradwalk.runner.console import Console
from gradwalk.runner.signals import catch_soft_limits

_NOT_YET = "{!r} is not among the parts of PyTorch that Gradwalk has."
_FACADE = os.path.join(HOME, "facade")

_ENCODINGS = ("ascii", "cp1252", "cp437", "gbk", "latin-1", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "utf-8-sig")
"""What text files are written in, and the names within zip files; others than these a process without files lacks."""

Importer = Callable[..., Any]


def preload() -> None:
    """Load all that a snippet may import and hear the signals, for a process that may do neither later."""
    import pkgutil

    from gradwalk.runner.pared import Pared

    catch_soft_limits()
    find_facade()
    for name in (*sorted(IMPORTABLE), *PARTS):
        importlib.import_module(name)
    for name in sorted(PARED):
        Pared(name)
    for name in _ENCODINGS:
        codecs.lookup(name)
    # numpy imports it where a file is not there, lest its name be an address; it would load what speaks to networks.
    sys.modules.setdefault("urllib.request", cast("ModuleType", Pared("urllib.request")))
    importlib.import_module("gradwalk.runner.packages")
    with suppress(ImportError):  # which a snippet that asks for bfloat16 is told
        load_bfloat16()
    for package in ("gradwalk.engine", "gradwalk.recorder", "gradwalk.runner", "functorch", "torch"):
        for part in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            importlib.import_module(part.name)
    families.load_all()
    torch = importlib.import_module("torch")
    for name in torch.__all__:
        getattr(torch, name)


def find_facade() -> None:
    """Let ``import torch`` mean Gradwalk's facade, wherever PyTorch itself may be installed."""
    if _FACADE not in sys.path:
        sys.path.insert(0, _FACADE)


def importer(console: Console, is_own: Callable[[str], bool]) -> Importer:
    """What stands for ``__import__`` in a snippet, whose own modules ``is_own`` knows by their outermost names. Modules
    of others import as they always do."""
    stand_ins: dict[str, Any] = {}

    def import_(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        top = name.partition(".")[0]
        if top in IMPORTABLE and not level:
            return _imported(name, globals, locals, fromlist or ())
        if level or name == "__main__" or is_own(top):  # pickle asks for the former, where the snippet's classes are
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        if top not in PARED and top not in UNDRAWN and top != PROGRESS:
            raise ModuleNotFoundError(refusal(top), name=name)
        if top not in stand_ins:
            stand_ins[top] = _stand_in(top, console)
            if top == "importlib":
                stand_ins[top].import_module, stand_ins[top].reload = import_module, reload
        if top in NOTICES:
            console.notice(NOTICES[top])
        module = stand_ins[top]
        if fromlist:
            for part in name.split(".")[1:]:
                module = getattr(module, part)
        return module

    def import_module(name: str, package: str | None = None) -> Any:
        """What :func:`importlib.import_module` is in a snippet."""
        from importlib.util import resolve_name  # which most runs do without

        return import_(resolve_name(name, package), fromlist=("__name__",))

    def reload(module: ModuleType) -> ModuleType:
        """What :func:`importlib.reload` is in a snippet. What is not its own can be no other than it is."""
        return importlib.reload(module) if is_own(module.__name__.partition(".")[0]) else module

    return import_


def _stand_in(top: str, console: Console) -> Any:
    """What is there instead of a module. Most snippets ask for none."""
    if top in PARED:
        from gradwalk.runner.pared import Pared

        return Pared(top)
    if top == PROGRESS:
        from gradwalk.runner.progress import MODULE

        return MODULE
    from gradwalk.runner.undrawn import Undrawn

    fetches = dict.fromkeys(("seaborn.load_dataset", "seaborn.get_dataset_names"), _fetch)
    return Undrawn(top, {"IPython.display.display": console.display, **fetches})


def _fetch(*_: object, **__: object) -> NoReturn:
    raise PermissionError("seaborn fetches its datasets from a network, which is not here: write the numbers yourself.")


def _imported(
    name: str,
    globals: Mapping[str, object] | None,
    locals: Mapping[str, object] | None,
    fromlist: Sequence[str],
) -> Any:
    """What Python's own import gives; what is missing is told without the paths of this machine."""
    try:
        module = builtins.__import__(name, globals, locals, fromlist)
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("torch."):
            raise ModuleNotFoundError(_NOT_YET.format(error.name), name=error.name) from None
        raise
    for wanted in fromlist:
        if wanted != "*" and not hasattr(module, wanted):
            message = f"cannot import name {wanted!r} from {name!r}"
            if name.partition(".")[0] == "torch":
                message += f". {_NOT_YET.format(f'{name}.{wanted}')}"
            raise ImportError(message, name=name)
    return module


def refusal(top: str) -> str:
    """Why there is no module of that name, and what there is."""
    instead = f" {INSTEAD[top]}" if top in INSTEAD else ""
    own = (
        "a file of your own under another name, for this is one of Python's own modules"
        if top in sys.stdlib_module_names
        else f"a file of your own: put it in a cell before this one that begins with '%%writefile {top}.py'"
    )
    return (
        f"No module named {top!r} here.{instead} What may be imported: {', '.join(MAIN)}, "
        f"a few more of Python's own (json, re, string, statistics, ...), and {own}."
    )
