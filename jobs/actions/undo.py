"""Undo for claims."""

from __future__ import annotations

from django.contrib.auth.models import User

from jobs.actions.service import claim_job, disown_job
from jobs.audit.undo import CHANGED, NotUndone, Told, note, undoes
from jobs.domain import Role
from jobs.models import Actor, Job, Organization
from jobs.permissions import access_for


def job_claimed(user: User, organization: Organization, viam_id: str, is_mine: bool) -> str:
    return note(user, "job:claim", slug=organization.slug, viam_id=viam_id, is_mine=is_mine)


@undoes("job:claim")
def _change_claim_back(user: User, actor: Actor, told: Told) -> str:
    organization = access_for(user, told["slug"], to=Role.OPERATOR).organization
    job: Job | None = organization.jobs.filter(viam_id=told["viam_id"]).first()
    change = disown_job if told["is_mine"] else claim_job
    if job is None or not change(actor, organization, job.viam_id):
        raise NotUndone(CHANGED)
    return f"{job} is {'no longer claimed' if told['is_mine'] else 'claimed by you again'}."
