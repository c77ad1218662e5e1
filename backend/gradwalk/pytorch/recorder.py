"""The recorder, told of real tensors: by name, by the tests that they decide, and by what listens to PyTorch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch

from gradwalk.limits import LIMITS, Limits
from gradwalk.pytorch.listening import Listener
from gradwalk.pytorch.memory import is_recorded
from gradwalk.pytorch.mirror import Mirror
from gradwalk.pytorch.operators import quietly
from gradwalk.pytorch.passes import Passes
from gradwalk.pytorch.works import Works
from gradwalk.recorder import Recorder
from gradwalk.recorder.recorder import until_full
from gradwalk.recorder.stream import Emit


class TorchRecorder(Recorder):
    """Records real PyTorch inside :meth:`listening`. Nothing waits to be written down: PyTorch's memory is its own."""

    def __init__(self, emit: Emit, options: Mapping[str, Any], limits: Limits = LIMITS) -> None:
        super().__init__(emit, options, limits)
        self._journal.at_once = True
        self._listener = Listener(self, Mirror())

    @contextmanager
    def listening(self) -> Iterator[None]:
        """While this lasts, what PyTorch does in this thread is recorded."""
        with ExitStack() as stack:
            stack.enter_context(Works(self._listener).heard())
            stack.enter_context(Passes(self._listener).heard())
            stack.enter_context(self._listener.heard())
            yield

    def _end_record(self) -> None:
        super()._end_record()
        self._listener.is_deaf = True

    @until_full
    def bind(self, name: str, value: object, local: bool) -> None:
        with quietly():
            super().bind(name, self._mirrored(value), local)
            if isinstance(value, torch.nn.Module) and not local:
                self._names.parts[name] = []
                for part, parameter in value.named_parameters(prefix=name):
                    self._names.parts[name].append(part)
                    super().bind(part, self._mirrored(parameter), local)

    @until_full
    def branch(self, statement: str, span: int, value: bool, tested: object) -> None:
        with quietly():
            super().branch(statement, span, value, self._mirrored(tested))

    def subject(self, error: BaseException, calls: Sequence[Sequence[object]]) -> dict[str, object]:
        with quietly():
            mirror = self._listener.mirror
            given = [
                [mirror.tensor(x) for x in call if isinstance(x, torch.Tensor) and mirror.knows(x)] for call in calls
            ]
            return super().subject(error, given)

    def _mirrored(self, value: object) -> object:
        if not isinstance(value, torch.Tensor):
            return value
        return self._listener.teller.met(value) if is_recorded(value) else None
