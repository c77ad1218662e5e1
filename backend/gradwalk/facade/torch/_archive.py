"""The archives that ``torch.save`` writes: zip files as PyTorch's writer lays them out.

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

START: Final = b"PK\3\4"
"""What an archive begins with."""
_BROKEN: Final = (
    "PytorchStreamReader failed reading zip archive: failed finding central directory. This is an internal miniz "
    "error. If you are seeing this error, there is a high likelihood that your checkpoint file is corrupted. This can "
    "happen if the checkpoint was not saved properly, was transferred incorrectly, or the file was modified after "
    "saving."
)
_NO_VERSION: Final = (
    'Expected hasRecord("version") to be true, but got false.  (Could this error message be improved?  If so, please '
    "report an enhancement request to PyTorch.)"
)
_ALIGNED: Final = 64
_FORMAT: Final = {".format_version": b"1", ".storage_alignment": b"64", "byteorder": b"little"}


def written(pickled: bytes, storages: Mapping[str, bytes], folder: str) -> bytes:
    """The archive of an object and the memories that its tensors look at, all in a folder."""
    records = {"data.pkl": pickled, **_FORMAT}
    records |= {f"data/{key}": storage for key, storage in storages.items()}
    records["version"] = b"3\n"
    records[".data/serialization_id"] = b"%040d" % crc32(b"".join(records.values()))
    file, directory = bytearray(), bytearray()
    for name, data in records.items():
        path = f"{folder}/{name}".encode()
        # flags: sizes follow the numbers (there is nothing to follow where there are none), names are UTF-8
        flags, start = 0x0808 if data else 0x0800, len(file)
        gap = -(start + 30 + len(path) + 4) % _ALIGNED
        file += (
            START + pack("<2xH18xHH", flags, len(path), gap + 4) + path + b"FB" + pack("<H", gap) + b"Z" * gap + data
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
    """An archive that is read. Raises RuntimeError, as PyTorch does, for one that is not whole or no one's of these."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except zipfile.BadZipFile:
            raise RuntimeError(_BROKEN) from None
        first = self._zip.namelist()[0]
        if "/" not in first:
            where = "[enforce fail at inline_container.cc:180] . "
            raise RuntimeError(f"{where}file in archive is not in a subdirectory: {first}")
        self._folder = first.partition("/")[0] + "/"
        if self._folder + "version" not in self._zip.namelist():
            raise RuntimeError(_NO_VERSION)
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
