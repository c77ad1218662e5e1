"""Work on traces that takes long or comes from strangers, in processes that can be killed."""

from __future__ import annotations

from gradwalk.workers.jobs import JOBS
from gradwalk.workers.pool import Workers

__all__ = ["JOBS", "Workers"]
