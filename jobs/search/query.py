"""Finding jobs by text, through an index: a search that finds nothing must not read everything.

SQLite: an FTS5 table with trigrams beside the jobs, kept by triggers. PostgreSQL: a trigram index (pg_trgm), used by
LIKE itself. Both are made by a migration.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from jobs.models import Job, Organization

# An index of trigrams knows nothing shorter.
SHORTEST_INDEXED = 3
# So few hits are looked up one by one; more are met soon enough by walking the list from its beginning.
FEW = 2_000

_MATCHES = "SELECT rowid FROM jobs_search WHERE jobs_search MATCH %s"


def search(organization: Organization, query: str) -> QuerySet[Job]:
    """The organization's jobs in which every word of `query` occurs, literally and in any case.

    Looked for in name, version, id, script, labels, and in the dataset's id and name.
    """
    jobs = organization.jobs.all()
    for word in query.lower().split():
        found = _containing(word)
        datasets = organization.datasets.filter(name__icontains=word).values_list("viam_id", flat=True)
        # Named only when there are some: an alternative keeps the database from using its indexes well.
        if ids := list(datasets):
            found |= Q(dataset_id__in=ids)
        jobs = jobs.filter(found)
    return jobs


def _containing(word: str) -> Q:
    if connection.vendor != "sqlite" or len(word) < SHORTEST_INDEXED:
        return Q(search_text__contains=word)
    # In double quotes nothing is an operator of FTS5; a quote itself is doubled.
    phrase = '"' + word.replace('"', '""') + '"'
    with connection.cursor() as cursor:
        cursor.execute(f"{_MATCHES} LIMIT %s", [phrase, FEW + 1])
        hits = [row[0] for row in cursor.fetchall()]
    return Q(pk__in=hits) if len(hits) <= FEW else Q(pk__in=RawSQL(_MATCHES, [phrase]))  # noqa: S611


def labelled(jobs: QuerySet[Job], label: str) -> QuerySet[Job]:
    """The jobs that carry exactly this label. Found by its text first, for which there is an index."""
    jobs = jobs.filter(_containing(label.lower()))
    if connection.vendor == "postgresql":
        return jobs.filter(labels__contains=[label])
    carries = RawSQL("EXISTS (SELECT 1 FROM json_each(jobs_job.labels) WHERE json_each.value = %s)", [label])
    return jobs.annotate(carries=carries).filter(carries=True)
