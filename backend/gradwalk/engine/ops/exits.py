"""Where numbers leave the graph for Python, and where a Python function gives others in their place.

They make no tensor; they are declared so that they can be seen.
"""

from __future__ import annotations

from ..op import define

item = define("item(self)", "self", category="exit")
tolist = define("tolist(self)", "self", category="exit")
numpy = define("numpy(self)", "self", category="exit")
bool = define("bool(self)", "self", category="exit")
define("apply_(self)", "self", category="exit")
define("map_(self, other)", "self", category="exit")
define("map2_(self, x, y)", "self", category="exit")
