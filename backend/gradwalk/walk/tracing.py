"""``gradwalk.trace``: run something here and return the walk through it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, get_args

from gradwalk.limits import LIMITS, Limits, lowered
from gradwalk.walk.given import Given, cells_from, options_of
from gradwalk.walk.local import LOCAL

if TYPE_CHECKING:
    from gradwalk.walk.walk import Walk

Engine = Literal["gradwalk", "torch"]


def trace(
    code: Given,
    *arguments: Any,
    seed: int | None = None,
    max_elements: int = 1000,
    engine: Engine = "gradwalk",
    limits: Limits | Mapping[str, float] = LIMITS,
    **keywords: Any,
) -> Walk:
    """Run ``code`` as a notebook would and return all that happened.

    ``code`` is the code itself, a list of cells, the path of a ``.py`` or ``.ipynb`` file, or a function, which is then
    called with ``arguments`` and ``keywords``. The code runs on Gradwalk's own engine in the sandbox; where the machine
    has none, in a child process, with a :class:`~gradwalk.walk.local.NotConfined` warning. A run that raises is a
    result, not an error: see ``outcome``.

    With ``engine="torch"`` it runs on PyTorch itself, in this very process and with its rights.

    ``seed`` is as ``torch.manual_seed(seed)`` before the first line; of a value no more than ``max_elements`` numbers
    (up to 10,000) are kept. ``limits`` are those of :class:`~gradwalk.limits.Limits`: a mapping lowers some of them, an
    object of that class is taken as it is.

    Raises :class:`~gradwalk.errors.GradwalkError` with the way out where nothing could be run.
    """
    if engine not in get_args(Engine):
        raise ValueError(f"There is no engine {engine!r}: take {' or '.join(get_args(Engine))}.")
    held = held_to(limits)
    cells = cells_from(code, arguments, keywords, held, beside=engine != "torch")  # which finds its modules itself
    if engine != "torch":
        LOCAL.begin(held)
    # Loaded only now: it takes as long as the fork server takes to get ready.
    from gradwalk.walk.walk import Walk

    options = options_of(seed=seed, max_elements=max_elements)
    if engine == "torch":
        from gradwalk.walk.pytorch import run_here

        return Walk(run_here(cells, options, held))
    from gradwalk.sandbox.executor import RunRequest
    from gradwalk.sandbox.identity import trace_id

    request = RunRequest(tuple(cells), options)
    return Walk(LOCAL.run(request, held), trace_id(request, held))


def held_to(limits: Limits | Mapping[str, float]) -> Limits:
    """The limits that a caller asked for."""
    return limits if isinstance(limits, Limits) else lowered({name: str(value) for name, value in limits.items()})
