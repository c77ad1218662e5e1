"""``%%gradwalk``: run a cell on Gradwalk's engine and play it under the cell."""

from __future__ import annotations

from typing import Any

from IPython.core.magic import Magics, cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from IPython.display import display

from gradwalk.walk.given import text_cells
from gradwalk.walk.tracing import trace
from gradwalk.walk.walk import Walk


@magics_class
class GradwalkMagics(Magics):  # type: ignore[misc]  # IPython says nothing of its types
    """The magic, which remembers the cells that it ran, so that one can go on after them."""

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self._before: list[str] = []

    @magic_arguments()
    @argument("-c", "--continue", dest="goes_on", action="store_true", help="after the %%%%gradwalk cells before it")
    @argument("-o", "--output", metavar="NAME", default="walk", help="the variable for the walk (walk)")
    @argument("--engine", choices=("gradwalk", "torch"), default="gradwalk", help="torch: PyTorch itself, unconfined")
    @argument("--seed", type=int, help="as torch.manual_seed(SEED) before the first cell")
    @argument("--height", type=int, default=640, help="of the player, in pixels")
    @argument("--language", choices=("en", "zh"), default="en")
    @argument("--theme", choices=("light", "dark"), default="light")
    @cell_magic
    def gradwalk(self, line: str, cell: str) -> None:
        """Run the cell in Gradwalk's sandbox, or on PyTorch: it sees no variable of the notebook's own."""
        asked = parse_argstring(self.gradwalk, line)
        cells = [*(self._before if asked.goes_on else ()), *(part.source for part in text_cells(cell, "cell.py"))]
        walk: Walk = trace(cells, seed=asked.seed, engine=asked.engine)
        self._before = cells
        self.shell.user_ns[asked.output] = walk
        display(walk.show(height=asked.height, language=asked.language, theme=asked.theme))
