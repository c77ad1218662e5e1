"""What a module puts around itself when somebody watches its gradients."""

from __future__ import annotations

from ..op import define

backward_hook = define(
    "backward_hook(self)", lambda x: x[...], "BackwardHookFunctionBackward", {"self": "grad"},
    shown="self", category="view", is_view=True,
)  # fmt: skip
