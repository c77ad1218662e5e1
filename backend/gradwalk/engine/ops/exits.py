"""Where numbers leave the graph for Python. They make no tensor; they are declared so that they can be seen."""

from __future__ import annotations

from ..op import define

item = define("item(self)", "self", category="exit")
tolist = define("tolist(self)", "self", category="exit")
numpy = define("numpy(self)", "self", category="exit")
bool = define("bool(self)", "self", category="exit")
