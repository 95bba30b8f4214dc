"""What a job can be made of: datasets, training scripts, containers. Asked for rarely, together, and kept."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jobs.domain import CloudDataset
from jobs.models import Catalogue, Dataset, Organization
from jobs.viam import Cloud
from jobs.viam.errors import CloudError, Forbidden, NotOffered

log = logging.getLogger(__name__)

BATCH = 500
_TOLD = ("name", "is_sequence", "created_on")
RETRY = timedelta(seconds=60)


def refresh(organization: Organization, cloud: Cloud) -> None:
    """Asks for all three. A failure keeps what is there, is tried again in a minute, and is no problem of the jobs.

    What is not allowed or not offered leaves the others as they are; a cloud that is away is asked no more.
    """
    now = timezone.now()
    for part in (refresh_datasets, _refresh_scripts, _refresh_containers):
        try:
            part(organization, cloud)
        except NotOffered as error:
            log.info("%s: %s %s", organization.slug, error.sentence, error.words)
        except CloudError as error:
            log.warning("%s: no catalogue: %s %s", organization.slug, error.sentence, error.words)
            now = timezone.now() + RETRY - timedelta(seconds=settings.REFRESH_CATALOGUE_SECONDS)
            if not isinstance(error, Forbidden):
                break
    Organization.objects.filter(pk=organization.pk).update(catalogue_at=now)


def refresh_datasets(organization: Organization, cloud: Cloud) -> None:
    """Raises CloudError."""
    take_over_datasets(organization, cloud.list_datasets(organization.viam_id))


def take_over_datasets(organization: Organization, datasets: Iterable[CloudDataset]) -> None:
    """Datasets by id: new ones are added, renamed ones renamed, missing ones marked as gone.

    Pages show their names: any difference raises the organization's version, and that of jobs whose dataset differs.
    """
    rows = [
        Dataset(
            organization=organization,
            viam_id=dataset.id,
            name=dataset.name,
            is_sequence=dataset.is_sequence,
            created_on=dataset.created_on,
        )
        for dataset in datasets
    ]
    with transaction.atomic():
        organization.refresh_from_db(from_queryset=Organization.objects.select_for_update())
        known = set(organization.datasets.filter(missing_since=None).values_list("viam_id", *_TOLD))
        told = {(row.viam_id, row.name, row.is_sequence, row.created_on) for row in rows}
        if known == told:
            return
        Dataset.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["organization", "viam_id"],
            update_fields=[*_TOLD, "missing_since"],
            batch_size=BATCH,
        )
        kept = [row.viam_id for row in rows]
        organization.datasets.filter(missing_since=None).exclude(viam_id__in=kept).update(missing_since=timezone.now())
        organization.version += 1
        organization.save(update_fields=["version"])
        differing = {dataset_id for dataset_id, *_ in known ^ told}
        organization.jobs.filter(dataset_id__in=differing).update(version=organization.version)


def _refresh_scripts(organization: Organization, cloud: Cloud) -> None:
    row, _ = Catalogue.objects.get_or_create(organization=organization)
    row.scripts = cloud.list_scripts(organization.viam_id)
    row.fetched_at = timezone.now()
    row.save()


def _refresh_containers(organization: Organization, cloud: Cloud) -> None:
    """An older cloud may not offer them."""
    row, _ = Catalogue.objects.get_or_create(organization=organization)
    row.containers = cloud.list_containers(organization.viam_id)
    row.fetched_at = timezone.now()
    row.save()
