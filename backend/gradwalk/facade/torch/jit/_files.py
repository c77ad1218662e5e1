"""``torch.jit.save`` and ``load``: what a run saves by path it finds again; what PyTorch would write is not known."""

from __future__ import annotations

import copy
import os
from typing import Any

from gradwalk.engine import kept

from ._deprecated import deprecated
from ._script import RecursiveScriptModule, ScriptFunction, ScriptModule


class Saved:
    """What lies beside a file that ``torch.jit.save`` has written."""

    def __init__(self, what: Any) -> None:
        self.what = what


def save(m: Any, f: Any, _extra_files: Any = None) -> None:
    """Keep a scripted module or function, as it is now, under a path of the run."""
    deprecated("save")
    run = kept.of_run()
    if not isinstance(f, str | os.PathLike) or run is None:
        raise NotImplementedError(
            "Gradwalk keeps what torch.jit.save is given under a path, while a run lasts; state_dict() can be saved "
            "anywhere."
        )
    if not isinstance(m, ScriptModule | ScriptFunction):
        raise AttributeError(f"'{type(m).__name__}' object has no attribute 'save'")
    file = run.open(os.fspath(f), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    file.beside = Saved(copy.deepcopy(m) if isinstance(m, ScriptModule) else m)


def load(f: Any, map_location: Any = None, _extra_files: Any = None, _restore_shapes: bool = False) -> Any:
    """What was saved under a path. Raises ValueError where there is nothing."""
    deprecated("load")
    run = kept.of_run()
    if not isinstance(f, str | os.PathLike) or run is None:
        raise NotImplementedError("Gradwalk's torch.jit.load finds what the same run has put under a path.")
    path = os.fspath(f)
    try:
        file = run.open(path, os.O_RDONLY)
    except FileNotFoundError:
        raise ValueError(f"The provided filename {path} does not exist") from None
    if not isinstance(file.beside, Saved):
        raise NotImplementedError("Gradwalk's torch.jit.load finds what torch.jit.save of the same run has written.")
    what = file.beside.what
    if not isinstance(what, ScriptModule):
        raise NotImplementedError("Gradwalk's torch.jit.load loads modules; keep the function itself.")
    if "_inner" not in what.__dict__:
        raise NotImplementedError("Gradwalk's torch.jit.load loads what torch.jit.script or trace has made.")
    own = copy.deepcopy(what).__dict__
    made = RecursiveScriptModule.of(own["_inner"], {})
    if "_traced" in own:
        made.__dict__["_traced"] = own["_traced"]
    return made
