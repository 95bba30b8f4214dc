"""Submitting jobs by the form, as a person does, many times over."""

from __future__ import annotations

from dataclasses import dataclass

from tests.faults.cloud import DATASET
from tests.faults.visitor import LIST, Answer, Visitor


@dataclass(frozen=True, slots=True)
class Form:
    """The form as it was opened once; each `send` is another job with a one-time token of its own."""

    visitor: Visitor
    secret: str
    dataset: str = DATASET
    task: str = "object_detection"
    labels: str = "bolt, nut"

    @classmethod
    def opened_by(cls, visitor: Visitor) -> Form:
        return cls(visitor, visitor.get(f"{LIST}new/").field("csrfmiddlewaretoken"))

    def send(self, name: str, token: str = "") -> Answer:
        return self.visitor.post(
            f"{LIST}new/",
            csrfmiddlewaretoken=self.secret,
            token=token or f"once-{name}",
            dataset=self.dataset,
            name=name,
            version="v1",
            type=self.task,
            framework="tflite",
            labels=self.labels,
        )

    def outcome(self, sent: Answer) -> Answer:
        """The page that the form leads to."""
        assert sent.status == 302, sent.text
        return self.visitor.get(sent.headers["location"])
