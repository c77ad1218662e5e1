"""PDF written by hand, for where only the ``graphviz-pure`` wheel is: one page, the same drawing as the SVG's.

Latin letters are Helvetica, which every reader has; signs that it lacks are taken from Symbol; Chinese is left to the
font that a reader has for it (Adobe's names for the usual ones).
"""

from __future__ import annotations

from collections.abc import Iterator

from gradwalk.export.drawing import MARGIN, Curve, Dash, Group, Head, Item, Plate, Words, about_width
from gradwalk.export.layout import Layout, Point
from gradwalk.export.look import PALETTES, Look
from gradwalk.export.writers.dot import BAND
from gradwalk.export.writers.svg import number

SYMBOLS = {"−": 0x2D, "→": 0xAE, "←": 0xAC, "≤": 0xA3, "≥": 0xB3, "≠": 0xB9, "∞": 0xA5, "∂": 0xB6, "∑": 0xE5}
POINT = 0.75
"""A pixel of the drawing in points."""

_KAPPA = 0.5523
"""Where the handles of a quarter of a circle are."""

_FONTS = (
    "/R <</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>"
    "/B <</Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding>>"
    "/S <</Type /Font /Subtype /Type1 /BaseFont /Symbol>>"
    "/C <</Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [<<"
    "/Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo"
    " <</Registry (Adobe) /Ordering (GB1) /Supplement 4>> /DW 1000 /FontDescriptor <</Type /FontDescriptor"
    " /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120"
    " /CapHeight 880 /StemV 93>>>>]>>"
)


def pdf(groups: list[Group], layout: Layout, look: Look) -> bytes:
    """A page of a layout's size with a margin around it."""
    width, height = layout.width + 2 * MARGIN, layout.height + 2 * MARGIN
    unit = POINT * look.scale
    lines = [
        f"{number(unit)} 0 0 -{number(unit)} 0 {number(height * unit)} cm",
        f"{_colour(PALETTES[look.theme].ground)} rg 0 0 {number(width)} {number(height)} re f",
        f"1 0 0 1 {number(MARGIN)} {number(MARGIN)} cm 1 j",
    ]
    for group in groups:
        for item in group.items:
            lines += _draw(item)
    content = "\n".join(lines).encode("latin-1")
    size = f"{number(width * unit)} {number(height * unit)}"
    page = f"<</Type /Page /Parent 2 0 R /MediaBox [0 0 {size}] /Contents 4 0 R /Resources <</Font <<{_FONTS}>>>>>>"
    return _file(
        [
            b"<</Type /Catalog /Pages 2 0 R>>",
            b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
            page.encode("latin-1"),
            b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
        ]
    )


def _file(objects: list[bytes]) -> bytes:
    """The objects with the table of where each is."""
    data, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for index, made in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (index, made)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    end = b"trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table) + end


def _draw(item: Item) -> Iterator[str]:
    match item:
        case Plate():
            yield from _plate(item)
        case Curve():
            (x, y), *rest = item.points
            pieces = (_points(*rest[i : i + 3]) for i in range(0, len(rest), 3))
            yield f"{_pen(item.line, item.width, item.dash)} {_points((x, y))} m {' c '.join(pieces)} c S"
        case Head():
            a, b, c = map(_points, item.points)
            yield f"{_colour(item.fill)} rg {a} m {b} l {c} l h f"
        case Words():
            yield from _words(item)


def _plate(item: Plate) -> Iterator[str]:
    area, r = item.area, item.radius
    outline = _rounded(area.x, area.y, area.x + area.width, area.y + area.height, r)
    if item.fill is not None:
        yield f"{_colour(item.fill)} rg {outline} f"
    if item.band is not None:
        band = f"{_points((area.x, area.y))} {number(area.width)} {BAND} re"
        yield f"q {outline} W n {_colour(item.band)} rg {band} f Q"
    if item.line is not None:
        yield f"{_pen(item.line, item.width, item.dash)} {outline} S"


def _rounded(x0: float, y0: float, x1: float, y1: float, r: float) -> str:
    k = r * (1 - _KAPPA)
    return (
        f"{_points((x0 + r, y0))} m {_points((x1 - r, y0))} l "
        f"{_points((x1 - k, y0), (x1, y0 + k), (x1, y0 + r))} c {_points((x1, y1 - r))} l "
        f"{_points((x1, y1 - k), (x1 - k, y1), (x1 - r, y1))} c {_points((x0 + r, y1))} l "
        f"{_points((x0 + k, y1), (x0, y1 - k), (x0, y1 - r))} c {_points((x0, y0 + r))} l "
        f"{_points((x0, y0 + k), (x0 + k, y0), (x0 + r, y0))} c h"
    )


def _words(item: Words) -> Iterator[str]:
    x = item.x
    if item.anchor != "start":
        x -= sum(about_width(span.text) * span.size for span in item.spans) / (1 if item.anchor == "end" else 2)
    # The drawing's y grows downwards, letters stand upwards.
    yield f"BT 1 0 0 -1 {_points((x, item.y))} Tm"
    for span in item.spans:
        if span.gap:
            # A shift in thousandths of the letters' size, against the direction of reading.
            yield f"/R {number(span.size)} Tf [{number(-1000 * span.gap / span.size)}] TJ"
        yield f"{_colour(span.colour)} rg"
        for font, text in _runs(span.text, "B" if span.bold else "R"):
            yield f"/{font} {number(span.size)} Tf <{text.hex()}> Tj"
    yield "ET"


def _runs(text: str, latin: str) -> Iterator[tuple[str, bytes]]:
    """The text in pieces, each with its font and as that font's codes."""
    font, codes = "", b""
    for sign in text:
        own, code = _coded(sign, latin)
        if own != font and codes:
            yield font, codes
            codes = b""
        font, codes = own, codes + code
    if codes:
        yield font, codes


def _coded(sign: str, latin: str) -> tuple[str, bytes]:
    try:
        return latin, sign.encode("cp1252")
    except UnicodeEncodeError:
        pass
    if sign in SYMBOLS:
        return "S", bytes([SYMBOLS[sign]])
    return "C", sign.encode("utf-16-be") if ord(sign) <= 0xFFFF else b"\x00?"


def _pen(line: str, width: float, dash: Dash) -> str:
    dashes = "" if dash is None else f"{number(dash[0])} {number(dash[1])}"
    return f"{_colour(line)} RG {number(width)} w [{dashes}] 0 d"


def _colour(text: str) -> str:
    return " ".join(f"{int(text[i : i + 2], 16) / 255:.3f}" for i in (1, 3, 5))


def _points(*points: Point) -> str:
    return " ".join(f"{number(x)} {number(y)}" for x, y in points)
