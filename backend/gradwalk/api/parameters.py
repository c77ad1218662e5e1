"""Parameters that nobody reads are refused: one that is misspelt or given twice would be left out without a word."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import islice

from fastapi import Depends, Request, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError

_MOST_TOLD = 20
"""An address has room for thousands, and to look for what each may have meant takes its time."""


async def _only_known(request: Request) -> None:
    if not request.query_params:
        return
    parameters = get_flat_params(request.scope["route"].dependant)
    known = [each.alias for each in parameters if isinstance(each.field_info, params.Query)]
    unknown = islice((name for name in request.query_params if name not in known), _MOST_TOLD)
    wrong = [{"loc": ("query", name), "msg": _message(name, known)} for name in unknown]
    given = [name for name, _ in request.query_params.multi_items()]
    wrong += [
        {"loc": ("query", name), "msg": f"This is given {given.count(name)} times; once is enough."}
        for name in known
        if given.count(name) > 1
    ]
    if wrong:
        raise RequestValidationError(wrong)


def _message(name: str, known: list[str]) -> str:
    if not known:
        return "This call takes no parameters in its address."
    close = get_close_matches(name, known, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    return f"This call has no such parameter.{hint} It takes {', '.join(known)}."


ONLY_KNOWN = Depends(_only_known)
"""For routes whose callers mean what they write; not for addresses that others add parameters of their own to."""
