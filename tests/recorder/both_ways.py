"""The recorder in Python alone, and with its compiled core: what a test is parametrized with that holds for both."""

from __future__ import annotations

import pytest

from gradwalk.recorder.core import CORE

BOTH_WAYS = [pytest.param(None, id="in Python"), pytest.param(CORE, id="compiled", marks=pytest.mark.core)]
