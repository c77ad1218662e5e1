"""DOT for Graphviz: cards as HTML-like labels in the page's colours, boxes as clusters.

Blue is the way of a gradient forward, orange its way back, grey and dashes where none flows; outlines are to come.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from gradwalk.export.graph.scene import Arrow, Box, Scene, Shape
from gradwalk.export.look import PALETTES, Look, Palette
from gradwalk.export.words import word

FONT = "Helvetica"
BAND, ROW, NOTE, PAD = 26, 27, 23, 6
"""Heights of what stands on a card, in points: known, so that the band's colour ends where the band does."""


def dot(scene: Scene, look: Look, title: str = "") -> str:
    """The scene as one digraph."""
    palette = PALETTES[look.theme]
    lines = [
        "digraph gradwalk {",
        f"  graph [{_attributes(_graph(look, palette, title))}]",
        f"  node [{_attributes({'shape': 'box', 'fontname': FONT, 'fontsize': 15, 'margin': 0})}]",
        f"  edge [{_attributes({'fontname': FONT, 'fontsize': 12, 'arrowsize': 0.8})}]",
    ]
    if not scene.shapes:
        empty = {"label": word(look.language, "empty"), "shape": "plaintext", "fontcolor": palette.muted}
        lines.append(f"  empty [{_attributes(empty)}]")
    lines += _inside(scene, None, palette, "  ")
    lines += [f"  {_arrow(arrow, palette)}" for arrow in scene.arrows]
    return "\n".join([*lines, "}", ""])


def _graph(look: Look, palette: Palette, title: str) -> dict[str, object]:
    return {
        "bgcolor": palette.surface,
        "rankdir": look.direction,
        "nodesep": 0.35,
        "ranksep": 0.5,
        "pad": 0.25,
        "fontname": FONT,
        "dpi": round(96 * look.scale, 2),
        "pack": 28,
        "packmode": "array_i6",
        "tooltip": title or "Gradwalk",
    }


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
    line, band, strong = _colours(shape, palette)
    height = _height(shape)
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


def _height(shape: Shape) -> int:
    rows = max(len(shape.value), 1 if shape.name else 0)
    return BAND + ROW * rows + (NOTE if shape.gradient else 0) + PAD


def _colours(shape: Shape, palette: Palette) -> tuple[str, str, str]:
    """Of its line, its band, and the words in the band."""
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
    rows = [_row(BAND, _font(f"<B>{_html(shape.title)}</B>", strong, 14) + _aside(shape, palette))]
    ink = palette.faint if shape.state == "pending" else palette.ink
    lines = list(shape.value) or ([""] if shape.name else [])
    for number, text in enumerate(lines):
        name = _font(f"<B>{_html(shape.name)}</B>", ink, 18) + (_font("&nbsp; ", ink, 16) if text else "")
        rows.append(_row(ROW, (name if shape.name and number == 0 else "") + (_font(_html(text), ink, 16) or "&nbsp;")))
    if shape.gradient:
        text = _html(shape.gradient)
        text = f"<B>{text}</B>" if shape.direction == "backward" else text
        rows.append(_row(NOTE, _font(text, palette.backward, 15)))
    bottom = f'<TR><TD FIXEDSIZE="TRUE" HEIGHT="{PAD}" WIDTH="1"></TD></TR>'
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{"".join(rows)}{bottom}</TABLE>'


def _aside(shape: Shape, palette: Palette) -> str:
    if not shape.aside:
        return ""
    colour = palette.muted if shape.tone in ("folded", "detached") or shape.state == "pending" else palette.forward
    if shape.direction == "backward":
        colour = palette.backward
    return _font(f"&nbsp; {_html(shape.aside)}", colour, 13)


def _row(height: int, text: str) -> str:
    return f'<TR><TD ALIGN="LEFT" HEIGHT="{height}" CELLPADDING="0">&nbsp; {text}&nbsp; </TD></TR>'


def _font(text: str, colour: str, size: int) -> str:
    return f'<FONT COLOR="{colour}" POINT-SIZE="{size}">{text}</FONT>' if text else ""


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
    """Text in an HTML-like label; spaces in a row stay."""
    return escape(text).replace("  ", "&nbsp; ").replace("  ", "&nbsp; ") if text else ""
