"""What travels between the server and a run's child, on a *stream* of the run's own.

First comes the processor time that the child has used before it has read anything, then frames: four bytes of length,
big-endian, then that much JSON. A length of nothing says that the run is over.
"""

from __future__ import annotations

import struct

LENGTH = struct.Struct(">I")
CPU_BEFORE = struct.Struct(">d")
END = LENGTH.pack(0)
"""What a child sends last. The kernel takes as long over clearing a process away as a short run does: nobody waits."""


def pack_frame(payload: bytes) -> bytes:
    """One frame as it stands on the wire."""
    return LENGTH.pack(len(payload)) + payload
