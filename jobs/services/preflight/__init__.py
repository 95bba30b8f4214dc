"""What can be known of a job before it is sent: hours of waiting for a failure are saved by a look at the form."""

from __future__ import annotations

from dataclasses import dataclass

from jobs.domain import JobRequest, ManagedJobRequest
from jobs.models import Job, Organization
from jobs.services.comparison import Difference, differences_to_source
from jobs.services.preflight import history, job, script
from jobs.services.preflight.findings import Finding

__all__ = ["Finding", "Preflight", "preflight"]


@dataclass(frozen=True, slots=True)
class Preflight:
    """The checklist, and what is different from the job that this one is made after."""

    findings: list[Finding]
    differences: list[Difference]
    source: Job | None = None

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.blocks]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.warns]


def preflight(organization: Organization, request: JobRequest, source: Job | None = None) -> Preflight:
    """Looks at what is filled in; what is still empty is not complained about. Asks nobody: the mirror knows."""
    findings = [
        *job.dataset(organization, request),
        *job.version(organization, request),
        *job.twin(organization, request),
        *(job.labels(request) if isinstance(request, ManagedJobRequest) else script.custom(organization, request)),
        *history.history(organization, request),
    ]
    return Preflight(findings, differences_to_source(source, request) if source else [], source)
