"""Text is cut into the code cells its author wrote, and what cannot be read is refused in one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gradwalk.notebook import CellSource, NotebookError, cells_of


def notebook(*cells: Any, **extra: Any) -> str:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)} | extra)


def code(source: Any, count: Any = None) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "execution_count": count, "outputs": [], "metadata": {}}


def test_notebook_keeps_code_cells_and_their_numbers() -> None:
    text = notebook(code(["import torch\n", "x = 1"], 2), {"cell_type": "markdown", "source": "标题"}, code("x", 17))
    assert cells_of(text, "autograd.ipynb") == [CellSource("import torch\nx = 1", 2), CellSource("x", 17)]


def test_notebook_is_recognised_without_its_name() -> None:
    assert cells_of(notebook(code("y", None))) == [CellSource("y", None)]


@pytest.mark.parametrize("count", [True, -1, 1.5, "3", None, 2**60])
def test_a_count_that_is_no_count_is_dropped(count: Any) -> None:
    assert cells_of(notebook(code("x", count)), "n.ipynb") == [CellSource("x", None)]


def test_half_a_surrogate_pair_in_a_notebook_becomes_text_that_can_be_stored() -> None:
    (cell,) = cells_of(notebook(code("s = '\ud800'")), "n.ipynb")
    assert cell.source == "s = '\ufffd'"


def test_markers_cut_a_script_and_its_markdown_is_left_out() -> None:
    text = "import torch\n\n# %% [markdown]\n# # A title\n\n# %% first\nx = 1\n\n#%%\n\nx\n# %%\n"
    assert cells_of(text, "lesson.py") == [CellSource("import torch"), CellSource("x = 1"), CellSource("x")]


def test_a_commented_magic_is_not_a_marker() -> None:
    assert cells_of("# %%time\nx = 1\n") == [CellSource("# %%time\nx = 1\n")]


def test_code_without_markers_is_one_cell() -> None:
    assert cells_of("x = 1\n\nx\n") == [CellSource("x = 1\n\nx\n")]


def test_a_dict_display_is_code_although_it_is_json_too() -> None:
    assert cells_of('{"a": 1}') == [CellSource('{"a": 1}')]


def test_line_ends_and_byte_order_mark_of_other_systems_are_normalised() -> None:
    assert cells_of("\ufeffx = 1\r\ny = 2\rz = 3") == [CellSource("x = 1\ny = 2\nz = 3")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ('{"nbformat": 4, "cells": [], "cells": []}', "an object has 'cells' twice"),
        ("[" * 200_000, "nested too deeply"),
        ('{"nbformat": ' + "9" * 5000 + "}", "number"),
        ("[]", "not a notebook"),
        ('{"nbformat": 4}', "no list 'cells'"),
        ('{"nbformat": 3, "worksheets": []}', "format 3"),
        ('{"nbformat": 4, "cells": [1]}', "Cell 1 of the notebook is malformed"),
        (notebook(code("x"), code({"a": 1})), "Cell 2 of the notebook is malformed"),
        (notebook(code(["x", 3])), "'source' is not text"),
        (notebook(*[code("")] * 1001), "1,001 code cells"),
    ],
)
def test_a_malformed_notebook_is_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(NotebookError, match=says):
        cells_of(text, "n.ipynb")


SESSIONS = json.loads((Path(__file__).parents[1] / "data" / "sessions.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("shown", "code"), SESSIONS)
def test_a_session_of_the_interpreter_is_what_was_typed_in_it(shown: str, code: str) -> None:
    assert cells_of(shown) == [CellSource(code)]
    assert cells_of(f"# %%\nx = 1\n# %%\n{shown}", "lesson.py") == [CellSource("x = 1"), CellSource(code)]
    assert cells_of(notebook({"cell_type": "code", "source": shown}), "n.ipynb") == [CellSource(code)]


@pytest.mark.parametrize("text", ["x = 1\n# >>> x", 's = """\n>>> x\n"""', "x\n>>> 1", "", ">>>x", "print('>>> ')"])
def test_code_that_only_speaks_of_prompts_stays_as_it_is(text: str) -> None:
    assert cells_of(text) == [CellSource(text)]


def test_a_session_with_a_long_line_of_nothing_is_read_as_fast_as_any() -> None:
    blank = " " * 300_000
    assert cells_of(f">>> x\n{blank}\n>>> y") == [CellSource(f"x\n{blank}\ny")]
