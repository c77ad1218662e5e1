"""What a snippet may import, as data. This makes for clear messages; what keeps a snippet in is the sandbox."""

from __future__ import annotations

from typing import Final

IMPORTABLE: Final = frozenset((
    "torch", "functorch", "numpy", "__future__", "abc", "argparse", "array", "ast", "base64", "binascii", "bisect",
    "calendar", "cmath", "codecs", "collections", "colorsys", "configparser", "contextlib", "contextvars", "copy",
    "csv", "dataclasses", "datetime", "decimal", "difflib", "dis", "doctest", "enum", "errno", "fnmatch", "fractions",
    "functools", "gc", "getopt", "glob", "graphlib", "gzip", "hashlib", "heapq", "hmac", "html", "inspect", "io",
    "itertools", "json", "keyword", "locale", "logging", "math", "numbers", "operator", "optparse", "pathlib",
    "pickle", "posixpath", "pprint", "queue", "random", "re", "reprlib", "sched", "shlex", "shutil", "stat",
    "statistics", "string", "struct", "sys", "tarfile", "tempfile", "textwrap", "time", "timeit", "token", "tokenize",
    "tomllib", "traceback", "types", "typing", "unicodedata", "unittest", "warnings", "weakref", "xml", "zipfile",
    "zlib",
    "typing_extensions",  # which PyTorch brings along, and pydantic here
    "_codecs", "copyreg",  # what pickles of older protocols name
    "_strptime",  # time.strptime and datetime.strptime import it in the snippet's name
))  # fmt: skip
"""Top-level names that import what they say."""

PARTS: Final = (
    "collections.abc", "html.entities", "html.parser", "logging.config", "logging.handlers", "unittest.mock",
    "xml.dom.minidom", "xml.etree.ElementTree",
)  # fmt: skip
"""Modules inside those that they do not load themselves."""

PARED: Final = frozenset((
    "asyncio", "builtins", "concurrent", "getpass", "importlib", "multiprocessing", "os", "pdb", "platform", "resource",
    "signal", "subprocess", "threading", "urllib", "uuid",
))  # fmt: skip
"""Top-level names that import, but of which only what needs nothing from outside works."""

UNDRAWN: Final = frozenset((
    "graphviz", "IPython", "matplotlib", "matplotlib_inline", "mpl_toolkits", "seaborn", "torchviz",
))  # fmt: skip
"""Top-level names that import, but whose calls draw nothing."""

PROGRESS: Final = "tqdm"
"""The top-level name of bars that show how far a loop is: the loops run, the bars are not drawn."""

NOTICES: Final = {
    **dict.fromkeys(
        ("matplotlib", "mpl_toolkits"),
        "matplotlib is here in name only: plots are not drawn, and its calls do nothing.",
    ),
    "seaborn": "seaborn is here in name only: plots are not drawn, and its calls do nothing.",
    "graphviz": "graphviz is here in name only: its calls draw nothing.",
    "torchviz": "torchviz is here in name only: the graph is drawn beside the code.",
    PROGRESS: "tqdm is here in name only: its loops run, and no bars are drawn.",
}
"""What is said once of a module that is not here as it is elsewhere."""

MAIN: Final = (
    "torch", "numpy", "math", "random", "itertools", "functools", "collections", "typing", "dataclasses", "time",
    "warnings", "copy", "operator", "contextlib", "matplotlib",
)  # fmt: skip
"""What a message names first; it says that there is more."""

INSTEAD: Final = {
    "d2l": "Of the book's own helpers write those that you need into a cell; 'import torch' works here.",
    "torchvision": "Make data with torch.randn or torch.tensor instead.",
    "joblib": "A run has one thread and one process: call the functions one after another.",
    "pandas": "Write the numbers into torch.tensor(...).",
}
"""What to do without certain modules."""
