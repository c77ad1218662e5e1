"""What a snippet may import, as data. This makes for clear messages; what keeps a snippet in is the sandbox."""

from __future__ import annotations

from typing import Final

IMPORTABLE: Final = frozenset((
    "torch", "functorch", "numpy", "__future__", "abc", "argparse", "array", "ast", "base64", "bisect", "cmath",
    "collections", "codecs", "contextlib", "copy", "csv", "dataclasses", "datetime", "decimal", "difflib", "doctest",
    "enum", "errno", "fnmatch", "fractions", "functools", "gc", "glob", "graphlib", "gzip", "hashlib", "heapq",
    "inspect", "io", "itertools", "json", "logging", "math", "numbers", "operator", "pathlib", "pickle", "pprint",
    "random", "re", "shutil", "statistics", "string", "struct", "sys", "tarfile", "tempfile", "textwrap", "time",
    "timeit", "traceback", "types", "typing", "unicodedata", "unittest", "warnings", "weakref", "zipfile",
    "_codecs", "copyreg",  # what pickles of older protocols name
    "_strptime",  # time.strptime and datetime.strptime import it in the snippet's name
))  # fmt: skip
"""Top-level names that import what they say."""

PARED: Final = frozenset({"builtins", "importlib", "os", "pdb", "subprocess", "urllib"})
"""Top-level names that import, but of which only what needs nothing from outside works."""

UNDRAWN: Final = frozenset({"matplotlib", "matplotlib_inline", "mpl_toolkits", "IPython"})
"""Top-level names that import, but whose calls draw nothing."""

MAIN: Final = (
    "torch", "numpy", "math", "random", "itertools", "functools", "collections", "typing", "dataclasses", "time",
    "warnings", "copy", "operator", "contextlib", "matplotlib",
)  # fmt: skip
"""What a message names first; it says that there is more."""

INSTEAD: Final = {
    "d2l": "Of the book's own helpers write those that you need into a cell; 'import torch' works here.",
    "torchvision": "Make data with torch.randn or torch.tensor instead.",
    "torchviz": "There is no need: the graph is drawn beside the code.",
    **dict.fromkeys(
        ("threading", "concurrent", "multiprocessing", "asyncio", "joblib"),
        "A run has one thread and one process: call the functions one after another.",
    ),
    "tqdm": "Loop without it: the page says how far a loop is.",
    "pandas": "Write the numbers into torch.tensor(...).",
}
"""What to do without certain modules."""
