"""The walk as one SVG that plays by itself, for slides: the code, the graph, a sentence for each step.

Everything that changes is there once for each of its looks, shown in turn by CSS; nothing needs a script. It stops
under the pointer. Programs that show a still picture show the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from gradwalk.export.drawing import MARGIN, Group, Item, Plate, Span, Words, about_width, card, draw, label_sides, link
from gradwalk.export.graph.scene import Stage
from gradwalk.export.layout import Area
from gradwalk.export.look import PALETTES, Look, Palette
from gradwalk.export.reading.reasons import told
from gradwalk.export.reading.sentences import in_words
from gradwalk.export.reading.steps import Step
from gradwalk.export.segments import Segment, segments_of
from gradwalk.export.text import many_lines, one_line
from gradwalk.export.writers.svg import item, number, opening

SHORTEST, LONGEST, PER_EM = 2.0, 8.0, 0.1
"""Seconds that a step stays, and how many of them each letter's width adds."""

CODE_SIZE, CODE_LINE, CODE_WIDTH, CODE_ROWS = 15.0, 24.0, 44, 22
SAID_SIZE, SAID_LINE, SAID_ROWS = 20.0, 29.0, 4
NARROWEST = 460.0
"""Least width of the graph's part."""

MONO = "'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', 'Noto Sans Mono CJK SC', monospace"


@dataclass
class _Film:
    """What is shown, and when: intervals of steps."""

    count: int
    parts: list[str] = field(default_factory=list)
    intervals: dict[tuple[int, int], None] = field(default_factory=dict)

    def show(self, content: str, start: int, end: int) -> None:
        """From step ``start`` to before ``end``."""
        if (start, end) == (0, self.count):
            self.parts.append(content)
            return
        self.intervals[start, end] = None
        still = "" if end == self.count else ' opacity="0"'
        self.parts.append(f'<g class="w v{start}-{end}"{still}>{content}</g>')

    def show_in_turn(self, contents: list[str], start: int) -> None:
        """One after the other from step ``start`` on; what stays the same is there once."""
        begin = 0
        for i in range(1, len(contents) + 1):
            if i == len(contents) or contents[i] != contents[begin]:
                if contents[begin]:
                    self.show(contents[begin], start + begin, start + i)
                begin = i


def animation(stage: Stage, k: int | None, look: Look) -> str:
    """The walk up to the step that the last of ``k`` events is in."""
    end = stage.run.end if k is None else k
    steps = [step for step in stage.steps if step.start < end]
    segments = segments_of(stage, steps, look)
    palette = PALETTES[look.theme]
    said = [one_line(in_words(told(stage.run, step), look.language), 400) for step in steps]
    code = _Code(stage, steps, palette)
    graph_width = max([NARROWEST, *(segment.layout.width for segment in segments)])
    graph_height = max([code.height, *(segment.layout.height for segment in segments)])
    width = code.width + graph_width + 3 * MARGIN
    lines = [_wrapped(text, width - 3 * MARGIN) for text in said]
    caption = max(map(len, lines), default=1) * SAID_LINE + 46
    height = graph_height + 2 * MARGIN + caption
    film = _Film(len(steps))
    film.show_in_turn([code.at(i) for i in range(len(steps))], 0)
    for segment in segments:
        left = code.width + 2 * MARGIN + (graph_width - segment.layout.width) / 2
        top = MARGIN + (graph_height - segment.layout.height) / 2
        _play(film, segment, left, top, palette)
    foot = graph_height + 2 * MARGIN
    film.show_in_turn([_said(i, steps, lines[i], foot, width, palette) for i in range(len(steps))], 0)
    body = "\n".join(film.parts)
    return (
        f"{opening(width, height, 'Gradwalk', look.scale)}\n<desc>{escape(' '.join(said))}</desc>\n"
        f"<style>{_style(film, said)}</style>\n"
        f'<rect width="{number(width)}" height="{number(height)}" fill="{palette.ground}"/>\n'
        f'<rect y="{number(foot)}" width="{number(width)}" height="{number(caption)}" fill="{palette.surface}"/>\n'
        f"{body}\n</svg>\n"
    )


def _style(film: _Film, said: list[str]) -> str:
    """The times: a step stays as long as its sentence takes to read."""
    seconds = [min(LONGEST, max(SHORTEST, 1.0 + PER_EM * about_width(text))) for text in said]
    total = sum(seconds) or 1.0
    at = [100 * sum(seconds[:i]) / total for i in range(len(seconds) + 1)]
    rules = [f".w{{animation:{number(total)}s step-end infinite}}svg:hover .w{{animation-play-state:paused}}"]
    for start, end in film.intervals:
        name = f"v{start}-{end}"
        frames = ["0%{opacity:1}"] if start == 0 else ["0%{opacity:0}", f"{at[start]:.4f}%{{opacity:1}}"]
        if end < film.count:
            frames.append(f"{at[end]:.4f}%{{opacity:0}}")
        rules.append(f"@keyframes {name}{{{''.join(frames)}}}.{name}{{animation-name:{name}}}")
    return "".join(rules) + "@media (prefers-reduced-motion:reduce){.w{animation:none}}"


