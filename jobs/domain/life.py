"""What a job's status and times say about it, whatever form the job has."""

from __future__ import annotations

from datetime import datetime

from jobs.domain.choices import JobStatus
from jobs.domain.spans import Spans, spans


class Life:
    """For everything that has a job's status and times."""

    __slots__ = ()

    status: int
    created_on: datetime | None
    training_started: datetime | None
    training_ended: datetime | None
    gone_at: datetime | None

    @property
    def state(self) -> JobStatus:
        return JobStatus(self.status)

    @property
    def is_over(self) -> bool:
        """Nothing more will happen to it in the cloud."""
        return self.gone_at is not None or self.state.is_final

    @property
    def can_cancel(self) -> bool:
        return self.gone_at is None and self.state.can_cancel

    def spans(self, now: datetime) -> Spans:
        return spans(
            created=self.created_on,
            started=self.training_started,
            ended=self.training_ended or self.gone_at,
            now=now,
            is_final=self.is_over,
        )
