"""What the server counts about itself, for Prometheus: numbers only, never a snippet's text."""

from __future__ import annotations

from typing import ClassVar

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from gradwalk.api.admission import Admission
from gradwalk.document.schema import Outcome
from gradwalk.sandbox.executor import Ending

_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class Metrics:
    """The counters of one application."""

    MEDIA_TYPE: ClassVar[str] = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._runs = Counter("gradwalk_runs", "Runs by how they ended.", ["outcome"], registry=self._registry)
        self._run_seconds = Histogram(
            "gradwalk_run_seconds", "Time that runs took by the clock.", buckets=_SECONDS, registry=self._registry
        )
        self._run_cpu_seconds = Histogram(
            "gradwalk_run_cpu_seconds", "Processor time that runs took.", buckets=_SECONDS, registry=self._registry
        )
        self._requests = Histogram(
            "gradwalk_request_seconds",
            "Time from a request's headers to the end of its answer, the wait for its turn included.",
            ["method", "status"],
            buckets=_SECONDS,
            registry=self._registry,
        )

    def watch(self, admission: Admission) -> None:
        """Have the queue's length and the number of runs shown as well."""
        running = Gauge("gradwalk_running", "Runs now.", registry=self._registry)
        running.set_function(lambda: admission.running)
        waiting = Gauge("gradwalk_waiting", "Requests that wait for their run.", registry=self._registry)
        waiting.set_function(lambda: admission.waiting)

    def ran(self, outcome: Outcome, ending: Ending) -> None:
        """Count a run."""
        self._runs.labels(outcome.status).inc()
        self._run_seconds.observe(ending.wall_seconds)
        self._run_cpu_seconds.observe(ending.cpu_seconds)

    def answered(self, method: str, status: int, seconds: float) -> None:
        """Count a request."""
        known = method if method in ("GET", "HEAD", "POST", "OPTIONS") else "other"
        self._requests.labels(known, str(status)).observe(seconds)

    def text(self) -> bytes:
        """All of it as Prometheus reads it."""
        return generate_latest(self._registry)
