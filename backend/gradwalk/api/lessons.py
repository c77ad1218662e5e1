"""The lessons that come with the page, ready to be run."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field

from gradwalk.api import problems
from gradwalk.api.parameters import ONLY_KNOWN
from gradwalk.export.look import Language
from gradwalk.lessons import Lesson, lesson, lessons

router = APIRouter(dependencies=[ONLY_KNOWN])
BASE = "/api/v1/examples"


class ListedExample(BaseModel):
    """A lesson in the list."""

    id: str
    topic: str
    title: str
    watch: str = Field(description="What to watch for.")


class ExampleCell(BaseModel):
    """A cell of a lesson."""

    source: str
    note: str = Field(description="What the lesson says about it.")


class WholeExample(ListedExample):
    """A lesson with its code: send the sources as `cells` to `/api/v1/traces`."""

    cells: list[ExampleCell]


@router.get(
    BASE,
    operation_id="examples",
    summary="The lessons that come with the page",
    responses=problems.documented(422),
)
async def examples(language: Language = "en") -> list[ListedExample]:
    """In the page's order, topic by topic."""
    return [ListedExample(**_head(known)) for known in lessons(language)]


@router.get(
    BASE + "/{example}",
    operation_id="get_example",
    summary="A lesson's code and notes",
    responses=problems.documented(404, 422),
)
async def get_example(
    request: Request,
    example: Annotated[str, Path(pattern="^[a-z0-9-]{1,80}$", examples=["gradients-accumulate"])],
    language: Language = "en",
) -> WholeExample:
    """In English or Chinese."""
    found = lesson(example, language)
    cells = [ExampleCell(source=source, note=note) for source, note in found.cells]
    return WholeExample(**_head(found), cells=cells)


def _head(known: Lesson) -> dict[str, str]:
    return {"id": known.id, "topic": known.topic, "title": known.title, "watch": known.watch}
