"""DOT for Graphviz: cards as HTML-like labels in the page's colours, boxes as clusters.

Blue is the way of a gradient forward, orange its way back, grey and dashes where none flows; outlines are to come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from math import sqrt

from gradwalk.export.graph.scene import Arrow, Box, Scene, Shape
from gradwalk.export.look import PALETTES, Look, Palette
from gradwalk.export.words import word

FONT = "Helvetica"
BAND, ROW, NOTE, PAD, SIDE = 26, 27, 23, 6, 13
"""Heights of what stands on a card, in points: known, so that the band's colour ends where the band does."""


def dot(scene: Scene, look: Look, steady: bool = False) -> str:
    """The scene as one digraph. ``steady``: only to be laid out, with nothing in it that may differ between steps."""
    palette = PALETTES[look.theme]
    lines = [
        "digraph gradwalk {",
        f"  graph [{_attributes(_graph(scene, look, palette))}]",
        f"  node [{_attributes({'shape': 'box', 'fontname': FONT, 'fontsize': 15, 'margin': 0})}]",
        f"  edge [{_attributes({'fontname': FONT, 'fontsize': 12, 'arrowsize': 0.8})}]",
    ]
    if not scene.shapes:
        empty = {"label": word(look.language, "empty"), "shape": "plaintext", "fontcolor": palette.muted}
        lines.append(f"  empty [{_attributes(empty)}]")
    lines += _inside(scene, None, palette, "  ")
    for arrow in scene.arrows:
        still = replace(arrow, state="done", direction=None) if steady else arrow
        lines.append(f"  {_arrow(still, palette)}")
    return "\n".join([*lines, "}", ""])


def _graph(scene: Scene, look: Look, palette: Palette) -> dict[str, object]:
    # Graphs that hang together in no way are set in rows, about as many in each as there are rows.
    columns = max(1, round(sqrt(0.75 * parts(scene))))
    return {
        "bgcolor": palette.surface,
        "rankdir": look.direction,
        "nodesep": 0.35,
        "ranksep": 0.55 if look.direction == "TB" else 1.1,
        "pad": 0.25,
        "margin": 0,
        "fontname": FONT,
        "dpi": round(96 * look.scale, 2),
        "pack": 28,
        "packmode": f"array_i{columns}",
        "tooltip": "Gradwalk",
    }


def parts(scene: Scene) -> int:
    """How many graphs there are that no link and no box connects."""
    outermost = {box.id: box.id for box in scene.boxes if box.parent is None}
    for box in scene.boxes:
        if box.parent is not None:
            outermost[box.id] = outermost[box.parent]
    home = {shape.id: outermost[shape.box] if shape.box else shape.id for shape in scene.shapes}

    def root(item: str) -> str:
        while home.get(item, item) != item:
            item = home[item]
        return item

    for arrow in scene.arrows:
        home[root(arrow.source)] = root(arrow.target)
    return len({root(shape.id) for shape in scene.shapes})


def _inside(scene: Scene, box: str | None, palette: Palette, indent: str) -> list[str]:
    """The nodes of a box (None: of no box), then the boxes in it."""
    lines = [f"{indent}{_node(shape, palette)}" for shape in scene.shapes if shape.box == box]
    for inner in scene.boxes:
        if inner.parent == box:
            lines.append(f"{indent}subgraph cluster_{inner.id} {{")
            lines.append(f"{indent}  graph [{_attributes(_cluster(inner, palette))}]")
            lines += _inside(scene, inner.id, palette, indent + "  ")
            lines.append(f"{indent}}}")
    return lines


def _cluster(box: Box, palette: Palette) -> dict[str, object]:
    recorded = box.kind in ("backward", "vjp")
    return {
        "id": box.id,
        "label": box.label,
        "labeljust": "l",
        "fontsize": 12,
        "fontcolor": palette.backward if recorded else palette.muted,
        "style": "rounded,filled",
        "color": palette.backward_line if recorded else palette.line_strong,
        "fillcolor": palette.raised,
        "margin": 12,
        "tooltip": box.label,
    }


def _node(shape: Shape, palette: Palette) -> str:
    line, band, strong = colours(shape, palette)
    height = height_of(shape)
    attributes: dict[str, object] = {
        "id": shape.id,
        "class": f"{shape.tone} {shape.state}",
        "label": _Html(_label(shape, palette, strong)),
        "color": line,
        "penwidth": 3 if shape.state == "active" else 1.4,
        "style": "rounded,filled" + (",dashed" if shape.tone == "detached" else ""),
        "fillcolor": palette.surface,
        "tooltip": " ".join(part for part in (shape.name, shape.title) if part),
    }
    if shape.state == "pending":
        attributes["style"] = "rounded,dotted" if shape.tone != "detached" else "rounded,dashed"
    elif shape.tone == "folded":
        attributes |= {"fillcolor": palette.raised, "peripheries": 1}
    elif shape.tone == "detached":
        attributes["fillcolor"] = palette.off_soft
    else:
        attributes |= {"fillcolor": f"{band};{(BAND + 1) / height:.4f}:{palette.surface}", "gradientangle": 270}
    return f"{shape.id} [{_attributes(attributes)}]"


