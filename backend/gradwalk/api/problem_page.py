"""A problem as a page, for who follows a link in a browser: a short link that was cut, or whose snippet is gone."""

from __future__ import annotations

from html import escape

from starlette.requests import Request

from gradwalk.api.negotiate import preferred

MEDIA_TYPE = "text/html"
_OF_PROGRAMS = "/api/"
_OFFERS = (MEDIA_TYPE,)
_STYLE = "max-width: 34rem; margin: 15vh auto; padding: 0 1rem; font: 1.125rem/1.5 system-ui, sans-serif"


def may_be(request: Request) -> bool:
    """Whether somebody may read here; what programs ask for is under an address of its own."""
    return request.method in ("GET", "HEAD") and not request.url.path.startswith(_OF_PROGRAMS)


def is_wanted(request: Request) -> bool:
    """Browsers name HTML when they open an address, and programs do not."""
    accepted = request.headers.get("accept", "")
    return may_be(request) and preferred(accepted, _OFFERS, "application/problem+json") == MEDIA_TYPE


_SERVERS = 500
_CAUSES = {
    False: (
        "The link may be incomplete, or what it led to is gone.",
        "链接可能不完整，或者内容已删除。",
    ),
    True: ("The server cannot open it now.", "服务器现在无法打开这个地址。"),
}


def page(request: Request, title: str, detail: str, status: int) -> str:
    """What is wrong, why that may be, and a way on."""
    english, chinese = _CAUSES[status >= _SERVERS]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{escape(title)} · Gradwalk</title></head>'
        f'<body style="{_STYLE}"><h1>{escape(title)}</h1><p>{escape(detail)}</p>'
        f'<p>{english} <span lang="zh-CN">{chinese}</span></p>'
        f'<p><a href="{escape(str(request.base_url))}">Open Gradwalk · <span lang="zh-CN">打开 Gradwalk</span></a></p>'
        "</body></html>"
    )
