"""Graphviz at work: the system's ``dot`` where there is one, else the ``graphviz-pure`` wheel, with a limit on both.

Both take DOT on standard input; only the system's writes PDF.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from graphviz.backend.execute import CalledProcessError, ExecutableNotFound, run_check

from gradwalk.errors import PictureTooLarge, RendererMissing, RenderingFailed

SECONDS = 20.0
"""Longest that a picture may take."""

NODES = 400
"""Most nodes that are laid out."""

_INSTALL = (
    "Install Graphviz (https://graphviz.org/download/; Debian: apt-get install graphviz) "
    "or the wheel (pip install graphviz-pure)"
)


_STRANGE = re.compile("[\\u0600-\\u1dff\\u2e80-\\U0010ffff]")
"""All but Latin, Greek, Cyrillic, Hebrew and signs."""


_CREATED = re.compile(rb"(/CreationDate \(D:)\d{14}")
"""The time at which a PDF was written makes each another file; another of the same length moves nothing in it."""


@dataclass(frozen=True)
class Renderer:
    """A program that speaks DOT. ``whole``: Graphviz itself, which writes PDF and draws with the system's fonts."""

    path: str
    whole: bool


def find_renderer() -> Renderer | None:
    """What draws here."""
    dot = shutil.which("dot")
    if dot is not None:
        return Renderer(dot, whole=True)
    pure = find_pure()
    return None if pure is None else Renderer(pure, whole=False)


def find_pure() -> str | None:
    """The program that the ``graphviz-pure`` wheel brings: beside this Python, or on the path."""
    name = "graphviz-pure.exe" if os.name == "nt" else "graphviz-pure"
    beside = [Path(sysconfig.get_path("scripts")) / name, Path(sys.executable).parent / name]
    return next((str(path) for path in beside if path.is_file()), None) or shutil.which(name)


def needed() -> Renderer:
    """What draws here; raises :class:`RendererMissing` with the way out if nothing does."""
    found = find_renderer()
    if found is None:
        raise RendererMissing(
            f"Pictures are drawn by Graphviz, which is not installed. {_INSTALL}; "
            "dot, mermaid, graphml, json and txt need neither."
        )
    return found


def check_size(nodes: int) -> None:
    """Raises :class:`PictureTooLarge` if so many nodes are not laid out."""
    if nodes > NODES:
        raise PictureTooLarge(
            f"The picture would have {nodes} nodes, and {NODES} are the most that are laid out. "
            "Say a step: then only the graph that it is about is drawn, with loops folded."
        )


def check_letters(renderer: Renderer, words: str) -> None:
    """Raises :class:`RendererMissing` for letters that are in none of the three fonts that the wheel brings."""
    if renderer.whole:
        return
    strange = sorted(set(_STRANGE.findall(words)))
    if strange:
        raise RendererMissing(
            f"The graphviz-pure wheel has no font for {''.join(strange[:6])}. Take svg or pdf; or install Graphviz "
            "(Debian: apt-get install graphviz) and a font for these letters."
        )


def run(renderer: Renderer, source: str, output: str) -> bytes:
    """``source`` (DOT) as ``output`` (a format of Graphviz).

    Raises :class:`RenderingFailed` if it takes too long or Graphviz gives up.
    """
    command = [renderer.path, "-Kdot", f"-T{output}"]
    try:
        done = run_check(command, input=source.encode(), capture_output=True, timeout=SECONDS, quiet=True)
    except subprocess.TimeoutExpired:
        raise RenderingFailed(
            f"Graphviz was stopped after {SECONDS:g} s. Say a step: then only the graph that it is about is drawn."
        ) from None
    except CalledProcessError as failed:
        said = failed.stderr.decode(errors="replace").strip().splitlines()
        raise RenderingFailed(f"Graphviz could not draw it: {said[-1] if said else failed.returncode}") from None
    except (ExecutableNotFound, PermissionError) as gone:
        raise RendererMissing(f"{renderer.path} cannot be run. {_INSTALL}.") from gone
    output_bytes: bytes = done.stdout
    return _CREATED.sub(lambda found: found.group(1) + b"19700101000000", output_bytes)