def height_of(shape: Shape) -> int:
    """How high its card is."""
    return BAND + ROW * shape.rows + (NOTE if shape.noted else 0) + PAD


def colours(shape: Shape, palette: Palette) -> tuple[str, str, str]:
    """Of a card's line, its band, and the words in the band."""
    if shape.state == "pending":
        return palette.line_strong, palette.surface, palette.faint
    if shape.direction == "backward":
        return palette.backward, palette.backward_soft, palette.backward_strong
    if shape.direction == "forward" or shape.tone == "tracked":
        return palette.forward, palette.forward_soft, palette.forward_strong
    if shape.tone in ("detached", "folded"):
        return palette.off, palette.off_soft, palette.muted
    return palette.line_strong, palette.hover, palette.ink_2


def _label(shape: Shape, palette: Palette, strong: str) -> str:
    """A row for the op and its ``grad_fn``, rows for name and value, one for the gradient."""
    aside = f"  {_html(shape.aside)}" if shape.aside else ""
    title = _font(f"<B>{_html(shape.title)}</B>", strong, 14)
    rows = [_row(BAND, title + _font(aside, aside_colour(shape, palette), 13))]
    ink = palette.faint if shape.state == "pending" else palette.ink
    for number in range(shape.rows):
        text = _html(shape.value[number]) if number < len(shape.value) else ""
        name = _font(f"<B>{_html(shape.name)}</B>", ink, 18) if number == 0 and shape.name else ""
        rows.append(_row(ROW, name + _font(f"{'   ' if name and text else ''}{text}", ink, 16)))
    if shape.noted:
        text = _html(shape.gradient)
        text = f"<B>{text}</B>" if shape.direction == "backward" and text else text
        rows.append(_row(NOTE, _font(text, palette.backward, 15)))
    bottom = f'<TR><TD FIXEDSIZE="TRUE" HEIGHT="{PAD}" WIDTH="1"></TD></TR>'
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{"".join(rows)}{bottom}</TABLE>'


def aside_colour(shape: Shape, palette: Palette) -> str:
    """Of what stands beside the title."""
    if shape.direction == "backward":
        return palette.backward
    muted = shape.tone in ("folded", "detached") or shape.state == "pending"
    return palette.muted if muted else palette.forward


def _row(height: int, text: str) -> str:
    side = f'<TD FIXEDSIZE="TRUE" WIDTH="{SIDE}" HEIGHT="{height}"></TD>'
    return f'<TR>{side}<TD ALIGN="LEFT" HEIGHT="{height}">{text}</TD>{side}</TR>'


def _font(text: str, colour: str, size: int) -> str:
    return f'<FONT COLOR="{colour}" POINT-SIZE="{size}">{text}</FONT>' if text.strip() else ""


def _arrow(arrow: Arrow, palette: Palette) -> str:
    attributes: dict[str, object] = {"id": arrow.id, "class": f"{arrow.kind} {arrow.state}", "color": palette.edge}
    attributes["penwidth"] = 1.4
    if arrow.kind != "tracked":
        attributes |= {"color": palette.off, "style": "dashed"}
    if arrow.state == "pending":
        attributes["color"] = palette.line_strong
    elif arrow.direction == "backward":
        # The value flowed down; its gradient goes back up.
        attributes |= {"color": palette.backward, "penwidth": 3.2, "dir": "back"}
        if arrow.cotangent:
            attributes |= {"label": f" {arrow.cotangent} ", "fontcolor": palette.backward}
    elif arrow.direction == "forward":
        attributes |= {"penwidth": 2.6, "color": palette.off if arrow.kind != "tracked" else palette.forward}
    return f"{arrow.source} -> {arrow.target} [{_attributes(attributes)}]"


class _Html(str):
    """An HTML-like label, which stands in angle brackets and not in quotes."""


def _attributes(attributes: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={_quoted(value)}" for name, value in attributes.items())


def _quoted(value: object) -> str:
    if isinstance(value, _Html):
        return f"<{value}>"
    if isinstance(value, int | float):
        return str(value)
    # A backslash begins an escape of Graphviz's own: `\N` would be the node's name; `&` an entity of HTML.
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return f'"{text}"'


def _html(text: str) -> str:
    """Text in an HTML-like label."""
    return escape(text)
