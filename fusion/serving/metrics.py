"""What the service counts, for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from data.writers import Prediction, Verdict

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
STAGES = ("parse", "read", "wait", "model")


class Metrics:
    """Counters of one service. They hold no text and no ids of customers."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("intent_requests", "Requests by route and status", ["route", "status"], registry=self.registry)
        self.seconds = Histogram(
            "intent_request_seconds", "Time of a request by route", ["route"], buckets=SECONDS, registry=self.registry
        )
        self.stages = Histogram(
            "intent_stage_seconds",
            "Time by stage: parse (a request), read (a sample's images and their text), wait (for the model), model (its batch)",
            ["stage"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.waiting = Gauge("intent_waiting_samples", "Samples accepted and not answered yet", registry=self.registry)
        self.batches = Histogram(
            "intent_batch_samples",
            "Samples that the model answered at once",
            buckets=(1, 2, 4, 8, 16, 32),
            registry=self.registry,
        )
        self.calls = Counter("intent_vlm_calls", "Calls of the VLM", registry=self.registry)
        self.answers = Counter("intent_answers", "Answers by task and label", ["task", "label"], registry=self.registry)
        self.accepted = Counter(
            "intent_decisions",
            "Answers by task: accepted, handed over, or without a rule",
            ["task", "decision"],
            registry=self.registry,
        )
        self.problems = Counter("intent_samples_with_problems", "Samples whose input had something wrong", registry=self.registry)
        self.version = Gauge("intent_model_version", "Version of the state that answers", registry=self.registry)
        self.ready = Gauge("intent_ready", "1 while requests are taken", registry=self.registry)
        self.audits = Gauge(
            "intent_audit_samples",
            "Answers that were drawn for people: waiting for one, or found right or wrong",
            ["task", "status"],
            registry=self.registry,
        )
        self.promise = {
            name: Gauge(f"intent_promise_{name}", text, ["task"], registry=self.registry)
            for name, text in (
                ("rests_on_audit", "1 where the hand-over rule was made from answers that people checked, 0 from examples"),
                ("checked", "Answers accepted by the rule in force that people have checked"),
                ("wrong", "Those of them that were wrong"),
                ("evidence", "Evidence that the promise is broken, as a share of what says that it is"),
                ("broken", "1 where more accepted answers are wrong than was promised"),
            )
        }
        self.drift = Gauge(
            "intent_drift", "1 where the last window differs from the examples", ["task", "signal"], registry=self.registry
        )
        self.drift_p = Gauge("intent_drift_p", "p of the last window's test", ["task", "signal"], registry=self.registry)
        self.windows = Counter("intent_drift_windows", "Windows compared with the examples", ["task"], registry=self.registry)
        for stage in STAGES:
            self.stages.labels(stage)

    def answered(self, prediction: Prediction, verdict: Verdict | None) -> None:
        """Count an answer."""
        self.calls.inc(prediction.budget.get("vlm_calls", 0))
        self.answers.labels(prediction.task, prediction.predict).inc()
        decision = "without rule" if verdict is None else "accepted" if verdict.accepted else "handed over"
        self.accepted.labels(prediction.task, decision).inc()
        if prediction.error:
            self.problems.inc()

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
