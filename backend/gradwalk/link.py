"""A notebook as the fragment of the page's address, which no browser sends to a server.

``frontend/src/core/link.ts`` reads and writes the same.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence

from gradwalk.errors import LinkTooLong
from gradwalk.notebook import CellSource

LONGEST = 32_000
"""More code than this no browser takes in an address."""


def fragment(title: str, cells: Sequence[CellSource]) -> str:
    """The part after ``#``; raises :class:`LinkTooLong` if the code is too long for an address."""
    packed = [title, [[cell.source, cell.execution_count, ""] for cell in cells]]
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    text = json.dumps(packed, ensure_ascii=False, separators=(",", ":"))
    squeezed = deflater.compress(text.encode()) + deflater.flush()
    code = base64.urlsafe_b64encode(squeezed).decode().rstrip("=")
    if len(code) > LONGEST:
        raise LinkTooLong("The code is too long for a link: open the page and drop the file onto it.")
    return f"code={code}"
