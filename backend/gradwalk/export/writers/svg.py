"""SVG: attributes only, so that any program shows it; each card is a group with an id, a class and a title."""

from __future__ import annotations

from html import escape

from gradwalk.export.drawing import MARGIN, Curve, Dash, Group, Head, Item, Plate, Span, Words
from gradwalk.export.layout import Area, Layout
from gradwalk.export.look import PALETTES, Look
from gradwalk.export.writers.dot import BAND

SANS = (
    "Helvetica, Arial, 'Liberation Sans', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', "
    "'WenQuanYi Micro Hei', sans-serif"
)


def svg(groups: list[Group], layout: Layout, look: Look) -> str:
    """A picture of a layout's size with a margin around it."""
    width, height = layout.width + 2 * MARGIN, layout.height + 2 * MARGIN
    body = "".join(f"{group(one)}\n" for one in groups)
    return (
        f"{opening(width, height, 'Gradwalk', look.scale)}\n"
        f'<rect width="{number(width)}" height="{number(height)}" fill="{PALETTES[look.theme].ground}"/>\n'
        f'<g transform="translate({number(MARGIN)} {number(MARGIN)})">\n{body}</g>\n</svg>\n'
    )


def opening(width: float, height: float, title: str, scale: float) -> str:
    """The root element's start, and the title."""
    size = f'width="{number(width * scale)}" height="{number(height * scale)}"'
    box = f'viewBox="0 0 {number(width)} {number(height)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} role="img" font-family="{escape(SANS)}">\n'
        f"<title>{escape(title)}</title>"
    )


def group(made: Group, more: str = "") -> str:
    """One group with what is in it."""
    items = "".join(map(item, made.items))
    return f'<g id="{made.id}" class="{made.role}"{more}><title>{escape(made.title)}</title>{items}</g>'


def item(made: Item) -> str:
    """One thing to draw."""
    match made:
        case Plate():
            return _plate(made)
        case Curve():
            (x, y), *rest = made.points
            way = f"M{number(x)} {number(y)}C{' '.join(f'{number(px)} {number(py)}' for px, py in rest)}"
            return f'<path d="{way}" fill="none"{_line(made.line, made.width, made.dash)}/>'
        case Head():
            points = " ".join(f"{number(x)},{number(y)}" for x, y in made.points)
            return f'<polygon points="{points}" fill="{made.fill}"/>'
        case Words():
            return _words(made)


def _plate(made: Plate) -> str:
    area, radius = made.area, number(made.radius)
    place = f'x="{number(area.x)}" y="{number(area.y)}" width="{number(area.width)}" height="{number(area.height)}"'
    frame = f'<rect {place} rx="{radius}" fill="{made.fill or "none"}"'
    if made.band is None:
        return f"{frame}{_line(made.line, made.width, made.dash)}/>"
    line = f'<rect {place} rx="{radius}" fill="none"{_line(made.line, made.width, made.dash)}/>'
    return f'{frame}/><path d="{band_path(area, made.radius)}" fill="{made.band}"/>{line}'


def band_path(area: Area, r: float) -> str:
    """The top of a rounded rectangle."""
    right, foot = number(area.width - 2 * r), number(BAND - r)
    arc = f"a{number(r)} {number(r)} 0 0 1 "
    x, y = number(area.x), number(area.y + BAND)
    return f"M{x} {y}v-{foot}{arc}{number(r)} -{number(r)}h{right}{arc}{number(r)} {number(r)}v{foot}z"


def _line(colour: str | None, width: float, dash: Dash) -> str:
    if colour is None:
        return ""
    dashes = "" if dash is None else f' stroke-dasharray="{number(dash[0])} {number(dash[1])}"'
    return f' stroke="{colour}" stroke-width="{number(width)}"{dashes}'


def _words(made: Words) -> str:
    anchor = "" if made.anchor == "start" else f' text-anchor="{made.anchor}"'
    if made.halo is not None:
        anchor += f' stroke="{made.halo}" stroke-width="5" stroke-linejoin="round" paint-order="stroke"'
    first, *more = made.spans
    place = f'x="{number(made.x)}" y="{number(made.y)}"'
    if not more:
        return f'<text {place}{anchor} xml:space="preserve"{_type(first)}>{escape(first.text)}</text>'
    spans = "".join(f"<tspan{_gap(span)}{_type(span)}>{escape(span.text)}</tspan>" for span in made.spans)
    return f'<text {place}{anchor} xml:space="preserve">{spans}</text>'


def _gap(span: Span) -> str:
    return f' dx="{number(span.gap)}"' if span.gap else ""


def _type(span: Span) -> str:
    bold = ' font-weight="700"' if span.bold else ""
    return f' font-size="{number(span.size)}"{bold} fill="{span.colour}"'


def number(value: float) -> str:
    """At most two decimals, none of them for nothing."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
