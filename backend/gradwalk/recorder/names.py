"""Which names are bound to tensors, as the snippet binds them."""

from __future__ import annotations

from typing import cast

from gradwalk.engine import Holder, Tensor
from gradwalk.engine.wrapped import Wrapped

from .scopes import Scopes
from .tail import Tail
from .text import shown
from .transcript import Transcript


class Names:
    """The names that are bound to a tensor now."""

    def __init__(self, scopes: Scopes, tail: Tail, transcript: Transcript) -> None:
        self._scopes = scopes
        self._tail = tail
        self._transcript = transcript
        self.bound: set[str] = set()
        """Those of the run."""
        self.bound_in_calls: set[tuple[int | None, str]] = set()
        """Those of calls, with the scope of each."""
        self.parts: dict[str, list[str]] = {}
        """By the name of a module, those of its parameters."""

    def bind(self, name: str, value: object, local: bool) -> None:
        """A name was bound; told on if it names a tensor now, or did before. A module's name names its parameters."""
        if not local and name in self.parts:
            for part in self.parts.pop(name):
                self.bind(part, None, local)
        kind = type(value)  # what a value says of its class need not be so: a mock's is what it stands for
        if not local and issubclass(kind, Holder):
            parts = {f"{name}.{part}": parameter for part, parameter in cast(Holder, value)._gradwalk_held()}
            self.parts[name] = list(parts)
            for part, parameter in parts.items():
                self.bind(part, parameter, local)
        is_tensor = issubclass(kind, Tensor) and not issubclass(kind, Wrapped)  # whose numbers a transform keeps
        owner = self._scopes.function() if local and (is_tensor or self.bound_in_calls) else None
        if is_tensor:
            if local:
                self.bound_in_calls.add((owner, name))
            else:
                self.bound.add(name)
            self._tail.note(self._transcript.bind, name, value, owner)
        elif (owner, name) in self.bound_in_calls if local else name in self.bound:
            if local:
                self.bound_in_calls.discard((owner, name))
            else:
                self.bound.discard(name)
            self._tail.event({"kind": "bind", "name": shown(name), "scope": owner})
