"""Finding jobs by text, through an index: a search that finds nothing must not read everything.

SQLite: an FTS5 table with trigrams beside the jobs, kept by triggers. PostgreSQL: a trigram index (pg_trgm), used by
LIKE itself. Both are made by a migration.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.expressions import RawSQL

from jobs.permissions import Listed
from jobs.ui.text import words_of

# An index of trigrams knows nothing shorter.
MIN_INDEXED_LENGTH = 3
# So few hits are looked up one by one; more are met soon enough by walking the list from its beginning.
FEW = 2_000

_MATCHES = "SELECT rowid FROM jobs_search WHERE jobs_search MATCH %s"


def mentioning(organization: Listed, query: str) -> Q:
    """The organization's jobs in which every word of `query` occurs, of the first ten, literally and in any case.

    Looked for in name, version, id, script, labels, and in the dataset's id and name.
    """
    every = Q()
    for word in words_of(query):
        found = _containing(word)
        datasets = organization.datasets.filter(name__icontains=word).values_list("viam_id", flat=True)
        # Named only when there are some: an alternative keeps the database from using its indexes well.
        if ids := list(datasets):
            found |= Q(dataset_id__in=ids)
        every &= found
    return every


def _containing(word: str) -> Q:
    if connection.vendor != "sqlite" or len(word) < MIN_INDEXED_LENGTH:
        return Q(search_text__contains=word)
    # In double quotes nothing is an operator of FTS5; a quote itself is doubled.
    phrase = '"' + word.replace('"', '""') + '"'
    with connection.cursor() as cursor:
        cursor.execute(f"{_MATCHES} LIMIT %s", [phrase, FEW + 1])
        hits = [row[0] for row in cursor.fetchall()]
    return Q(pk__in=hits) if len(hits) <= FEW else Q(pk__in=RawSQL(_MATCHES, [phrase]))  # noqa: S611


def labelled(label: str) -> Q:
    """The jobs that carry exactly this label. Found by its text first, for which there is an index."""
    if connection.vendor == "postgresql":
        return _containing(label.lower()) & Q(labels__contains=[label])
    carries = Func(
        *(F("labels"), Value(label)),
        template="EXISTS (SELECT 1 FROM json_each(%(expressions)s))",
        arg_joiner=") WHERE json_each.value = (",
        output_field=BooleanField(),
    )
    return _containing(label.lower()) & Q(carries)
