"""Finding jobs by text, through an index: a search that finds nothing must not read everything.

SQLite: an FTS5 table with trigrams beside the jobs, kept by triggers. PostgreSQL: a trigram index (pg_trgm), used by
LIKE itself. Both are made by a migration.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

# An index of trigrams knows nothing shorter.
SHORTEST_INDEXED = 3


def containing(text: str) -> Q:
    """Jobs whose search text holds `text` literally; it is to be in lower case, as the search text is."""
    if connection.vendor != "sqlite" or len(text) < SHORTEST_INDEXED:
        return Q(search_text__contains=text)
    # In double quotes nothing is an operator of FTS5; a quote itself is doubled.
    phrase = '"' + text.replace('"', '""') + '"'
    rows = RawSQL("SELECT rowid FROM jobs_search WHERE jobs_search MATCH %s", [phrase])
    return Q(pk__in=rows)
