"""``gradwalk examples``: the lessons that come with the page."""

from __future__ import annotations

import sys
from typing import Annotated, get_args

import typer
from rich.cells import cell_len
from rich.console import Console

from gradwalk.cli import status
from gradwalk.errors import GradwalkError
from gradwalk.lessons import Language, lesson, lessons


def examples(
    lesson_id: Annotated[
        str, typer.Argument(metavar="LESSON", help="Print this one as a script, which `gradwalk run -` runs.")
    ] = "",
    language: Annotated[str, typer.Option(help=" or ".join(get_args(Language)) + ".")] = "en",
) -> int:
    """List the lessons that come with the page, or print one of them."""
    if language not in get_args(Language):
        raise GradwalkError(f"there are no lessons in {language!r}: take {' or '.join(get_args(Language))}.")
    if lesson_id:
        sys.stdout.write(lesson(lesson_id, language).script)  # type: ignore[arg-type]  # checked above
        return status.OK
    known = lessons(language)
    width = max(cell_len(each.id) for each in known)
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    topic = ""
    for each in known:
        if each.topic != topic:
            console.print(f"{chr(10) if topic else ''}{each.topic}", style="bold", markup=False)
            topic = each.topic
        console.print(f"  {each.id:<{width}}  {each.title}", markup=False)
    return status.OK
