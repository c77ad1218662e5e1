"""The modules that are in the fork server's memory before the first fork: a child has no way to a file.

The runner loads what it needs itself; these are the ones that numpy, the traceback machinery and the modules that a
snippet may import would otherwise load when first used.
"""

from __future__ import annotations

import importlib
import time
from typing import Final

PRELOAD: Final = (
    "collections.abc",
    "contextlib",
    "copy",
    "dataclasses",
    "decimal",
    "difflib",
    "encodings.ascii",
    "encodings.base64_codec",
    "encodings.big5",
    "encodings.cp1252",
    "encodings.gb18030",
    "encodings.gbk",
    "encodings.hex_codec",
    "encodings.idna",
    "encodings.iso8859_1",
    "encodings.latin_1",
    "encodings.punycode",
    "encodings.raw_unicode_escape",
    "encodings.rot_13",
    "encodings.unicode_escape",
    "encodings.utf_16",
    "encodings.utf_16_be",
    "encodings.utf_16_le",
    "encodings.utf_32",
    "encodings.utf_32_le",
    "encodings.utf_7",
    "encodings.utf_8_sig",
    "fractions",
    "functools",
    "heapq",
    "itertools",
    "linecache",
    "math",
    "numpy",
    "numpy.char",
    "numpy.exceptions",
    "numpy.fft",
    "numpy.lib.stride_tricks",
    "numpy.linalg",
    "numpy.ma",
    "numpy.polynomial",
    "numpy.random",
    "numpy.rec",
    "numpy.strings",
    "numpy.testing",
    "numpy.typing",
    "operator",
    "random",
    "re",
    "statistics",
    "string",
    "stringprep",
    "time",
    "timeit",
    "traceback",
    "types",
    "typing",
    "unicodedata",
    "warnings",
)


def preload() -> None:
    """Load them, and what is read from a file when first asked for."""
    for module in PRELOAD:
        importlib.import_module(module)
    time.localtime()
    numpy = importlib.import_module("numpy")
    # The first product and the first decomposition set up their libraries.
    numpy.linalg.svd(numpy.ones((64, 64)) @ numpy.ones((64, 64)))
    numpy.random.default_rng(0).normal(size=3)
