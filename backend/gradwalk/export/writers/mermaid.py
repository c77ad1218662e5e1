"""Mermaid: a flowchart that Markdown pages draw by themselves (GitHub, GitLab, Notion, Jupyter)."""

from __future__ import annotations

import re

from gradwalk.export.graph.scene import Arrow, Scene, Shape
from gradwalk.export.look import PALETTES, Look, Palette
from gradwalk.export.words import word
from gradwalk.export.writers.dot import colours

_PLAIN = re.compile(r"[^\w .,:+=()/*·…×−→←–-]")


def mermaid(scene: Scene, look: Look) -> str:
    """The scene as a flowchart."""
    palette = PALETTES[look.theme]
    lines = [_theme(palette), f"flowchart {look.direction}"]
    if not scene.shapes:
        lines.append(f'  empty["{_text(word(look.language, "empty"))}"]')
    lines += _inside(scene, None, "  ")
    lines += [f"  {_arrow(arrow)}" for arrow in scene.arrows]
    lines += _styles(scene, palette)
    return "\n".join([*lines, ""])


def _theme(palette: Palette) -> str:
    names = {
        "background": palette.surface,
        "primaryColor": palette.surface,
        "primaryTextColor": palette.ink,
        "primaryBorderColor": palette.line_strong,
        "lineColor": palette.edge,
        "clusterBkg": palette.raised,
        "clusterBorder": palette.line_strong,
        "edgeLabelBackground": palette.surface,
        "fontSize": "16px",
    }
    said = ", ".join(f'"{name}": "{value}"' for name, value in names.items())
    return f'%%{{init: {{"theme": "base", "themeVariables": {{{said}}}}}}}%%'


def _inside(scene: Scene, box: str | None, indent: str) -> list[str]:
    lines = [f'{indent}{shape.id}["{_label(shape)}"]' for shape in scene.shapes if shape.box == box]
    for inner in scene.boxes:
        if inner.parent == box:
            lines.append(f'{indent}subgraph {inner.id}["{_text(inner.label)}"]')
            lines += [*_inside(scene, inner.id, indent + "  "), f"{indent}end"]
    return lines


def _label(shape: Shape) -> str:
    heading = f"<b>{_text(shape.title)}</b>" + (f" {_text(shape.aside)}" if shape.aside else "")
    name = f"<b>{_text(shape.name)}</b>" if shape.name else ""
    value = "<br/>".join(_text(line.strip()) for line in shape.value)
    rows = [heading, " ".join(part for part in (name, value) if part), _text(shape.gradient)]
    return "<br/>".join(row for row in rows if row)


def _text(text: str) -> str:
    """All but letters, digits and a few signs as Mermaid's own entities, so that nothing in it is syntax or HTML."""
    return _PLAIN.sub(lambda found: f"#{ord(found.group())};", text)


def _arrow(arrow: Arrow) -> str:
    back = arrow.direction == "backward" and arrow.state == "active"
    line = "-->" if arrow.kind == "tracked" else "-.->"
    label = f'|"{_text(arrow.cotangent)}"|' if back and arrow.cotangent else ""
    # A link from target to source would turn the layout round, so both ends get a head.
    return f"{arrow.source} {'<' if back else ''}{line}{label} {arrow.target}"


def _styles(scene: Scene, palette: Palette) -> list[str]:
    """A class for each way that cards look, and what links look like, by their numbers."""
    classes: dict[str, list[str]] = {}
    for shape in scene.shapes:
        line, band, _ = colours(shape, palette)
        fill = band if shape.state != "pending" else palette.surface
        ink = palette.faint if shape.state == "pending" else palette.ink
        width = 4 if shape.state == "active" else 2
        dash = ",stroke-dasharray:7 5" if shape.tone == "detached" else ""
        dash = ",stroke-dasharray:2 4" if shape.state == "pending" and not dash else dash
        style = f"fill:{fill},stroke:{line},color:{ink},stroke-width:{width}px{dash}"
        classes.setdefault(style, []).append(shape.id)
    lines = []
    for number, (style, ids) in enumerate(classes.items()):
        lines += [f"  classDef look{number} {style}", f"  class {','.join(ids)} look{number}"]
    links: dict[str, list[str]] = {}
    for position, arrow in enumerate(scene.arrows):
        links.setdefault(_link_style(arrow, palette), []).append(str(position))
    return lines + [f"  linkStyle {','.join(positions)} {style}" for style, positions in links.items()]


def _link_style(arrow: Arrow, palette: Palette) -> str:
    if arrow.state == "pending":
        return f"stroke:{palette.line_strong},stroke-width:1px"
    if arrow.direction == "backward":
        return f"stroke:{palette.backward},stroke-width:4px,color:{palette.backward}"
    if arrow.kind != "tracked":
        return f"stroke:{palette.off},stroke-width:2px"
    colour = palette.forward if arrow.direction == "forward" else palette.edge
    return f"stroke:{colour},stroke-width:{3 if arrow.direction else 2}px"
