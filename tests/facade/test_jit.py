"""``torch.jit``: nothing is compiled, and who asks is told."""

from __future__ import annotations

import importlib

import pytest

from gradwalk.facade.torch import jit, nn

COMPILED = ("RecursiveScriptModule", "ScriptFunction", "ScriptModule", "TopLevelTracedModule", "TracedModule")


@pytest.mark.parametrize("name", COMPILED)
def test_nothing_is_of_a_class_of_compiled_things(name: str) -> None:
    kind = getattr(jit, name)
    assert not isinstance(nn.Linear(1, 1), kind)
    with pytest.raises(NotImplementedError, match=rf"Gradwalk has no torch.jit.{name}: functions run as they are"):
        kind()
    with pytest.raises(NotImplementedError, match=rf"Gradwalk has no torch.jit.{name}: functions run as they are"):
        type("Net", (kind,), {})


def test_an_annotated_value_is_the_value() -> None:
    assert jit.annotate(list[int], [1]) == [1]


def test_with_the_compiler_off_what_is_given_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTORCH_JIT", "0")
    try:
        importlib.reload(jit)
        layer = nn.Linear(1, 1)
        with pytest.warns(DeprecationWarning, match=r"^`torch\.jit\.script` is deprecated\. Please switch to"):
            assert jit.script(layer) is layer
        with pytest.warns(DeprecationWarning, match=r"^`torch\.jit\.trace` is deprecated\. Please switch to"):
            assert jit.trace(layer, None) is layer
        assert issubclass(jit.ScriptModule, nn.Module)
    finally:
        monkeypatch.undo()
        importlib.reload(jit)
