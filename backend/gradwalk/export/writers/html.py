"""One HTML file that plays a trace by itself: the player as it was built, with the trace in it.

The player is built once for each language and each kind of failure (:mod:`~gradwalk.export.writers.players`), in
:func:`page_directory`. Two JSON strings in it stand for what goes in, each once: ``"__GRADWALK_TRACE__"`` for the trace
document and ``"__GRADWALK_OPTIONS__"`` for ``{"title": str, "fragment": str, "link": str, "reasons": {"node": str}}``.
``fragment`` says where and how the player begins (``frontend/src/core/wishes.ts``: step or events, theme, view,
controls, by, picture); what a reader puts behind the file's own ``#`` goes before it. ``link``, which is there if a
server was named, opens the code there. ``reasons`` says why the VJPs of nodes give what they give
(:mod:`~gradwalk.export.reading.reasons`), so that a player need not know the words for all there are. The file's policy
lets it load nothing and send nothing.
"""

from __future__ import annotations

import json
from urllib.parse import urlencode

from gradwalk.built import page_directory
from gradwalk.document.schema import VjpRan
from gradwalk.errors import PageNotBuilt
from gradwalk.export.look import Look
from gradwalk.export.reading.reasons import reason_of
from gradwalk.export.reading.run import Run
from gradwalk.export.reading.sentences import Language, in_words
from gradwalk.export.writers.players import player_for
from gradwalk.link import fragment as code
from gradwalk.notebook import CellSource

_TRACE = '"__GRADWALK_TRACE__"'
_OPTIONS = '"__GRADWALK_OPTIONS__"'
# A script element ends at "</script" and is read in another way after "<!--", whatever is inside a string.
_ESCAPES = {ord("<"): "\\u003c", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def html(run: Run, k: int | None, look: Look, title: str = "") -> str:
    """The file; it begins after ``k`` events, or at the first step.

    Raises :class:`PageNotBuilt` where there is no built page to take the player from, and
    :class:`~gradwalk.errors.LinkTooLong` where a server is named and the code is too long for a link to it.
    """
    trace = run.trace
    try:
        template = player_for(trace, look.language, page_directory()).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PageNotBuilt("The player has not been built yet: `make install` builds it.") from None
    wishes = {"theme": look.theme} | ({} if k is None else {"events": str(k)})
    options: dict[str, object] = {"title": title, "fragment": urlencode(wishes)}
    if reasons := _reasons(run, look.language):
        options["reasons"] = reasons
    if look.server is not None:
        cells = [CellSource(cell.source, cell.execution_count) for cell in trace.cells]
        options["link"] = f"{look.server.rstrip('/')}/#{code(title or 'Gradwalk', cells)}"
    before, between, after = _places(template)
    return "".join((before, _safe(json.dumps(options)), between, _safe(trace.model_dump_json()), after))


def _reasons(run: Run, language: Language) -> dict[int, str]:
    """Of each node whose VJP ran and gives what it gives for a reason."""
    ran = {event.node for event in run.trace.events if isinstance(event, VjpRan)}
    found = ((node, reason_of(run, node)) for node in sorted(ran))
    return {node: in_words([reason], language) for node, reason in found if reason is not None}


def _places(template: str) -> tuple[str, str, str]:
    before, rest = template.split(_OPTIONS)
    between, after = rest.split(_TRACE)
    return before, between, after


def _safe(document: str) -> str:
    return document.translate(_ESCAPES)
