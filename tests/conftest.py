"""What holds for every test: a property is right or wrong, however slow the machine is that day."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("gradwalk", deadline=None)
settings.load_profile("gradwalk")
