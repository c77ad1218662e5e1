"""``torch.jit``: nothing is compiled, and who asks is told."""

from __future__ import annotations

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
