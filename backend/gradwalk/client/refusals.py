"""A server's problem details as the package's own exceptions."""

from __future__ import annotations

from typing import Any

import httpx

from gradwalk import errors
from gradwalk.errors import GradwalkError, NoServer, TooBusy, TooManyRequests

BY_KIND: dict[str, type[GradwalkError]] = {
    "malformed-body": errors.MalformedBody,
    "body-too-large": errors.BodyTooLarge,
    "body-too-slow": errors.BodyTooSlow,
    "unsupported-media-type": errors.UnsupportedMediaType,
    "unsupported-coding": errors.UnsupportedCoding,
    "not-a-trace": errors.NotATrace,
    "no-such-trace": errors.NoSuchTrace,
    "no-such-step": errors.NoSuchStep,
    "no-such-snippet": errors.NoSuchSnippet,
    "secret-missing": errors.SecretMissing,
    "wrong-secret": errors.WrongSecret,
    "store-unavailable": errors.StoreUnavailable,
    "not-this-server": errors.NotThisServer,
    "no-such-page": errors.NoSuchPage,
    "unsupported-format": errors.UnsupportedLink,
    "no-such-example": errors.NoSuchLesson,
    "link-too-long": errors.LinkTooLong,
    "unknown-format": errors.UnknownFormat,
    "bad-look": errors.BadLook,
    "picture-too-large": errors.PictureTooLarge,
    "renderer-missing": errors.RendererMissing,
    "too-slow": errors.RenderingTooSlow,
    "rendering-failed": errors.RenderingFailed,
    "page-not-built": errors.PageNotBuilt,
    "sandbox-unavailable": errors.SandboxUnavailable,
    "unreadable-notebook": errors.UnreadableCode,
}
TO_BE_TRIED_LATER: dict[str, type[TooBusy | TooManyRequests]] = {
    "too-busy": TooBusy, "too-many-requests": TooManyRequests
}  # fmt: skip
"""The last part of a problem's ``type``, and what is raised for it; for any other, :class:`ServerRefused` itself."""


class ServerRefused(GradwalkError):
    """The server answered with a problem; ``problem`` is what it said, as of RFC 9457."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("detail") or problem.get("title") or f"HTTP {problem.get('status')}")
        self.problem = problem


def refusal(response: httpx.Response) -> GradwalkError:
    """The exception that an answer stands for; its cause is the :class:`ServerRefused` with all that was said."""
    try:
        problem = response.json()
        told = ServerRefused(problem)
        kind = str(problem["type"]).rpartition("/")[2]
    except (ValueError, KeyError, AttributeError):  # a proxy between, or no server of ours
        return NoServer(f"{response.url} answers with HTTP {response.status_code}, and not as Gradwalk does.")
    if kind in TO_BE_TRIED_LATER:
        return _because(TO_BE_TRIED_LATER[kind](str(told), int(response.headers.get("Retry-After", "1"))), told)
    return _because(BY_KIND[kind](str(told)), told) if kind in BY_KIND else told


def unreachable(server: str, error: httpx.TransportError) -> NoServer:
    """The exception for a server that cannot be spoken to."""
    return NoServer(f"no server of Gradwalk's answers at {server}: {str(error).rstrip('.')}.")


def _because(error: GradwalkError, cause: ServerRefused) -> GradwalkError:
    error.__cause__ = cause
    return error
