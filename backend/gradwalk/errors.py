"""Everything that can go wrong outside a snippet, as one tree; what goes wrong inside one is a result, not an error.

GradwalkError
├── RequestError            the client can mend it
│   ├── MalformedBody       not the JSON it should be
│   ├── BodyTooLarge
│   ├── BodyTooSlow
│   ├── UnsupportedMediaType, UnsupportedCoding
│   ├── NoSuchTrace         not kept here, or not any more
│   ├── NoSuchSnippet
│   ├── SecretMissing, WrongSecret
│   ├── NoSuchPage, UnsupportedLink   nothing that can be embedded
│   ├── NotThisServer       asked under a name that is not the server's
│   └── TooManyRequests     of one client in a short time
├── TooBusy                 the server has all the work it takes
├── StoreUnavailable        the database of snippets does not answer
├── PageNotBuilt            the page's files are not there
├── ExportError             a trace cannot be given out in this form
│   ├── UnknownFormat, BadLook, NoSuchStep   the client can mend it
│   ├── PictureTooLarge
│   ├── RenderingFailed, RenderingTooSlow
│   └── RendererMissing     something that draws pictures is not installed
├── UnreadableCode          what was handed in from Python or the command line is no code that can be run
│   └── NotText             a function or value cannot be written down
├── NumbersNotKept          a trace does not hold all of a tensor's numbers
├── NoSuchLesson            no lesson has this id
├── LinkTooLong             code that no address holds
├── NoWalkYet               a block that is watched has not ended
├── NoServer                no server of Gradwalk's answers at an address
├── ExtraMissing            an optional package is not installed
└── SandboxError            the server cannot run snippets
    ├── SandboxUnsupported  not on this system
    └── SandboxUnavailable  not at this moment
"""

from __future__ import annotations


class GradwalkError(Exception):
    """Base of every error of Gradwalk's own; its text is one plain sentence that says the way out."""


class RequestError(GradwalkError):
    """The request cannot be served as it stands."""


class MalformedBody(RequestError):
    """The body is not the JSON it should be."""


class BodyTooLarge(RequestError):
    """The body is longer than the limits allow."""


class BodyTooSlow(RequestError):
    """The body does not come."""


class UnsupportedMediaType(RequestError):
    """The body is of a type that nothing here reads; ``accepted`` is what is read, as a header says it."""

    def __init__(self, message: str, accepted: str = "") -> None:
        super().__init__(message)
        self.accepted = accepted


class UnsupportedCoding(RequestError):
    """The body is compressed in a way that nothing here reads."""


class NotATrace(RequestError):
    """The document is not a trace, or points outside of itself."""


class NoSuchTrace(RequestError):
    """This trace is not kept here."""


class NoSuchSnippet(RequestError):
    """There is no such snippet."""


class SecretMissing(RequestError):
    """A snippet is deleted by its secret only."""


class WrongSecret(RequestError):
    """This is none of the snippet's secrets."""


class NoSuchPage(RequestError):
    """This address is not one that can be embedded."""


class UnsupportedLink(RequestError):
    """Links are not described in this format."""


class NotThisServer(RequestError):
    """The name that was asked for is not one of the server's."""


class TooManyRequests(RequestError):
    """This client has asked for too much in a short time; ``retry_after`` is in seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class StoreUnavailable(GradwalkError):
    """The database of snippets does not answer; ``reason`` is what it said, for whoever runs the server."""

    def __init__(self, message: str, reason: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason


class TooBusy(GradwalkError):
    """As many requests run and wait as the server takes; ``retry_after`` is in seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PageNotBuilt(GradwalkError):
    """The page's files are not where they should be."""


class SandboxError(GradwalkError):
    """Snippets cannot be run."""


class SandboxUnsupported(SandboxError):
    """This system lacks what the fork server needs."""


class SandboxUnavailable(SandboxError):
    """The fork server could not be started or did not answer."""


class ExportError(GradwalkError):
    """An export cannot be made."""


class UnknownFormat(ExportError):
    """There is no such format."""


class BadLook(ExportError):
    """There is no such theme, direction, language or scale."""


class NoSuchStep(ExportError):
    """The run has fewer events."""


class PictureTooLarge(ExportError):
    """A picture of more nodes than are laid out."""


class RenderingFailed(ExportError):
    """Graphviz could not draw the picture, or not in time."""


class RenderingTooSlow(ExportError):
    """It took longer than it may."""


class RendererMissing(ExportError):
    """Something that draws pictures is not installed."""


class UnreadableCode(GradwalkError):
    """What was handed in is no code that can be run."""


class NotText(UnreadableCode):
    """A function, or something that it needs, cannot be written down as text."""


class NumbersNotKept(GradwalkError):
    """The trace does not hold all the numbers that were asked for."""


class NoWalkYet(GradwalkError):
    """What is watched still runs."""


class ExtraMissing(GradwalkError):
    """An optional package is not installed."""


class NoSuchLesson(GradwalkError):
    """No lesson has this id."""


class LinkTooLong(GradwalkError):
    """The code does not fit into an address."""


class NoServer(GradwalkError):
    """No server of Gradwalk's answers at an address."""
