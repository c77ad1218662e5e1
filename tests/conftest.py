"""What holds for every test: a property is right or wrong, however slow the machine is that day."""

from __future__ import annotations

import os

from hypothesis import settings

# Snippets of tests are nobody's: kept in memory, also by servers that tests start.
os.environ["GRADWALK_DATABASE"] = "sqlite://"

settings.register_profile("gradwalk", deadline=None)
settings.load_profile("gradwalk")
