"""The archives that ``torch.save`` writes into an open file: zip files as PyTorch's writer lays them out.

They are as long as PyTorch's, and byte for byte the same but for the number that says which archive it is, which
PyTorch makes of its hashes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from struct import pack
from typing import Final
from zlib import crc32

_ALIGNED: Final = 64
_FOLDER: Final = "archive/"
_FORMAT: Final = {".format_version": b"1", ".storage_alignment": b"64", "byteorder": b"little"}


def written(pickled: bytes, storages: Mapping[str, bytes]) -> bytes:
    """The archive of an object and the memories that its tensors look at."""
    records = {"data.pkl": pickled, **_FORMAT}
    records |= {f"data/{key}": storage for key, storage in storages.items()}
    records["version"] = b"3\n"
    records[".data/serialization_id"] = b"%040d" % crc32(b"".join(records.values()))
    file, directory = bytearray(), bytearray()
    for name, data in records.items():
        path = (_FOLDER + name).encode()
        # flags: sizes follow the numbers (there is nothing to follow where there are none), names are UTF-8
        flags, start = 0x0808 if data else 0x0800, len(file)
        gap = -(start + 30 + len(path) + 4) % _ALIGNED
        file += (
            b"PK\3\4"
            + pack("<2xH18xHH", flags, len(path), gap + 4)
            + path
            + b"FB"
            + pack("<H", gap)
            + b"Z" * gap
            + data
        )
        sizes = pack("<III", crc32(data), len(data), len(data))
        if data:
            file += b"PK\7\x08" + sizes
        directory += b"PK\1\2" + pack("<4xH6x", flags) + sizes + pack("<H12xI", len(path), start) + path
    count, size, place = len(records), len(directory), len(file)
    file += directory
    end = len(file)
    file += b"PK\6\6" + pack("<QHH8xQQQQ", 44, 0x31E, 45, count, count, size, place)
    file += b"PK\6\7" + pack("<4xQI", end, 1)
    file += b"PK\5\6" + pack("<4xHHII2x", count, count, size, place)
    return bytes(file)


class Archive:
    """An archive that is read. Raises BadZipFile for what is none."""

    def __init__(self, data: bytes) -> None:
        if not data.startswith(b"PK\3\4"):
            raise zipfile.BadZipFile(data[:4])
        self._data = data
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        pickled = next((name for name in self._zip.namelist() if name.endswith("/data.pkl")), None)
        if pickled is None:
            raise zipfile.BadZipFile(pickled)
        self._folder = pickled.removesuffix("data.pkl")
        self.end = 0
        """Where the record ends that was read last."""

    def read(self, name: str) -> bytes:
        """What lies in the archive under ``name``."""
        record = self._zip.getinfo(self._folder + name)
        found = self._zip.read(record)
        if found:
            header = record.header_offset
            lengths = (int.from_bytes(self._data[header + at : header + at + 2], "little") for at in (26, 28))
            self.end = header + 30 + sum(lengths) + record.compress_size
        return found
