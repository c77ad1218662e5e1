"""What `import` gives a lesson, so that both sides lack the same: plots are not drawn, absent modules are absent."""

from __future__ import annotations

import builtins
import importlib.util
from collections.abc import Callable
from typing import Any

from tests.oracle.replay import FACADE


def _alone(name: str) -> Any:
    """A module of the runner without its package: the Python that has PyTorch need not have what Gradwalk needs."""
    path = FACADE[1] / "gradwalk" / "runner" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"gradwalk_runner_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_ALLOWED = _alone("allowed")
Pared, Undrawn = _alone("pared").Pared, _alone("undrawn").Undrawn
_BARS = _alone("progress").MODULE

ABSENT = frozenset((
    "PIL", "cv2", "d2l", "datasets", "fastai", "fastbook", "fastcore", "fastprogress", "gym", "h5py", "helper",
    "imageio", "ipywidgets", "miniai", "mlxtend", "networkx", "nltk", "numba", "onnx", "onnxruntime", "pandas",
    "plotly", "pytorch_lightning", "requests", "scipy", "skimage", "sklearn", "spacy", "sympy", "tensorboard",
    "tensorboardX", "tensorflow", "timm", "torchaudio", "torchdata", "torchinfo", "torchmetrics", "torchtext",
    "torchvision", "transformers", "visdom", "yaml",
))  # fmt: skip
"""Not Python's, not PyTorch's: nothing that needs them counts, whatever is installed."""


class Absent:
    """A module that is not there, which one learns when one uses it."""

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise ModuleNotFoundError(f"No module named {self._name!r}", name=self._name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            self._refuse()
        return Absent(self._name)

    __call__ = __setattr__ = __getitem__ = __mro_entries__ = __iter__ = __enter__ = _refuse


def _stand_in(top: str) -> Any:
    """What both sides have for a module: plots and bars that are not drawn, or that it is absent."""
    if top == _ALLOWED.PROGRESS:
        return _BARS
    if top in _ALLOWED.UNDRAWN:
        return Undrawn(top, {})
    return Absent(top) if top in ABSENT else None


def importer(*, of_facade: bool) -> Callable[..., Any]:
    """What stands for `__import__` in a lesson: under the facade, Gradwalk's own rules."""

    def import_(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        top = name.partition(".")[0]
        module = _stand_in(top)
        if of_facade and top in _ALLOWED.PARED:
            module = Pared(top)
        if module is not None:
            for part in name.split(".")[1:] if fromlist else ():
                module = getattr(module, part)
            return module
        if of_facade and not level and name != "__main__" and top not in _ALLOWED.IMPORTABLE:
            from gradwalk.runner.imports import refusal

            raise ModuleNotFoundError(refusal(top), name=name)
        return builtins.__import__(name, globals, locals, fromlist or (), level)

    return import_
