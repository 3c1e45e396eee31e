"""What /metrics tells, in the Prometheus text format."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_ROWS = (1, 4, 16, 64, 256, 1024, 4096, 16384)


class Measurements:
    """One registry per application, so that two of them in one process (tests) do not collide."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "quartermaster_infer_requests", "Inference requests.", ("model", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "quartermaster_infer_seconds",
            "From request to response.",
            ("model",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.batch_rows = Histogram(
            "quartermaster_batch_rows", "Rows per computed batch.", ("model",), buckets=_ROWS, registry=self.registry
        )
        self.ready = Gauge("quartermaster_model_ready", "1 when a model is loaded.", ("model",), registry=self.registry)

    def render(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self.registry)
