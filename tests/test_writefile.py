"""What makes a cell one that writes a file, as IPython's ``%%writefile`` reads it."""

from __future__ import annotations

import pytest

from gradwalk.document.schema import Cell, Span
from gradwalk.export.reading.cells import cell_name, line_of
from gradwalk.writefile import ToWrite, to_write, writing


@pytest.mark.parametrize(
    ("source", "asked"),
    [
        ("%%writefile a.py\nx = 1\n", ToWrite("a.py", "x = 1\n", False)),
        ("%%file parts/a.py \nx = 1", ToWrite("parts/a.py", "x = 1\n", False)),
        ("%%writefile -a a.txt\n", ToWrite("a.txt", "\n", True)),
        ("%%writefile --append 'my file.txt'\nb", ToWrite("my file.txt", "b\n", True)),
        ("%%writefile a.py", ToWrite("a.py", "\n", False)),
    ],
)
def test_a_first_line_names_the_file_and_the_rest_is_in_it(source: str, asked: ToWrite) -> None:
    assert to_write(source) == asked


@pytest.mark.parametrize("source", ["x = 1\n%%writefile a.py", "%%writefile", "%%writefile \nx", "%%time\nx", ""])
def test_other_cells_are_code(source: str) -> None:
    assert to_write(source) is None


@pytest.mark.parametrize("name", ["a.py", "parts/a.py", "my file.csv"])
def test_a_cell_that_is_made_writes_what_it_was_made_of(name: str) -> None:
    assert to_write(writing(name, "x = 1\n")) == ToWrite(name, "x = 1\n", False)


def test_cells_go_by_their_files_or_count_on_and_lines_are_the_files() -> None:
    numbered = [("%%writefile a.py\nx = 1", 0), ("x", None), ("y", 7), ("z", None)]
    cells = [Cell(source=source, execution_count=number) for source, number in numbered]
    assert [cell_name(cells, index) for index in range(4)] == ["a.py", "1", "7", "8"]
    assert cell_name([Cell(source="x"), Cell(source="y")], 1) == "2"
    spans = [Span(cell=cell, line=2, column=0, end_line=2, end_column=1) for cell in (0, 1)]
    assert [line_of(cells, span) for span in spans] == [1, 2]
