"""From what the engine and the runner do to the lists and events of a trace, streamed while it happens."""

from .recorder import Recorder

__all__ = ["Recorder"]
