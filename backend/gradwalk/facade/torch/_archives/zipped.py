"""The archives that ``torch.save`` writes: zip files as PyTorch's writer lays them out.

They are as long as PyTorch's, and byte for byte the same but for the number that says which archive it is, which
PyTorch makes of its hashes.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from struct import pack
from typing import Final
from zlib import crc32

START: Final = b"PK\3\4"
"""What an archive begins with."""
_NEWEST: Final = 10
"""The version of archives that PyTorch reads at most."""
_BROKEN: Final = (
    "PytorchStreamReader failed {}: {}. This is an internal miniz error. If you are seeing this error, there is a high "
    "likelihood that your checkpoint file is corrupted. This can happen if the checkpoint was not saved properly, was "
    "transferred incorrectly, or the file was modified after saving."
)
_NO_END: Final = _BROKEN.format("reading zip archive", "failed finding central directory")
_DAMAGED: Final = "invalid header or archive is corrupted"
_NO_VERSION: Final = (
    'Expected hasRecord("version") to be true, but got false.  (Could this error message be improved?  If so, please '
    "report an enhancement request to PyTorch.)"
)
_OLD: Final = (
    "[enforce fail at inline_container.cc:219] . Attempted to read a PyTorch file with version {}, but the minimum "
    "supported version for reading is 1. Your PyTorch script module file is too old. Please regenerate it with latest "
    "version of PyTorch to mitigate this issue."
)
_NEW: Final = (
    "[enforce fail at inline_container.cc:230] . Attempted to read a PyTorch file with version {}, but the maximum "
    "supported version for reading is 10. The version of your PyTorch installation may be too old, please upgrade "
    "PyTorch to latest version to mitigate this issue."
)
_UNNUMBERED: Final = "[enforce fail at inline_container.cc:215] . Couldn't parse the version {} as Long Long."
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
            raise RuntimeError(_NO_END) from None
        except ValueError:  # its directory would lie before its beginning
            raise RuntimeError(_BROKEN.format("reading zip archive", _DAMAGED)) from None
        if not data.startswith(pack("<I", self._zip.start_dir), data.rindex(b"PK\5\6") + 16):
            raise RuntimeError(_BROKEN.format("reading zip archive", _DAMAGED))
        first = self._zip.namelist()[0]
        if "/" not in first:
            where = "[enforce fail at inline_container.cc:180] . "
            raise RuntimeError(f"{where}file in archive is not in a subdirectory: {first}")
        self._folder = first.partition("/")[0] + "/"
        if not self._has("version"):
            raise RuntimeError(_NO_VERSION)
        self._check_version(self.read("version").decode(errors="replace"))
        order = self.read("byteorder") if self._has("byteorder") else b"little"
        if order not in (b"little", b"big"):
            raise ValueError(f"Unknown endianness type: {order.decode()}")
        self.reversed = order == b"big"
        """Whether it was written where numbers begin with their highest byte."""
        self.end = 0
        """Where the record ends that was read last."""

    def read(self, name: str) -> bytes:
        """What lies in the archive under ``name``; as PyTorch, without a look at its sum."""
        if not self._has(name):
            raise RuntimeError(_BROKEN.format(f"locating file {name}", "file not found"))
        record = self._zip.getinfo(self._folder + name)
        if record.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise RuntimeError(_BROKEN.format(f"retrieving file meta-data for {name}", "unsupported method"))
        try:
            with self._zip.open(record) as file:
                vars(file)["_expected_crc"] = None
                found = file.read()
        except (zipfile.BadZipFile, zlib.error, EOFError):
            raise RuntimeError(_BROKEN.format(f"reading file {name}", _DAMAGED)) from None
        if found:
            header = record.header_offset
            lengths = (int.from_bytes(self._data[header + at : header + at + 2], "little") for at in (26, 28))
            self.end = header + 30 + sum(lengths) + record.compress_size
        return found

    def _has(self, name: str) -> bool:
        return self._folder + name in self._zip.NameToInfo

    @staticmethod
    def _check_version(text: str) -> None:
        number = re.match(r"\s*[+-]?\d+", text, re.ASCII)
        if number is None:
            raise RuntimeError(_UNNUMBERED.format(text))
        if int(number[0]) < 1:
            raise RuntimeError(_OLD.format(int(number[0])))
        if int(number[0]) > _NEWEST:
            raise RuntimeError(_NEW.format(int(number[0])))
