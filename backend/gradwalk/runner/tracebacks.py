"""An exception as a notebook's reader should see it: only the snippet's own frames, named by their cells."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator, Mapping
from itertools import islice
from types import TracebackType
from typing import NamedTuple

from gradwalk.recorder.limits import LimitReached
from gradwalk.runner.cellfile import CellFile
from gradwalk.runner.source import Position
from gradwalk.text import clean, told
from gradwalk.text import name as named

_FRAME = re.compile(r'^([ |+-]*)File "(<cell \d+>)", line (-?\d+|None)(?:, in (?:<module>|(.+)))?$', re.MULTILINE)


class Place(NamedTuple):
    """The innermost expression of the snippet's own that was running."""

    file: CellFile
    where: Position

    @property
    def in_cell(self) -> Position:
        """The same in the cell that the file's text stands in."""
        return self.file.in_cell(self.where)


class Failure(NamedTuple):
    """What is told of an exception."""

    type: str
    message: str
    traceback: str
    place: Place | None

    @property
    def summary(self) -> str:
        """Type and message, as the last line of a traceback has them."""
        return _summary(self.type, self.message)


def readable(error: BaseException) -> BaseException:
    """``error``, or one that stands for it where its own class hides, or makes up, what Python keeps of it."""
    kept = BaseException.__dict__["__traceback__"].__get__(error)
    try:
        _type_name(error), error.__cause__, error.__context__
        if error.__class__ is type(error) and error.__traceback__ is kept:
            return error
    except LimitReached:
        raise
    except BaseException:  # what is the snippet's may even leave
        pass
    name = type.__dict__["__name__"].__get__(type(error))
    return RuntimeError(f"<exception {name} that hides what Python knows of it>").with_traceback(kept)


def describe(error: BaseException, files: Mapping[str, CellFile]) -> Failure:
    """All that is told of ``error``, given the cells by the names of their files."""
    file = _refused_by_compiler(error, files)
    if file and isinstance(error, SyntaxError) and error.text is None and error.lineno:
        error.text = file.text_of_line(error.lineno)  # the compiler looked for it in a file
    return Failure(_type_name(error), _message(error), _text(error, files), place_of(error, files))


def place_of(error: BaseException, files: Mapping[str, CellFile]) -> Place | None:
    """Where in the snippet ``error`` arose; None if in no cell."""
    innermost = None
    for link in _links(error.__traceback__):
        if file := files.get(link.tb_frame.f_code.co_filename):
            innermost = Place(file, _position(link, file))
    if isinstance(error, SyntaxError) and (file := _refused_by_compiler(error, files)):
        return Place(file, _syntax_position(error, file))
    return innermost


def _refused_by_compiler(error: BaseException, files: Mapping[str, CellFile]) -> CellFile | None:
    """The cell that the compiler could make nothing of, if that is what ``error`` says: a snippet can make one that
    says anything."""
    if not isinstance(error, SyntaxError) or not isinstance(error.filename, str):
        return None
    places = (error.lineno, error.offset, error.end_lineno, error.end_offset)
    return files.get(error.filename) if all(isinstance(place, int | None) for place in places) else None


def _text(error: BaseException, files: Mapping[str, CellFile]) -> str:
    try:
        return told(_formatted(error, files))
    except LimitReached:
        raise
    except BaseException:  # Python's own module fails at a SyntaxError whose text is no text, a snippet's class at any
        return _summary(_type_name(error), _message(error))


def _formatted(error: BaseException, files: Mapping[str, CellFile]) -> str:
    whole = traceback.TracebackException.from_exception(error, lookup_lines=False, compact=True)
    seen: set[int] = set()
    waiting: list[traceback.TracebackException | None] = [whole]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        one.stack[:] = [frame for frame in one.stack if frame.filename in files]
        if not one.stack and hasattr(one, "end_offset"):  # a SyntaxError
            one.stack = None  # type: ignore[assignment]  # no frame ran: then no heading that announces some
        waiting += [one.__cause__, one.__context__, *(one.exceptions or ())]
    return clean(with_titles("".join(whole.format()), files)).rstrip("\n")


def with_titles(text: str, files: Mapping[str, CellFile]) -> str:
    """A traceback's text as Python writes it, its cells by their titles."""
    return _FRAME.sub(lambda match: _frame(match, files), text)


def _frame(match: re.Match[str], files: Mapping[str, CellFile]) -> str:
    margin, filename, line, function = match.groups()
    if filename not in files:
        return match[0]
    return f"{margin}{files[filename].title}, line {line}" + (f", in {function}" if function else "")


def _type_name(error: BaseException) -> str:
    cls = type(error)
    own = cls.__module__ in ("builtins", "__main__")
    return named(cls.__qualname__ if own else f"{cls.__module__}.{cls.__qualname__}")


def _summary(type_name: str, message: str) -> str:
    return f"{type_name}: {message}" if message else type_name


def _message(error: BaseException) -> str:
    try:
        return told(clean(str(error.msg if isinstance(error, SyntaxError) else error)))
    except LimitReached:
        raise
    except BaseException:  # as Python's own tracebacks do: the exception's __str__ is the snippet's, and may even leave
        return f"<exception {type(error).__name__} whose str() failed>"


def _links(link: TracebackType | None) -> Iterator[TracebackType]:
    while link:
        yield link
        link = link.tb_next


def _position(link: TracebackType, file: CellFile) -> Position:
    positions = link.tb_frame.f_code.co_positions()
    # Tracebacks and code can be made by hand, and then say anything.
    line, end_line, column, end_column = next(islice(positions, max(link.tb_lasti, 0) // 2, None), (None,) * 4)
    if line is None or end_line is None or column is None or end_column is None or not _stands(line, end_line, file):
        return _whole_line(link.tb_lineno or 1, file)
    return line, column, end_line, end_column


def _stands(line: int, end_line: int, file: CellFile) -> bool:
    """Whether the cell has these lines, in this order."""
    return 1 <= line <= end_line <= file.source.count("\n") + 1


def _syntax_position(error: SyntaxError, file: CellFile) -> Position:
    """A SyntaxError counts columns in characters, from 1, and not always within the line."""
    lines = file.source.split("\n")
    line = min(error.lineno or 1, len(lines))
    end_line = error.end_lineno or line
    text = lines[line - 1]
    start = min(max((error.offset or 1) - 1, 0), len(text))
    same_line = end_line == line and error.end_offset is not None and error.end_offset - 1 > start
    end = min(error.end_offset - 1, len(text)) if same_line and error.end_offset is not None else len(text)
    return line, _bytes(text[:start]), line, _bytes(text[:end])


def _whole_line(line: int, file: CellFile) -> Position:
    lines = file.source.split("\n")
    line = min(max(line, 1), len(lines))
    text = lines[line - 1]
    return line, _bytes(text) - _bytes(text.lstrip()), line, _bytes(text)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
