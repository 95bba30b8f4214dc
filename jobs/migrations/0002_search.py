"""Search through an index of trigrams; see jobs/search/query.py."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = (
    "CREATE VIRTUAL TABLE jobs_search USING fts5("
    "search_text, content='jobs_job', content_rowid='id', tokenize='trigram')",
    "CREATE TRIGGER jobs_search_added AFTER INSERT ON jobs_job BEGIN"
    " INSERT INTO jobs_search(rowid, search_text) VALUES (new.id, new.search_text); END",
    "CREATE TRIGGER jobs_search_removed AFTER DELETE ON jobs_job BEGIN"
    " INSERT INTO jobs_search(jobs_search, rowid, search_text) VALUES ('delete', old.id, old.search_text); END",
    "CREATE TRIGGER jobs_search_changed AFTER UPDATE OF search_text ON jobs_job"
    " WHEN old.search_text IS NOT new.search_text BEGIN"
    " INSERT INTO jobs_search(jobs_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);"
    " INSERT INTO jobs_search(rowid, search_text) VALUES (new.id, new.search_text); END",
    "INSERT INTO jobs_search(jobs_search) VALUES ('rebuild')",
)
SQLITE_BACK = (
    "DROP TRIGGER jobs_search_added",
    "DROP TRIGGER jobs_search_removed",
    "DROP TRIGGER jobs_search_changed",
    "DROP TABLE jobs_search",
)
POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX jobs_search ON jobs_job USING gin (search_text gin_trgm_ops)",
)
POSTGRESQL_BACK = ("DROP INDEX jobs_search",)
STATEMENTS = {"sqlite": (SQLITE, SQLITE_BACK), "postgresql": (POSTGRESQL, POSTGRESQL_BACK)}


def forwards(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in STATEMENTS[editor.connection.vendor][0]:
        editor.execute(statement)


def backwards(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in STATEMENTS[editor.connection.vendor][1]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
