"""What a client may ask for: code as one text or as cells, and options; turned into what an executor takes."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from gradwalk.document.schema import NUMBER, Options
from gradwalk.errors import BodyTooLarge
from gradwalk.limits import LIMITS, Limits
from gradwalk.notebook import CellSource, cell, cells_of
from gradwalk.sandbox.executor import RunRequest


class CellRequest(BaseModel):
    """One cell, with the number that a notebook shows beside it."""

    model_config = ConfigDict(extra="forbid")

    source: str
    execution_count: Annotated[int, Field(ge=0, lt=2**53), NUMBER] | None = None


def _as_cell(given: object) -> object:
    """Text is a cell without a number."""
    if not isinstance(given, str | dict | CellRequest):
        raise ValueError("give a cell's source, or an object that has it")
    return {"source": given} if isinstance(given, str) else given


Cell = Annotated[CellRequest, BeforeValidator(_as_cell, json_schema_input_type=str | CellRequest)]
"""No union: what is wrong with a cell would be said of every form that it might have had."""


class TraceRequest(BaseModel):
    """Code to run: either ``source`` or ``cells``."""

    model_config = ConfigDict(extra="forbid")

    source: str | None = Field(
        default=None,
        description="One block of code, a script with `# %%` between cells, a session of the interpreter "
        "(`>>>` and what it printed are left out), or the text of a notebook.",
    )
    cells: list[Cell] | None = Field(
        default=None, min_length=1, max_length=LIMITS.cells, description="Notebook cells, run in this order."
    )
    options: Options = Options()

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.source is None) == (self.cells is None):
            raise ValueError("give either 'source' or 'cells'")
        return self

    def to_run(self, limits: Limits) -> RunRequest:
        """The request as an executor takes it."""
        cells = cells_of(self.source) if self.source is not None else [_cell(each) for each in self.cells or []]
        return within(limits, RunRequest(tuple(cells), self.options))


def within(limits: Limits, asked: RunRequest) -> RunRequest:
    """``asked``, if it is no more than is run at once; else :class:`~gradwalk.errors.BodyTooLarge`."""
    if why := limits.refusal([cell.source for cell in asked.cells]):
        raise BodyTooLarge(why)
    return asked


def _cell(asked: CellRequest) -> CellSource:
    return cell(asked.source, asked.execution_count)