def _play(film: _Film, segment: Segment, left: float, top: float, palette: Palette) -> None:
    """The graph of a segment: boxes stay, links and cards change."""
    first, layout = segment.scenes[0], segment.layout
    place = f'<g transform="translate({number(left)} {number(top)})">'

    def drawn(items: tuple[Item, ...]) -> str:
        return f"{place}{''.join(map(item, items))}</g>"

    boxes = [made for made in draw(first, layout, palette) if made.role.startswith("box")]
    for made in (box for box in boxes if box.role != "box-title"):
        film.show(drawn(made.items), segment.start, segment.end)
    known = [arrow for arrow in first.arrows if arrow.id in layout.routes]
    sides = label_sides(known, layout)
    arrows = [{arrow.id: arrow for arrow in scene.arrows} for scene in segment.scenes]
    for one in known:
        groups = [link(scene[one.id], layout.routes[one.id], palette, sides[one.id]) for scene in arrows]
        film.show_in_turn([drawn(made.items) for made in groups], segment.start)
    for made in (box for box in boxes if box.role == "box-title"):
        film.show(drawn(made.items), segment.start, segment.end)
    for i, shape in enumerate(first.shapes):
        looks: list[Group] = [card(scene.shapes[i], layout.shapes[shape.id], palette) for scene in segment.scenes]
        film.show_in_turn([drawn(made.items) for made in looks], segment.start)


class _Code:
    """The cell that runs, with the statement that a step is in lit; a long cell is shown in pieces."""

    def __init__(self, stage: Stage, steps: list[Step], palette: Palette) -> None:
        self._palette = palette
        self._steps = steps
        self._trace = stage.run.trace
        cells = {step.cell for step in steps if step.cell is not None}
        self._lines = {cell: many_lines(self._trace.cells[cell].source).expandtabs(4).split("\n") for cell in cells}
        self._cell = min(cells, default=None)
        lines = [one_line_of_code(line) for lines in self._lines.values() for line in lines]
        self.width = 2 * 14 + 0.61 * CODE_SIZE * max([20, *map(columns, lines)])
        self.height = CODE_LINE * min(CODE_ROWS, max([3, *map(len, self._lines.values())])) + 24

    def at(self, position: int) -> str:
        """The panel at a step."""
        step, palette = self._steps[position], self._palette
        if step.cell is not None:
            self._cell = step.cell
        lines = [] if self._cell is None else self._lines[self._cell]
        span = None if step.span is None else self._trace.spans[step.span]
        lit = (span.line, span.end_line) if span is not None and span.cell == self._cell else (0, -1)
        first = (max(lit[0], 1) - 1) // CODE_ROWS * CODE_ROWS
        shown = lines[first : first + CODE_ROWS]
        height = CODE_LINE * len(shown) + 24
        items = [item(Plate(Area(MARGIN, MARGIN, self.width, height), palette.surface, palette.line_strong, 1.2))]
        for row, line in enumerate(shown):
            y = MARGIN + 12 + CODE_LINE * row
            if lit[0] <= first + row + 1 <= lit[1]:
                backward = step.backward is not None
                band = Plate(Area(MARGIN + 6, y, self.width - 12, CODE_LINE), palette.lit, None, radius=5)
                mark = Area(MARGIN + 6, y, 4, CODE_LINE)
                colour = palette.backward if backward else palette.forward
                items += [item(band), item(Plate(mark, colour, None, radius=2))]
            ink = palette.muted if line.lstrip().startswith("#") else palette.ink
            words = Words(MARGIN + 16, y + 17, (Span(one_line_of_code(line), ink, CODE_SIZE),))
            items.append(item(words) if line.strip() else "")
        return f'<g font-family="{escape(MONO)}">{"".join(items)}</g>'


def one_line_of_code(line: str) -> str:
    """A line with its indentation, cut if it is long."""
    body = line.lstrip(" ")
    text = " " * (len(line) - len(body)) + one_line(body, CODE_WIDTH)
    if columns(text) <= CODE_WIDTH:
        return text
    while text and columns(text) >= CODE_WIDTH:
        text = text[:-1]
    return text + "…"


def columns(text: str) -> int:
    """How many columns a text takes in type of one width: Chinese signs take two."""
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)


def _said(position: int, steps: list[Step], lines: list[str], top: float, width: float, palette: Palette) -> str:
    """The sentence, and how far the walk is."""
    colour = palette.forward if steps[position].backward is None else palette.backward
    done = Plate(Area(0, top, width * (position + 1) / len(steps), 5), colour, None, radius=0)
    items: list[Item] = [Plate(Area(0, top, width, 5), palette.line_strong, None, radius=0), done]
    for row, line in enumerate(lines):
        span = Span(line, palette.ink, SAID_SIZE)
        items.append(Words(1.5 * MARGIN, top + 38 + row * SAID_LINE, (span,)))
    return "".join(map(item, items))


def _wrapped(text: str, width: float) -> list[str]:
    """The text in lines of about that width, cut after the last that there is room for."""
    lines, line = list[str](), ""
    for word in _pieces(text):
        if line and about_width(line + word.rstrip()) * SAID_SIZE > width:
            lines.append(line.rstrip())
            line = ""
        line += word
    lines.append(line.rstrip())
    if len(lines) > SAID_ROWS:
        lines = [*lines[: SAID_ROWS - 1], lines[SAID_ROWS - 1] + "…"]
    return lines


def _pieces(text: str) -> list[str]:
    """Words with the spaces after them; Chinese breaks between any two signs."""
    pieces, current = list[str](), ""
    for sign in text:
        current += sign
        if sign == " " or ord(sign) > 0x2E80:
            pieces.append(current)
            current = ""
    return [*pieces, current] if current else pieces
