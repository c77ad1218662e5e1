"""The engine by itself: ``import gradwalk.torch as torch`` gives PyTorch's names on numpy, without server or sandbox.

The modules are those that a snippet gets for ``import torch`` (``facade/torch``), under this name. Nothing is traced.
"""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradwalk.facade.torch import *  # noqa: F403  # as many names as PyTorch has
else:
    _FACADE = Path(__file__).with_name("facade") / "torch"
    _spec = spec_from_file_location(__name__, _FACADE / "__init__.py", submodule_search_locations=[str(_FACADE)])
    # The name must stand for the facade before its first relative import, and from then on.
    sys.modules[__name__] = _module = module_from_spec(_spec)
    _spec.loader.exec_module(_module)

    from gradwalk.engine.threads import watch

    watch()
