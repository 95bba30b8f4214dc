"""Names that say what they mean: columns and a table are renamed in place, and the database renames them in its indexes.

Of the indexes only what Django remembers of them changes: made anew, they would take a minute for a million jobs.
"""

from django.db import migrations, models

PRESENT = models.Q(missing_since=None)
INDEXES = [
    models.Index(fields=["organization", "-sorted_on", "-id"], name="jobs_newest_first", condition=PRESENT),
    models.Index(
        fields=["organization", "status", "-sorted_on", "-id", "queued_seconds", "ran_seconds", "missing_since"],
        name="jobs_by_status",
        condition=PRESENT,
    ),
    models.Index(
        fields=[
            "organization",
            "recipe_hash",
            "submitted_by",
            "status",
            "sorted_on",
            "ran_seconds",
            "missing_since",
        ],
        name="jobs_by_making",
        condition=PRESENT,
    ),
    models.Index(
        fields=["organization", "failure", "model_name", "sorted_on", "missing_since"],
        name="jobs_by_failure",
        condition=models.Q(missing_since=None, failure__isnull=False),
    ),
    models.Index(
        fields=["organization", "-ran_seconds", "id", "sorted_on", "missing_since"],
        name="jobs_longest_first",
        condition=models.Q(missing_since=None, ran_seconds__isnull=False),
    ),
]


class Migration(migrations.Migration):
    dependencies = [("jobs", "0024_entries_of_items")]

    operations = [
        migrations.RenameModel("ApiSettings", "ApiKey"),
        migrations.RenameField("apikey", "told_at", "notified_at"),
        migrations.RenameField("organization", "looked_at", "viewed_at"),
        migrations.RenameField("joblog", "looked_at", "viewed_at"),
        migrations.RenameField("dataset", "gone_at", "missing_since"),
        migrations.RenameField("job", "gone_at", "missing_since"),
        migrations.RenameField("job", "making", "recipe_hash"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                *(migrations.RemoveIndex("job", index.name) for index in INDEXES),
                *(migrations.AddIndex("job", index) for index in INDEXES),
            ]
        ),
    ]
