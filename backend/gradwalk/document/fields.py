"""What the trace's fields are made of: indices, numbers, names, and the base of every part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema

from gradwalk.text import name, visible

Index = Annotated[int, Field(ge=0)]


@dataclass(frozen=True)
class Into:
    """Of an index: the list of the trace in which it is a position (:mod:`gradwalk.document.references`)."""

    list: str


CellIndex = Annotated[Index, Into("cells")]
SpanIndex = Annotated[Index, Into("spans")]
ScopeIndex = Annotated[Index, Into("scopes")]
TensorIndex = Annotated[Index, Into("tensors")]
ValueIndex = Annotated[Index, Into("values")]
OpIndex = Annotated[Index, Into("ops")]
NodeIndex = Annotated[Index, Into("nodes")]
FormulaIndex = Annotated[Index, Into("formulas")]
Number = bool | int | float | Literal["NaN", "Infinity", "-Infinity"]


def _stopping_early(schema: Any) -> Any:
    if isinstance(schema, dict):
        changed = {key: _stopping_early(part) for key, part in schema.items()}
        return changed | {"fail_fast": True} if schema.get("type") == "list" else changed
    return [_stopping_early(part) for part in schema] if isinstance(schema, list) else schema


Name = Annotated[str, AfterValidator(name)]
"""A snippet can give anything a name: it is cut, and what would turn the text around it is written out."""

Words = Annotated[str, AfterValidator(visible)]
"""The same for sentences, which may be long."""


class Document(BaseModel):
    """Base of every part of the document: unknown fields are refused, so that a typo cannot pass for data."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, json_schema_serialization_defaults_required=True
    )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """As ever, but checking a list stops at its first fault: a hostile frame has room for a million of them."""
        schema: CoreSchema = _stopping_early(handler(source))
        return schema


def _number(value: object) -> object:
    if isinstance(value, bool | str):
        raise ValueError("give a number")
    return value


NUMBER = BeforeValidator(_number)
"""Of what a client sends ``1.0`` is a whole number, as JSON has it; what else Python takes for a number is not."""
